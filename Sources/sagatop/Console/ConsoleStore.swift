import ConsoleCore
import EngineCore
import EngineRuntime
import EngineStorage
import SQLiteAdapter

/// What the console's heart asks of the store, answered from the real one. Safe to use from any thread.
struct ConsoleStore: Sendable {
  let reader: SQLiteReader
  /// Whoever carries commands out: the engine in this process, or the one that the store's rows lead to.
  let performer: (any CommandPerformer)?

  /// Answers a request to read.
  func load(_ content: ViewRequest.Content) throws(StoreFailure) -> LoadedContent {
    let now = SystemClock.now
    switch content {
    case .page(let kind, let filter, let after, let limit):
      return .page(try page(kind, filter, after: after, limit: limit, now: now))
    case .matching(let kind, let filter, let limit):
      return .page(try page(kind, filter, after: nil, limit: limit, now: now))
    case .engine:
      return .engine(try reader.engine())
    case .detail(let id, let historyLimit):
      return .detail(try reader.detail(id, historyLimit: historyLimit))
    }
  }

  private func page(
    _ kind: ViewKind, _ filter: InstanceFilter, after: String?, limit: Int, now: Timestamp
  ) throws(StoreFailure) -> RowPage {
    switch kind {
    case .instances: RowPage(try reader.instances(filter, now: now, after: after, limit: limit))
    case .incidents: RowPage(try reader.incidents(filter, now: now, after: after, limit: limit))
    case .timers: RowPage(try reader.timers(filter, now: now, after: after, limit: limit))
    case .compensation: RowPage(try reader.compensations(filter, now: now, after: after, limit: limit))
    case .tasks: RowPage(try reader.tasks(filter, now: now, after: after, limit: limit))
    case .definitions: RowPage(try reader.definitions())
    case .audit: RowPage(try reader.audit(instance: nil, after: after, limit: limit))
    case .engine: RowPage(rows: [])
    }
  }

  /// What a verb would do to one target, at its present version.
  func plan(_ command: PlanRequest.Command) -> PlanAnswer {
    let id = command.target.instance
    do {
      guard let plan = try reader.plan(command.verb, for: id) else {
        return PlanAnswer(
          instance: id, outcome: .refused(Rejection(.instanceUnknown, "instance \(id) is no longer there")))
      }
      return PlanAnswer(instance: id, outcome: .planned(plan))
    } catch let rejection as Rejection {
      return PlanAnswer(instance: id, outcome: .refused(rejection))
    } catch {
      return PlanAnswer(instance: id, outcome: .failed(message: "\(error)"))
    }
  }

  /// Carries one planned command out.
  func execute(_ command: ExecutionRequest.Command, reason: String?) async -> ExecutionAnswer {
    guard let performer else {
      return ExecutionAnswer(instance: command.instance, outcome: .failed(message: "the store is read-only"))
    }
    let full = OperatorCommand(
      key: Identity.randomName(), verb: command.verb, expectedVersion: command.expectedVersion,
      issuer: Identity.issuer(source: "console"), reason: reason)
    do {
      switch try await performer.perform(full) {
      case .done: return ExecutionAnswer(instance: command.instance, outcome: .done)
      case .refused(let rejection): return ExecutionAnswer(instance: command.instance, outcome: .refused(rejection))
      }
    } catch let failure as CommandFailure {
      return ExecutionAnswer(instance: command.instance, outcome: .failed(message: failure.message))
    } catch {
      return ExecutionAnswer(instance: command.instance, outcome: .failed(message: "\(error)"))
    }
  }
}

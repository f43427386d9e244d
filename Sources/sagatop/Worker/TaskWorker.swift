import BuiltinHandlers
import EngineCore
import EngineRuntime

/// Fetches tasks of a topic, runs a command for each and reports what came of it, until it is cancelled or there is
/// nothing left.
struct TaskWorker: Sendable {
  private let session: StoreSession
  private let topic: String
  private let command: [String]
  private let name: String
  private let lease: Duration?
  private let concurrency: Int
  private let runner: ExecProtocol

  /// How long it waits before it looks again after it found less than it could work on.
  private static let pause = Duration.milliseconds(200)

  init(
    session: StoreSession, topic: String, command: [String], name: String, lease: Duration?, concurrency: Int
  ) {
    self.session = session
    self.topic = topic
    self.command = command
    self.name = name
    self.lease = lease
    self.concurrency = concurrency
    runner = ExecProtocol(concurrency: concurrency)
  }

  /// What the loop waits for.
  private enum Wake {
    case taskDone
    case pauseOver
  }

  func work(drain: Bool) async throws {
    try await withThrowingTaskGroup(of: Wake.self) { group in
      var busy = 0
      var isPausing = false
      while !Task.isCancelled {
        if busy < concurrency {
          let fetched = try await fetch(concurrency - busy)
          for task in fetched ?? [] {
            group.addTask {
              await carryOut(task)
              return .taskDone
            }
          }
          busy += fetched?.count ?? 0
          if drain, busy == 0, fetched != nil { break }
        }
        if busy < concurrency, !isPausing {
          isPausing = true
          group.addTask {
            try? await Task.sleep(for: Self.pause)
            return .pauseOver
          }
        }
        switch try await group.next() {
        case .taskDone: busy -= 1
        case .pauseOver: isPausing = false
        case nil: break
        }
      }
      group.cancelAll()
    }
  }

  /// Up to a number of tasks; nil when they could not be fetched just now.
  private func fetch(_ limit: Int) async throws -> [FetchedTask]? {
    do {
      // Nothing is written, and no lease is taken, as long as there is nothing to do.
      guard try session.reader.hasAvailableTask(topic: topic, at: SystemClock.now) else { return [] }
      let answer = try await session.ask(
        .fetchTasks(topic: topic, worker: name, limit: limit, lease: lease), source: "worker")
      return answer["tasks"]?.listValue?.compactMap { task in
        do throws(CommandFailure) {
          return try FetchedTask(task, lease: lease)
        } catch {
          StandardOutput.complain(error.message)
          return nil
        }
      } ?? []
    } catch let failure as StoreFailure where failure.mayPass {
      StandardOutput.complain("\(failure): trying again")
      try? await Task.sleep(for: TaskLease.retryPause)
      return nil
    } catch is CancellationError {
      return nil
    }
  }

  private func carryOut(_ task: FetchedTask) async {
    let lease = TaskLease(task: task, performer: session)
    let end = await lease.hold {
      let outcome = await runner.run(argv: command, folder: ".", context: task.context)
      // A worker that was told to stop says nothing of what it has not finished.
      if case .cancelled = outcome { return false }
      await report(outcome, of: task)
      return true
    }
    switch end {
    case .done: break
    case .lost(let why): StandardOutput.complain("\(task.title): stopped, because the task is no longer held: \(why)")
    case .stopped: await lease.giveBack()
    }
  }

  /// Reports what came of a task, again and again as long as the task is held and something stands in the way.
  private func report(_ outcome: WorkOutcome, of task: FetchedTask) async {
    let verb = Verb.finishTask(task.instance, token: task.token, outcome: outcome, fence: task.fence)
    let key = Identity.randomName()
    while true {
      do {
        // What is done is reported, also by a worker that was told to stop.
        _ = try await Task { try await session.ask(verb, key: key, source: "worker") }.value
        return StandardOutput.line("\(task.title): \(outcome.word)")
      } catch let rejection as Rejection {
        return StandardOutput.complain("\(task.title): \(rejection.message)")
      } catch let failure as StoreFailure where failure.mayPass && !Task.isCancelled {
        StandardOutput.complain("\(task.title): \(failure): trying again")
        try? await Task.sleep(for: TaskLease.retryPause)
      } catch {
        return StandardOutput.complain("\(task.title): what came of it could not be reported: \(error)")
      }
    }
  }
}

extension StoreFailure {
  /// Whether the same may succeed in a moment, without anybody doing anything about it.
  var mayPass: Bool {
    switch kind {
    case .busy, .diskFull, .inputOutput, .leaseHeld, .leaseLost, .outcomeUnknown: true
    case .unreadable, .notAStore, .newerVersion, .readOnly, .corrupt, .gone, .networkFileSystem: false
    }
  }
}

extension WorkOutcome {
  /// One word for logs.
  var word: String {
    switch self {
    case .completed: "completed"
    case .businessError(let code, _): "error \(code)"
    case .failed(let failure): "failed: \(failure.code): \(failure.message)"
    case .cancelled: "cancelled"
    case .waiting(let reference, _): "goes on elsewhere\(reference.isEmpty ? "" : " as \(reference)")"
    }
  }
}

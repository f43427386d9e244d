import EngineCore

/// Runs handlers for an engine loop and reports through its mailbox. The real one uses tasks; a simulator decides itself.
package protocol WorkRunner: AnyObject {
  /// Begins a handler; its outcome arrives as a `.workFinished` message.
  func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext)
  /// Asks a handler to stop, or stops waiting for it.
  func stop(_ work: WorkKey, immediately: Bool)
  /// Forgets a handler that has reported.
  func finished(_ work: WorkKey)
  /// Hands a batch, never empty, to a sink; what came of it arrives as a `.published` message.
  func publish(_ events: [PublishedEvent], to sink: any EventSink)
  /// Hands instances to an archive; what came of it arrives as an `.archived` message.
  func archive(
    _ instances: [ArchivedInstance], versions: [(instance: InstanceID, version: Int64)], in archive: any InstanceArchive
  )
}

extension WorkRunner {
  /// A runner without a sink: what is handed over is never taken.
  package func publish(_ events: [PublishedEvent], to sink: any EventSink) {}
  /// A runner without an archive: what is handed over is never kept, so nothing of it is deleted.
  package func archive(
    _ instances: [ArchivedInstance], versions: [(instance: InstanceID, version: Int64)], in archive: any InstanceArchive
  ) {}
}

/// One attempt of one token.
package struct WorkKey: Sendable, Hashable {
  package let instance: InstanceID
  package let token: TokenID
  package let attempt: Int

  package init(instance: InstanceID, token: TokenID, attempt: Int) {
    self.instance = instance
    self.token = token
    self.attempt = attempt
  }
}

/// What arrives at an engine.
package enum Message: Sendable {
  /// Somebody in this process asks for something. With an empty key it leaves no row.
  case command(OperatorCommand, reply: @Sendable (CommandReply) -> Void)
  /// A handler reports.
  case workFinished(WorkKey, WorkOutcome)
  /// A sink has taken a batch, or not.
  case published(SinkReceipt)
  /// An archive has kept a portion, or not.
  case archived(ArchiveReceipt)
}

/// What the asker of a command is told once it is durable, or that it could not be made so.
package enum CommandReply: Sendable {
  case answered(CommandAnswer)
  case failed(StoreFailure)
}

/// Runs each handler in a task of its own.
final class TaskRunner: WorkRunner {
  private var tasks: [WorkKey: Task<Void, Never>] = [:]
  private var publishing: Task<Void, Never>?
  private var archiving: Task<Void, Never>?
  private let report: @Sendable (Message) -> Void

  init(report: @escaping @Sendable (Message) -> Void) { self.report = report }

  func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext) {
    let report = report
    tasks[work] = Task.detached {
      report(.workFinished(work, await handler.execute(context)))
    }
  }

  func stop(_ work: WorkKey, immediately: Bool) {
    tasks[work]?.cancel()
  }

  func finished(_ work: WorkKey) { tasks[work] = nil }

  func publish(_ events: [PublishedEvent], to sink: any EventSink) {
    guard let last = events.last?.id else { return }
    let report = report
    publishing = Task.detached {
      do throws(SinkFailure) {
        try await sink.publish(events)
        report(.published(SinkReceipt(last: last)))
      } catch {
        report(.published(SinkReceipt(last: last, failure: error)))
      }
    }
  }

  func archive(
    _ instances: [ArchivedInstance], versions: [(instance: InstanceID, version: Int64)], in archive: any InstanceArchive
  ) {
    let report = report
    archiving = Task.detached {
      do throws(ArchiveFailure) {
        try await archive.keep(instances)
        report(.archived(ArchiveReceipt(versions: versions)))
      } catch {
        report(.archived(ArchiveReceipt(versions: versions, failure: error)))
      }
    }
  }

  /// The handlers that have not reported, and the sink and the archive at work.
  var running: [Task<Void, Never>] {
    tasks.keys.sorted { $0.token < $1.token }.compactMap { tasks[$0] } + [publishing, archiving].compactMap { $0 }
  }
}

import EngineCore

/// Runs handlers for an engine loop and reports through its mailbox. The real one uses tasks; a simulator decides
/// itself.
package protocol WorkRunner: AnyObject {
  /// Begins a handler; its outcome arrives as a `.workFinished` message.
  func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext)
  /// All handlers of a commit have been given to `start`.
  func startGathered()
  /// Asks a handler to stop, or has it end at once. It reports in either case.
  func stop(_ work: WorkKey, immediately: Bool)
  /// Forgets a handler that has reported.
  func finished(_ work: WorkKey)
  /// Hands a batch, never empty, to a sink; what came of it arrives as a `.published` message.
  func publish(_ events: [PublishedEvent], to sink: any EventSink)
  /// Hands instances to an archive; what came of it arrives as an `.archived` message.
  func archive(_ instances: [ArchivedInstance], as portion: ArchivePortion, in archive: any InstanceArchive)
}

extension WorkRunner {
  /// A runner without a sink: what is handed over is never taken.
  package func publish(_ events: [PublishedEvent], to sink: any EventSink) {}
  /// A runner without an archive: what is handed over is never kept, so nothing of it is deleted.
  package func archive(_ instances: [ArchivedInstance], as portion: ArchivePortion, in archive: any InstanceArchive) {}
  package func startGathered() {}
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
  indirect case command(OperatorCommand, reply: @Sendable (CommandReply) -> Void)
  /// A handler reports, with what it noted beside its outcome.
  case workFinished(WorkKey, WorkOutcome, note: String? = nil)
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

/// How an engine treats the instances of a definition among all others: it changes nothing of what they do.
public struct OperatingPolicy: Sendable, Hashable, Codable {
  /// Who goes first when handlers are scarce: each step up doubles what the definition gets, and nobody gets nothing.
  public var priority: Int
  /// How long ended instances are kept; nil leaves that to the engine.
  public var retention: RetentionPolicy?
  /// The events that are published through the engine's sink, ascending by name.
  public var publishes: [PublishableEvent]

  /// The priorities that there are.
  public static let priorities = -10...10

  /// Makes a policy; the defaults are what a definition has that says nothing.
  public init(priority: Int = 0, retention: RetentionPolicy? = nil, publishes: [PublishableEvent] = []) {
    self.priority = priority
    self.retention = retention
    self.publishes = Set(publishes).sorted()
  }
}

/// How long ended instances are kept. An instance goes when either limit is reached; one whose parent is still there
/// stays.
public struct RetentionPolicy: Sendable, Hashable, Codable {
  /// How long after its end an instance is kept; nil sets no limit.
  public var duration: Duration?
  /// How many ended instances of one deployed version are kept, the newest ones; nil sets no limit.
  public var newest: Int?
  /// What happens to those that go; nil exports them if the engine has somewhere to export to, and else deletes them.
  public var ending: Ending?

  /// What happens to an instance that is kept no longer.
  public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is gone with its history.
    case delete
    /// It is written out as JSON first. Without somewhere to export to it stays.
    case export
  }

  /// Makes a policy.
  public init(duration: Duration? = nil, newest: Int? = nil, ending: Ending? = nil) {
    self.duration = duration
    self.newest = newest
    self.ending = ending
  }
}

/// The events that can be published: those that mean something outside the engine. Raw values are the public names of
/// event types; they are added, never changed.
public enum PublishableEvent: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  /// An instance began.
  case processStarted
  /// It reached its end.
  case processCompleted
  /// It ended with all undone that could be.
  case processCompensated
  /// An error that nobody catches ended it.
  case processFailed
  /// It was ended in good order.
  case processCancelled
  /// It was ended at once.
  case processTerminated
  /// It advances no more until it is resumed.
  case processSuspended
  /// It advances again.
  case processResumed
  /// An invariant broke; only an operator moves it.
  case processCorrupted
  /// A node was executed, or its work undone; the mode says which.
  case tokenCompleted
  /// An operator said that a node counts as done.
  case tokenSkipped
  /// One attempt failed, with whatever follows from that.
  case tokenFailed
  /// A person is asked.
  case userTaskCreated
  /// The person is done.
  case userTaskCompleted
  /// A worker is asked.
  case externalTaskCreated
  /// The worker is done.
  case externalTaskCompleted
  /// The worker could not do it.
  case externalTaskFailed
  /// Variables were set or removed.
  case variablesChanged
  /// Compensation begins.
  case sagaStarted
  /// All that a compensation was to undo is settled.
  case sagaCompleted
  /// A compensation ended before its time, with steps that are not undone.
  case sagaAbandoned
  /// A step was undone.
  case compensationCompleted
  /// A step need not be undone, an operator said.
  case compensationSkipped
  /// A step could not be undone; an incident follows.
  case compensationFailed
  /// A person has to do something.
  case incidentRaised
  /// An incident is over.
  case incidentResolved

  /// The event as it can be published; nil for what means nothing outside.
  public init?(_ event: ProcessEvent) { self.init(rawValue: event.typeName) }

  /// The order of names.
  public static func < (left: PublishableEvent, right: PublishableEvent) -> Bool { left.rawValue < right.rawValue }
}

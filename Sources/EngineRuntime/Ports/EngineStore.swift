import EngineCore

/// What an engine needs to survive: its store, as the engine sees it.
///
/// The engine calls it synchronously: an operation returns when its effect is on disk. Commits may come from a thread
/// of their own, never two at once; reads of instances may come from the engine's thread beside one. Nothing here
/// decides anything; what is written is decided by the core and arrives as units of work.
public protocol EngineStore: AnyObject, Sendable {
  /// Takes the lease for a holder: raises the epoch in a transaction of its own. Fails with `.leaseHeld` while another
  /// live process holds it.
  func takeLease(_ holder: LeaseHolder, at instant: Timestamp) throws(StoreFailure) -> Lease
  /// Says that the holder is alive. Fails with `.leaseLost` when the epoch has moved on.
  func renewLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure)
  /// Gives the lease back, so that the next engine need not wait.
  func releaseLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure)

  /// Whether nobody has taken the lease since.
  func isHeld(_ lease: Lease) throws(StoreFailure) -> Bool
  /// Commits writes in one transaction, in order, checking the epoch in it, and gives one result for each. A batch that
  /// fails as a whole throws; a write with a unit whose version does not match is left out, whole, and reported.
  /// Durable when it returns.
  func commit(_ writes: [StoreWrite], lease: Lease) throws(StoreFailure) -> [WriteResult]

  /// The stored instance; nil when there is none.
  func loadInstance(_ id: InstanceID) throws(StoreFailure) -> ProcessInstance?
  /// Those of many instances that are stored, in any order. A store whose looks cost something each reads them in one.
  func loadInstances(_ ids: [InstanceID]) throws(StoreFailure) -> [ProcessInstance]
  /// A deployed version.
  func loadDefinition(_ id: DefinitionID) throws(StoreFailure) -> DeployedDefinition?
  /// The newest version under a key, or a given one.
  func findDefinition(key: String, version: Int?) throws(StoreFailure) -> DeployedDefinition?
  /// The highest numbers given out so far: instance and definition.
  func highestIdentifiers() throws(StoreFailure) -> (instance: InstanceID, definition: DefinitionID)
  /// The record of a command by its idempotency key.
  func findCommand(key: String) throws(StoreFailure) -> CommandRecord?

  /// The lanes in which ready tokens wait, ascending, after a lane. Costs one search of an index for each.
  func readyLanes(after lane: ReadyLane?, limit: Int) throws(StoreFailure) -> [ReadyLane]
  /// Live tokens of a lane that are ready, ascending, after a position. Served by a partial index.
  func readyTokens(
    in lane: ReadyLane, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition]
  /// Executing tokens of older epochs than the given one, ascending, after a position.
  func orphanedTokens(
    before epoch: Int64, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition]
  /// Pending timers in the order of their due times, after a position.
  func timers(after position: TimerPosition?, limit: Int) throws(StoreFailure) -> [TimerPosition]
  /// When deployed definitions start by themselves, all of them: there are few.
  func startTimers() throws(StoreFailure) -> [StartTimer]
  /// The deployed versions that are suspended, or whose instances are being resumed, by number: there are few.
  func definitionHolds() throws(StoreFailure) -> [DefinitionHold]
  /// Live instances of a deployed version after one, ascending: of all of them, or of those that are suspended with it.
  /// Served by indexes.
  func liveInstances(
    of definition: DefinitionID, onlyHeld: Bool, after instance: InstanceID, limit: Int
  ) throws(StoreFailure) -> [InstanceID]
  /// External tasks of a topic that may be fetched at an instant, oldest first.
  func availableTasks(topic: String, at instant: Timestamp, limit: Int) throws(StoreFailure) -> [TokenPosition]
  /// Commands that wait for an engine, oldest first.
  func waitingCommands(limit: Int) throws(StoreFailure) -> [CommandRecord]
  /// Open subscriptions for exactly this name and key, the oldest first, after a place.
  func subscriptions(
    _ kind: Subscription.Kind, name: String, correlationKey: String?, after place: Int64, limit: Int
  ) throws(StoreFailure) -> [SubscriptionPosition]
  /// Messages and signals that nobody has looked at since they were sent, oldest first.
  func waitingMessages(limit: Int) throws(StoreFailure) -> [StoredMessage]
  /// Buffered messages for exactly this name and key that have not expired at an instant, oldest first.
  func bufferedMessages(
    name: String, correlationKey: String?, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [StoredMessage]
  /// All buffered messages, oldest first, after one.
  func bufferedMessages(after message: Int64, limit: Int) throws(StoreFailure) -> [StoredMessage]
  /// Buffered messages that have expired at an instant.
  func expiredMessages(at instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64]
  /// When the next buffered message expires.
  func nextExpiry() throws(StoreFailure) -> Timestamp?
  /// The newest version of every process, by key.
  func newestDefinitions() throws(StoreFailure) -> [DeployedDefinition]
  /// The first events that have yet to be published, ascending.
  func outbox(limit: Int) throws(StoreFailure) -> [PublishedEvent]
  /// The next deployed version after a given one, by its number.
  func definition(after id: DefinitionID?) throws(StoreFailure) -> DefinitionID?
  /// How many instances of a deployed version have ended and are still there. Read from the counters.
  func countEnded(of definition: DefinitionID) throws(StoreFailure) -> Int
  /// The ended instances of a deployed version in the order of their ends, after a position. Served by an index.
  func endedInstances(
    of definition: DefinitionID, after position: EndPosition?, limit: Int
  ) throws(StoreFailure) -> [EndPosition]
  /// The whole history of an instance, ascending; empty when there is no such instance.
  func loadHistory(_ id: InstanceID) throws(StoreFailure) -> [HistoryEntry]
  /// The rows of commands that were decided before an instant, the oldest decision first. Served by an index.
  func decidedCommands(before instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64]
  /// Whether another connection has committed since this was last asked. Cheap enough for every turn.
  func hasForeignCommits() throws(StoreFailure) -> Bool
}

/// A token in the whole store; positions ascend by instance, then token.
public struct TokenPosition: Sendable, Hashable, Comparable {
  /// The instance.
  public let instance: InstanceID
  /// The token.
  public let token: TokenID

  /// Names a token.
  public init(instance: InstanceID, token: TokenID) {
    self.instance = instance
    self.token = token
  }

  /// Whether one comes before the other.
  public static func < (left: TokenPosition, right: TokenPosition) -> Bool {
    (left.instance, left.token) < (right.instance, right.token)
  }
}

/// A timer in the whole store; positions ascend by due time, then instance, then timer.
public struct TimerPosition: Sendable, Hashable, Comparable {
  /// When it falls due.
  public let due: Timestamp
  /// The instance.
  public let instance: InstanceID
  /// The timer.
  public let timer: TimerID

  /// Names a timer.
  public init(due: Timestamp, instance: InstanceID, timer: TimerID) {
    self.due = due
    self.instance = instance
    self.timer = timer
  }

  /// Whether one comes before the other.
  public static func < (left: TimerPosition, right: TimerPosition) -> Bool {
    (left.due, left.instance, left.timer) < (right.due, right.instance, right.timer)
  }
}

extension EngineStore {
  /// One look for each.
  public func loadInstances(_ ids: [InstanceID]) throws(StoreFailure) -> [ProcessInstance] {
    var found: [ProcessInstance] = []
    for id in ids {
      if let instance = try loadInstance(id) { found.append(instance) }
    }
    return found
  }
}

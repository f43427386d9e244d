import EngineCore
import EngineRuntime
import Glibc
import Synchronization

/// Counts the moments at which dying hurts, and ends its own process at one of them as `kill -9` does.
package final class Mortality: Sendable {
  private let passed = Atomic(0)
  private let last: Int?

  /// - Parameter last: The number of the moment, counted from 1, that the process does not survive; nil: it lives on.
  package init(at last: Int?) { self.last = last }

  /// How many such moments have passed.
  package var moments: Int { passed.load(ordering: .sequentiallyConsistent) }

  /// One such moment. Nothing after it happens when it is the last.
  package func moment() {
    guard passed.add(1, ordering: .sequentiallyConsistent).newValue == last else { return }
    kill(getpid(), SIGKILL)
    while true { pause() }
  }
}

/// A real store whose process may die before each commit, and after it but before anybody is told.
package final class MortalStore: EngineStore {
  private let store: any EngineStore
  private let mortality: Mortality

  package init(_ store: any EngineStore, _ mortality: Mortality) {
    self.store = store
    self.mortality = mortality
  }

  package func takeLease(_ holder: LeaseHolder, at instant: Timestamp) throws(StoreFailure) -> Lease {
    mortality.moment()
    let lease = try store.takeLease(holder, at: instant)
    mortality.moment()
    return lease
  }

  package func isHeld(_ lease: Lease) throws(StoreFailure) -> Bool { try store.isHeld(lease) }

  package func commit(_ writes: [StoreWrite], lease: Lease) throws(StoreFailure) -> [WriteResult] {
    mortality.moment()
    let results = try store.commit(writes, lease: lease)
    mortality.moment()
    return results
  }

  package func renewLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure) {
    try store.renewLease(lease, at: instant)
  }

  package func releaseLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure) {
    mortality.moment()
    try store.releaseLease(lease, at: instant)
  }

  package func loadInstance(_ id: InstanceID) throws(StoreFailure) -> ProcessInstance? { try store.loadInstance(id) }

  package func loadDefinition(_ id: DefinitionID) throws(StoreFailure) -> DeployedDefinition? {
    try store.loadDefinition(id)
  }

  package func findDefinition(key: String, version: Int?) throws(StoreFailure) -> DeployedDefinition? {
    try store.findDefinition(key: key, version: version)
  }

  package func highestIdentifiers() throws(StoreFailure) -> (instance: InstanceID, definition: DefinitionID) {
    try store.highestIdentifiers()
  }

  package func findCommand(key: String) throws(StoreFailure) -> CommandRecord? { try store.findCommand(key: key) }

  package func readyLanes(after lane: ReadyLane?, limit: Int) throws(StoreFailure) -> [ReadyLane] {
    try store.readyLanes(after: lane, limit: limit)
  }

  package func readyTokens(
    in lane: ReadyLane, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try store.readyTokens(in: lane, after: position, limit: limit)
  }

  package func definition(after id: DefinitionID?) throws(StoreFailure) -> DefinitionID? {
    try store.definition(after: id)
  }

  package func countEnded(of definition: DefinitionID) throws(StoreFailure) -> Int {
    try store.countEnded(of: definition)
  }

  package func endedInstances(
    of definition: DefinitionID, after position: EndPosition?, limit: Int
  ) throws(StoreFailure) -> [EndPosition] {
    try store.endedInstances(of: definition, after: position, limit: limit)
  }

  package func loadHistory(_ id: InstanceID) throws(StoreFailure) -> [HistoryEntry] { try store.loadHistory(id) }

  package func decidedCommands(before instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    try store.decidedCommands(before: instant, limit: limit)
  }

  package func outbox(limit: Int) throws(StoreFailure) -> [PublishedEvent] { try store.outbox(limit: limit) }

  package func orphanedTokens(
    before epoch: Int64, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try store.orphanedTokens(before: epoch, after: position, limit: limit)
  }

  package func timers(after position: TimerPosition?, limit: Int) throws(StoreFailure) -> [TimerPosition] {
    try store.timers(after: position, limit: limit)
  }

  package func startTimers() throws(StoreFailure) -> [StartTimer] { try store.startTimers() }

  package func definitionHolds() throws(StoreFailure) -> [DefinitionHold] { try store.definitionHolds() }

  package func liveInstances(
    of definition: DefinitionID, onlyHeld: Bool, after instance: InstanceID, limit: Int
  ) throws(StoreFailure) -> [InstanceID] {
    try store.liveInstances(of: definition, onlyHeld: onlyHeld, after: instance, limit: limit)
  }

  package func availableTasks(
    topic: String, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try store.availableTasks(topic: topic, at: instant, limit: limit)
  }

  package func waitingCommands(limit: Int) throws(StoreFailure) -> [CommandRecord] {
    try store.waitingCommands(limit: limit)
  }

  package func subscriptions(
    _ kind: Subscription.Kind, name: String, correlationKey: String?, after place: Int64, limit: Int
  ) throws(StoreFailure) -> [SubscriptionPosition] {
    try store.subscriptions(kind, name: name, correlationKey: correlationKey, after: place, limit: limit)
  }

  package func waitingMessages(limit: Int) throws(StoreFailure) -> [StoredMessage] {
    try store.waitingMessages(limit: limit)
  }

  package func bufferedMessages(
    name: String, correlationKey: String?, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [StoredMessage] {
    try store.bufferedMessages(name: name, correlationKey: correlationKey, at: instant, limit: limit)
  }

  package func bufferedMessages(after message: Int64, limit: Int) throws(StoreFailure) -> [StoredMessage] {
    try store.bufferedMessages(after: message, limit: limit)
  }

  package func expiredMessages(at instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    try store.expiredMessages(at: instant, limit: limit)
  }

  package func nextExpiry() throws(StoreFailure) -> Timestamp? {
    try store.nextExpiry()
  }

  package func newestDefinitions() throws(StoreFailure) -> [DeployedDefinition] {
    try store.newestDefinitions()
  }

  package func hasForeignCommits() throws(StoreFailure) -> Bool { try store.hasForeignCommits() }
}

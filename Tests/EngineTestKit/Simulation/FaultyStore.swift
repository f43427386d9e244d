import EngineCore
import EngineRuntime
import EngineStorage

/// What happens to one commit.
package enum CommitFault {
  case none
  /// Nothing is written, and the engine is told so.
  case failed
  /// Everything is written, but the answer does not arrive.
  case lostReply
  /// The process dies, and nothing is written.
  case crashBefore
  /// Everything is written, and the process dies before it learns of it.
  case crashAfter
}

/// A real store behind a bad line: commits fail, answers get lost, and the process dies at the worst moment.
///
/// Used from one thread; after a crash every operation fails, as nothing that a dead process does reaches anybody.
package final class FaultyStore: EngineStore, @unchecked Sendable {
  private let store: any EngineStore
  private(set) var isCrashed = false
  /// Decides the fate of the next commit.
  package var nextFault: () -> CommitFault = { .none }
  /// Decides whether the next read fails.
  package var readFails: () -> Bool = { false }
  /// Lets the holder of the lease lose what tells others on this host that it lives.
  var beforeTakingLease: () -> Void = {}
  var tookLease: (Lease) -> Void = { _ in }
  var committed: ([StoreWrite], [WriteResult], Lease) -> Void = { _, _, _ in }
  /// For mutants: sees the writes before they are durable.
  var aboutToCommit: ([StoreWrite]) -> Void = { _ in }
  /// For mutants: what is written in place of what the engine writes.
  var rewritten: (StoreWrite) -> StoreWrite = { $0 }
  /// For mutants: the outbox as the engine is told of it.
  var seenOutbox: ([PublishedEvent]) -> [PublishedEvent] = { $0 }
  /// For mutants: the ends of instances as the engine is told of them.
  var seenEnds: ([EndPosition]) -> [EndPosition] = { $0 }

  package init(_ store: any EngineStore) { self.store = store }

  func crash() { isCrashed = true }

  /// Others on this host no longer see that this engine lives.
  func releaseHost() { (store as? any TransactionalStore)?.releaseHost() }

  private func requireLife() throws(StoreFailure) {
    if isCrashed { throw StoreFailure(.inputOutput, path: "simulation", "the process is dead") }
  }

  private func requireLine() throws(StoreFailure) {
    try requireLife()
    if readFails() { throw StoreFailure(.inputOutput, path: "simulation", "the line is bad") }
  }

  package func takeLease(_ holder: LeaseHolder, at instant: Timestamp) throws(StoreFailure) -> Lease {
    try requireLine()
    beforeTakingLease()
    let lease = try store.takeLease(holder, at: instant)
    tookLease(lease)
    return lease
  }

  package func renewLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure) {
    try requireLine()
    try store.renewLease(lease, at: instant)
  }

  package func releaseLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure) {
    try requireLine()
    try store.releaseLease(lease, at: instant)
  }

  package func isHeld(_ lease: Lease) throws(StoreFailure) -> Bool {
    try requireLine()
    return try store.isHeld(lease)
  }

  package func commit(_ writes: [StoreWrite], lease: Lease) throws(StoreFailure) -> [WriteResult] {
    try requireLife()
    let fault = nextFault()
    switch fault {
    case .crashBefore:
      crash()
      try requireLife()
    case .failed:
      throw StoreFailure(.inputOutput, path: "simulation", "the disk did not take it")
    case .none, .lostReply, .crashAfter:
      break
    }
    aboutToCommit(writes)
    let writes = writes.map(rewritten)
    let results = try store.commit(writes, lease: lease)
    committed(writes, results, lease)
    switch fault {
    case .crashAfter:
      crash()
      try requireLife()
    case .lostReply:
      throw StoreFailure(.outcomeUnknown, path: "simulation", "the answer got lost")
    case .none, .failed, .crashBefore:
      break
    }
    return results
  }

  package func loadInstance(_ id: InstanceID) throws(StoreFailure) -> ProcessInstance? {
    try requireLine()
    return try store.loadInstance(id)
  }

  package func loadDefinition(_ id: DefinitionID) throws(StoreFailure) -> DeployedDefinition? {
    try requireLine()
    return try store.loadDefinition(id)
  }

  package func findDefinition(key: String, version: Int?) throws(StoreFailure) -> DeployedDefinition? {
    try requireLine()
    return try store.findDefinition(key: key, version: version)
  }

  package func highestIdentifiers() throws(StoreFailure) -> (instance: InstanceID, definition: DefinitionID) {
    try requireLine()
    return try store.highestIdentifiers()
  }

  package func findCommand(key: String) throws(StoreFailure) -> CommandRecord? {
    try requireLine()
    return try store.findCommand(key: key)
  }

  package func readyLanes(after lane: ReadyLane?, limit: Int) throws(StoreFailure) -> [ReadyLane] {
    try requireLine()
    return try store.readyLanes(after: lane, limit: limit)
  }

  package func readyTokens(
    in lane: ReadyLane, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try requireLine()
    return try store.readyTokens(in: lane, after: position, limit: limit)
  }

  package func definition(after id: DefinitionID?) throws(StoreFailure) -> DefinitionID? {
    try requireLine()
    return try store.definition(after: id)
  }

  package func countEnded(of definition: DefinitionID) throws(StoreFailure) -> Int {
    try requireLine()
    return try store.countEnded(of: definition)
  }

  package func endedInstances(
    of definition: DefinitionID, after position: EndPosition?, limit: Int
  ) throws(StoreFailure) -> [EndPosition] {
    try requireLine()
    return seenEnds(try store.endedInstances(of: definition, after: position, limit: limit))
  }

  package func loadHistory(_ id: InstanceID) throws(StoreFailure) -> [HistoryEntry] {
    try requireLine()
    return try store.loadHistory(id)
  }

  package func decidedCommands(before instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    try requireLine()
    return try store.decidedCommands(before: instant, limit: limit)
  }

  package func outbox(limit: Int) throws(StoreFailure) -> [PublishedEvent] {
    try requireLine()
    return seenOutbox(try store.outbox(limit: limit))
  }

  package func orphanedTokens(
    before epoch: Int64, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try requireLine()
    return try store.orphanedTokens(before: epoch, after: position, limit: limit)
  }

  package func timers(after position: TimerPosition?, limit: Int) throws(StoreFailure) -> [TimerPosition] {
    try requireLine()
    return try store.timers(after: position, limit: limit)
  }

  package func startTimers() throws(StoreFailure) -> [StartTimer] {
    try requireLine()
    return try store.startTimers()
  }

  package func definitionHolds() throws(StoreFailure) -> [DefinitionHold] {
    try requireLine()
    return try store.definitionHolds()
  }

  package func liveInstances(
    of definition: DefinitionID, onlyHeld: Bool, after instance: InstanceID, limit: Int
  ) throws(StoreFailure) -> [InstanceID] {
    try requireLine()
    return try store.liveInstances(of: definition, onlyHeld: onlyHeld, after: instance, limit: limit)
  }

  package func availableTasks(topic: String, at instant: Timestamp, limit: Int) throws(StoreFailure) -> [TokenPosition]
  {
    try requireLine()
    return try store.availableTasks(topic: topic, at: instant, limit: limit)
  }

  package func waitingCommands(limit: Int) throws(StoreFailure) -> [CommandRecord] {
    try requireLine()
    return try store.waitingCommands(limit: limit)
  }

  package func subscriptions(
    _ kind: Subscription.Kind, name: String, correlationKey: String?, after place: Int64, limit: Int
  ) throws(StoreFailure) -> [SubscriptionPosition] {
    try requireLine()
    return try store.subscriptions(kind, name: name, correlationKey: correlationKey, after: place, limit: limit)
  }

  package func waitingMessages(limit: Int) throws(StoreFailure) -> [StoredMessage] {
    try requireLine()
    return try store.waitingMessages(limit: limit)
  }

  package func bufferedMessages(
    name: String, correlationKey: String?, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [StoredMessage] {
    try requireLine()
    return try store.bufferedMessages(name: name, correlationKey: correlationKey, at: instant, limit: limit)
  }

  package func bufferedMessages(after message: Int64, limit: Int) throws(StoreFailure) -> [StoredMessage] {
    try requireLine()
    return try store.bufferedMessages(after: message, limit: limit)
  }

  package func expiredMessages(at instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    try requireLine()
    return try store.expiredMessages(at: instant, limit: limit)
  }

  package func nextExpiry() throws(StoreFailure) -> Timestamp? {
    try requireLine()
    return try store.nextExpiry()
  }

  package func newestDefinitions() throws(StoreFailure) -> [DeployedDefinition] {
    try requireLine()
    return try store.newestDefinitions()
  }

  package func hasForeignCommits() throws(StoreFailure) -> Bool {
    try requireLine()
    return try store.hasForeignCommits()
  }
}

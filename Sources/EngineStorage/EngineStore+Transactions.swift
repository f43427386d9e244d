import EngineCore
import EngineRuntime

/// What an engine asks of its store, decided once for every adapter.
extension EngineStore where Self: TransactionalStore {
  /// Takes the lease and raises the epoch.
  public func takeLease(_ holder: LeaseHolder, at instant: Timestamp) throws(StoreFailure) -> Lease {
    let ownsHost = try claimHost()
    let path = path
    do throws(StoreFailure) {
      let lease = try write { (rows) throws(StoreFailure) in
        let taken = try LeaseRules.take(try rows.lease(), for: holder, at: instant, ownsHost: ownsHost, path: path)
        try rows.put(taken)
        return taken.lease
      }
      if !holder.isMomentary { try engineHasBegun() }
      return lease
    } catch {
      if ownsHost { releaseHost() }
      throw error
    }
  }

  /// Says that the holder is alive.
  public func renewLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure) {
    try update(lease) { $0.heartbeatAt = instant }
    try? engineHasCommitted()
  }

  /// Gives the lease back.
  public func releaseLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure) {
    defer { releaseHost() }
    try update(lease) { record in
      record.heartbeatAt = instant
      record.isReleased = true
    }
    // Until the host is released nobody else of this host can have become the engine.
    try? engineHasStopped()
  }

  private func update(_ lease: Lease, _ change: (inout LeaseRecord) -> Void) throws(StoreFailure) {
    let path = path
    try write { (rows) throws(StoreFailure) in
      guard var stored = try rows.lease(), stored.lease.epoch == lease.epoch else {
        throw LeaseRules.lost(lease, path: path)
      }
      change(&stored)
      try rows.put(stored)
    }
  }

  /// Whether the epoch is still that of a lease.
  public func isHeld(_ lease: Lease) throws(StoreFailure) -> Bool {
    try read { (rows) throws(StoreFailure) in try rows.epoch() == lease.epoch }
  }

  /// Commits writes in one transaction that begins with a look at the epoch.
  public func commit(_ writes: [StoreWrite], lease: Lease) throws(StoreFailure) -> [WriteResult] {
    let path = path
    let results = try write { (rows) throws(StoreFailure) in
      guard try rows.epoch() == lease.epoch else { throw LeaseRules.lost(lease, path: path) }
      return try Self.write(writes, to: rows)
    }
    // What is committed is committed: trouble after it must not look like a failed commit.
    try? engineHasCommitted()
    return results
  }

  private static func write(_ writes: [StoreWrite], to rows: some StoreRows) throws(StoreFailure) -> [WriteResult] {
    var writer = UnitOfWorkWriter(rows)
    return try writer.write(writes)
  }

  /// The stored instance.
  public func loadInstance(_ id: InstanceID) throws(StoreFailure) -> ProcessInstance? {
    try read { (rows) throws(StoreFailure) in try rows.loadInstance(id) }
  }

  /// The stored ones of many instances, in one transaction.
  public func loadInstances(_ ids: [InstanceID]) throws(StoreFailure) -> [ProcessInstance] {
    try read { (rows) throws(StoreFailure) in
      var found: [ProcessInstance] = []
      found.reserveCapacity(ids.count)
      for id in ids {
        if let instance = try rows.loadInstance(id) { found.append(instance) }
      }
      return found
    }
  }

  /// A deployed version.
  public func loadDefinition(_ id: DefinitionID) throws(StoreFailure) -> DeployedDefinition? {
    try read { (rows) throws(StoreFailure) in try rows.definition(id) }
  }

  /// The newest version under a key, or a given one.
  public func findDefinition(key: String, version: Int?) throws(StoreFailure) -> DeployedDefinition? {
    try read { (rows) throws(StoreFailure) in try rows.definition(key: key, version: version) }
  }

  /// The highest numbers given out so far.
  public func highestIdentifiers() throws(StoreFailure) -> (instance: InstanceID, definition: DefinitionID) {
    try read { (rows) throws(StoreFailure) in
      (instance: try rows.highestInstance(), definition: try rows.highestDefinition())
    }
  }

  /// The record of a command by its idempotency key.
  public func findCommand(key: String) throws(StoreFailure) -> CommandRecord? {
    try read { (rows) throws(StoreFailure) in try rows.command(key: key) }
  }

  /// The lanes in which ready tokens wait, ascending, after a lane.
  public func readyLanes(after lane: ReadyLane?, limit: Int) throws(StoreFailure) -> [ReadyLane] {
    try read { (rows) throws(StoreFailure) in
      var lanes: [ReadyLane] = []
      var last = lane
      while lanes.count < limit, let next = try rows.readyLane(after: last) {
        lanes.append(next)
        last = next
      }
      return lanes
    }
  }

  /// Ready tokens of a lane, ascending, after a position.
  public func readyTokens(
    in lane: ReadyLane, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try read { (rows) throws(StoreFailure) in try rows.readyTokens(in: lane, after: position, limit: limit) }
  }

  /// Executing tokens of older epochs, ascending, after a position.
  public func orphanedTokens(
    before epoch: Int64, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try read { (rows) throws(StoreFailure) in try rows.orphanedTokens(before: epoch, after: position, limit: limit) }
  }

  /// Pending timers by due time, after a position.
  public func timers(after position: TimerPosition?, limit: Int) throws(StoreFailure) -> [TimerPosition] {
    try read { (rows) throws(StoreFailure) in try rows.pendingTimers(after: position, limit: limit) }
  }

  /// When deployed definitions start by themselves.
  public func startTimers() throws(StoreFailure) -> [StartTimer] {
    try read { (rows) throws(StoreFailure) in try rows.startTimers() }
  }

  /// The deployed versions that are suspended, or whose instances are being resumed.
  public func definitionHolds() throws(StoreFailure) -> [DefinitionHold] {
    try read { (rows) throws(StoreFailure) in try rows.holds() }
  }

  /// Live instances of a deployed version after one.
  public func liveInstances(
    of definition: DefinitionID, onlyHeld: Bool, after instance: InstanceID, limit: Int
  ) throws(StoreFailure) -> [InstanceID] {
    try read { (rows) throws(StoreFailure) in
      try rows.liveInstances(of: definition, onlyHeld: onlyHeld, after: instance, limit: limit)
    }
  }

  /// External tasks of a topic that may be fetched.
  public func availableTasks(
    topic: String, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try read { (rows) throws(StoreFailure) in try rows.availableTasks(topic: topic, at: instant, limit: limit) }
  }

  /// Open subscriptions for a name and key, the oldest first.
  public func subscriptions(
    _ kind: Subscription.Kind, name: String, correlationKey: String?, after place: Int64, limit: Int
  ) throws(StoreFailure) -> [SubscriptionPosition] {
    try read { (rows) throws(StoreFailure) in
      try rows.subscriptions(kind, name: name, correlationKey: correlationKey, after: place, limit: limit)
    }
  }

  /// Messages and signals that nobody has looked at, oldest first.
  public func waitingMessages(limit: Int) throws(StoreFailure) -> [StoredMessage] {
    try read { (rows) throws(StoreFailure) in try rows.waitingMessages(limit: limit) }
  }

  /// Buffered messages for a name and key, oldest first.
  public func bufferedMessages(
    name: String, correlationKey: String?, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [StoredMessage] {
    try read { (rows) throws(StoreFailure) in
      try rows.bufferedMessages(name: name, correlationKey: correlationKey, at: instant, limit: limit)
    }
  }

  /// All buffered messages, oldest first, after one.
  public func bufferedMessages(after message: Int64, limit: Int) throws(StoreFailure) -> [StoredMessage] {
    try read { (rows) throws(StoreFailure) in try rows.bufferedMessages(after: message, limit: limit) }
  }

  /// Buffered messages that have expired.
  public func expiredMessages(at instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    try read { (rows) throws(StoreFailure) in try rows.expiredMessages(at: instant, limit: limit) }
  }

  /// When the next buffered message expires.
  public func nextExpiry() throws(StoreFailure) -> Timestamp? {
    try read { (rows) throws(StoreFailure) in try rows.nextExpiry() }
  }

  /// The newest version of every process, by key.
  public func newestDefinitions() throws(StoreFailure) -> [DeployedDefinition] {
    try read { (rows) throws(StoreFailure) in try rows.newestDefinitions() }
  }

  /// The first events that have yet to be published.
  public func outbox(limit: Int) throws(StoreFailure) -> [PublishedEvent] {
    try read { (rows) throws(StoreFailure) in try rows.outbox(limit: limit) }
  }

  /// The next deployed version after a given one.
  public func definition(after id: DefinitionID?) throws(StoreFailure) -> DefinitionID? {
    try read { (rows) throws(StoreFailure) in try rows.definition(after: id) }
  }

  /// How many instances of a deployed version have ended.
  public func countEnded(of definition: DefinitionID) throws(StoreFailure) -> Int {
    try read { (rows) throws(StoreFailure) in
      try rows.counts(of: definition).reduce(0) { $0 + ($1.state.isEnd ? $1.counted.instances : 0) }
    }
  }

  /// The ended instances of a deployed version in the order of their ends.
  public func endedInstances(
    of definition: DefinitionID, after position: EndPosition?, limit: Int
  ) throws(StoreFailure) -> [EndPosition] {
    try read { (rows) throws(StoreFailure) in
      try rows.endedInstances(of: definition, after: position, limit: limit)
    }
  }

  /// The whole history of an instance.
  public func loadHistory(_ id: InstanceID) throws(StoreFailure) -> [HistoryEntry] {
    try read { (rows) throws(StoreFailure) in try rows.history(of: id, limit: .max) }
  }

  /// The rows of commands that were decided before an instant.
  public func decidedCommands(before instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    try read { (rows) throws(StoreFailure) in try rows.decidedCommands(before: instant, limit: limit) }
  }

  /// Commands that wait for an engine, oldest first.
  public func waitingCommands(limit: Int) throws(StoreFailure) -> [CommandRecord] {
    try read { (rows) throws(StoreFailure) in try rows.waitingCommands(limit: limit) }
  }
}

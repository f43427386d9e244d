import EngineCore
import EngineRuntime
import Synchronization

/// A store in memory that can be made to fail, for tests of the engine alone.
final class TestStore: EngineStore {
  struct State {
    var epoch: Int64 = 0
    var instances: [InstanceID: ProcessInstance] = [:]
    var histories: [InstanceID: [HistoryEntry]] = [:]
    var definitions: [DeployedDefinition] = []
    var commands: [CommandRecord] = []
    var startTimers: [String: [StartTimer]] = [:]
    var holds: [DefinitionID: DefinitionHold] = [:]
    var isForeign = false
    var outbox: [PublishedEvent] = []
    var newestOutbox: Int64 = 0
    var commits = 0
    /// How often a page of ready tokens was read.
    var pagesRead = 0
    var batchSizes: [Int] = []
    /// Commits that work before those that fail.
    var succeeding = 0
    /// Commits to fail before the next one that works.
    var failures: [StoreFailure] = []
    /// What the next heartbeats meet.
    var heartbeatFailures: [StoreFailure] = []
    /// How many commits are done whose answer gets lost.
    var lostReplies = 0
    /// A unit of this instance makes a whole batch fail.
    var poisoned: InstanceID?
    /// A message that waits cannot be read.
    var hasUnreadableMessage = false
    /// Another process is the engine.
    var isLeased = false
    /// Another file stands where the store was.
    var isGone = false
    /// What is stored of these cannot be read.
    var unreadable: Set<InstanceID> = []
    /// Reads of timers that work before one that fails; nil when none fails.
    var timerReads: Int?
    /// Reads of definitions that fail before the next one that works.
    var failingDefinitionReads = 0
    /// How the next reads of histories fail.
    var historyFailures: [StoreFailure] = []
    /// The next unit of each of these conflicts, once.
    var conflicting: Set<InstanceID> = []
    /// The next command about each of these is taken back before it is written.
    var takenBack: Set<InstanceID> = []
  }

  let state = Mutex(State())

  func takeLease(_ holder: LeaseHolder, at instant: Timestamp) throws(StoreFailure) -> Lease {
    try requirePlace()
    if state.withLock({ $0.isLeased }) { throw StoreFailure(.leaseHeld, path: "test", "another process is the engine") }
    return state.withLock { state in
      state.epoch += 1
      return Lease(epoch: state.epoch, holder: holder)
    }
  }

  func renewLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure) {
    try requirePlace()
    let (epoch, failure) = state.withLock { state in
      (state.epoch, state.heartbeatFailures.isEmpty ? nil : state.heartbeatFailures.removeFirst())
    }
    if let failure { throw failure }
    if epoch != lease.epoch { throw StoreFailure(.leaseLost, path: "test", "the epoch has moved on") }
  }

  func isHeld(_ lease: Lease) throws(StoreFailure) -> Bool { state.withLock { $0.epoch } == lease.epoch }

  func releaseLease(_ lease: Lease, at instant: Timestamp) throws(StoreFailure) {}

  func commit(_ writes: [StoreWrite], lease: Lease) throws(StoreFailure) -> [WriteResult] {
    try requirePlace()
    let result: Result<[WriteResult], StoreFailure> = state.withLock { state in
      if state.epoch != lease.epoch { return .failure(StoreFailure(.leaseLost, path: "test", "moved on")) }
      state.succeeding -= 1
      if state.succeeding < 0, !state.failures.isEmpty { return .failure(state.failures.removeFirst()) }
      if let poisoned = state.poisoned, writes.contains(where: { $0.instances.contains(poisoned) }) {
        return .failure(StoreFailure(.corrupt, path: "test", "instance \(poisoned) cannot be written"))
      }
      state.commits += 1
      state.batchSizes.append(writes.count)
      let results = writes.map { Self.write($0, &state) }
      if state.lostReplies > 0 {
        state.lostReplies -= 1
        return .failure(StoreFailure(.outcomeUnknown, path: "test", "the answer got lost"))
      }
      return .success(results)
    }
    return try result.get()
  }

  private func requirePlace() throws(StoreFailure) {
    if state.withLock({ $0.isGone }) { throw StoreFailure(.gone, path: "test", "the file was replaced") }
  }

  private static func write(_ write: StoreWrite, _ state: inout State) -> WriteResult {
    switch write {
    case .unit(let unit):
      let stored = state.instances[unit.instance.id]?.version ?? 0
      guard stored == unit.expectedVersion else { return .conflict }
      if state.conflicting.remove(unit.instance.id) != nil { return .conflict }
      if unit.command != nil, state.takenBack.remove(unit.instance.id) != nil {
        return .failed(StoreFailure(.busy, path: "test", "it was taken back"))
      }
      state.instances[unit.instance.id] = unit.instance
      state.histories[unit.instance.id, default: []] += unit.entries
      for entry in unit.outbox {
        state.newestOutbox += 1
        state.outbox.append(
          PublishedEvent(
            id: state.newestOutbox, instance: unit.instance.id, sequence: entry.sequence, type: entry.type,
            json: entry.json))
      }
      note(unit.command, &state)
    case .deployment(let deployed, let command):
      state.definitions.append(deployed)
      note(command, &state)
    case .deletion(let id, let command):
      guard state.instances[id] != nil else { return .conflict }
      state.instances[id] = nil
      state.histories[id] = nil
      note(command, &state)
    case .decision(let command):
      note(command, &state)
    case .message(_, let command):
      note(command, &state)
    case .startTimers(let key, let timers):
      state.startTimers[key] = timers
    case .hold(let hold, let command):
      state.holds[hold.definition] = hold.isOver ? nil : hold
      note(command, &state)
    case .forgottenCommands(let rows):
      state.commands.removeAll { command in command.id.map(rows.contains) ?? false }
    case .published(let id):
      state.outbox.removeAll { $0.id <= id }
    case .together(let parts):
      let before = state
      for part in parts where Self.write(part, &state) == .conflict {
        let conflicting = state.conflicting
        state = before
        state.conflicting = conflicting
        return .conflict
      }
    }
    return .committed
  }

  private static func note(_ command: CommandRecord?, _ state: inout State) {
    guard var command else { return }
    if let id = command.id, let index = state.commands.firstIndex(where: { $0.id == id }) {
      state.commands[index] = command
    } else {
      command.id = (state.commands.compactMap(\.id).max() ?? 0) + 1
      state.commands.append(command)
    }
  }

  func loadInstance(_ id: InstanceID) throws(StoreFailure) -> ProcessInstance? {
    if state.withLock({ $0.unreadable.contains(id) }) {
      throw StoreFailure(.corrupt, path: "test", "instance \(id) cannot be read")
    }
    return state.withLock { $0.instances[id] }
  }

  func loadDefinition(_ id: DefinitionID) throws(StoreFailure) -> DeployedDefinition? {
    let isFailing = state.withLock { state in
      state.failingDefinitionReads -= 1
      return state.failingDefinitionReads >= 0
    }
    if isFailing { throw StoreFailure(.busy, path: "test", "somebody else is writing") }
    return state.withLock { state in state.definitions.first { $0.id == id } }
  }

  func findDefinition(key: String, version: Int?) throws(StoreFailure) -> DeployedDefinition? {
    state.withLock { state in
      state.definitions.last { $0.definition.key == key && (version == nil || $0.version == version) }
    }
  }

  func highestIdentifiers() throws(StoreFailure) -> (instance: InstanceID, definition: DefinitionID) {
    state.withLock { state in
      (state.instances.keys.max() ?? InstanceID(0), state.definitions.last?.id ?? DefinitionID(0))
    }
  }

  func findCommand(key: String) throws(StoreFailure) -> CommandRecord? {
    state.withLock { state in state.commands.first { $0.command.key == key } }
  }

  private func tokens(where holds: (Token) -> Bool) -> [TokenPosition] {
    state.withLock { state in
      state.instances.values.flatMap { instance in
        instance.tokens.filter(holds).map { TokenPosition(instance: instance.id, token: $0.id) }
      }.sorted()
    }
  }

  func readyLanes(after lane: ReadyLane?, limit: Int) throws(StoreFailure) -> [ReadyLane] {
    state.withLock { state in
      let all = state.instances.values.flatMap { instance in
        instance.tokens.filter { $0.state == .ready }.map {
          ReadyLane(definition: instance.definition, node: $0.node, mode: $0.mode)
        }
      }
      return Array(Set(all).sorted().filter { candidate in lane.map { candidate > $0 } ?? true }.prefix(limit))
    }
  }

  func readyTokens(
    in lane: ReadyLane, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    state.withLock { $0.pagesRead += 1 }
    let definitions = state.withLock { $0.instances.mapValues(\.definition) }
    let all = tokens { $0.state == .ready && $0.node == lane.node && $0.mode == lane.mode }
      .filter { definitions[$0.instance] == lane.definition }
    return Array(all.filter { candidate in position.map { candidate > $0 } ?? true }.prefix(limit))
  }

  func orphanedTokens(
    before epoch: Int64, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    let all = tokens { $0.state == .executing && $0.epoch < epoch }
    return Array(all.filter { candidate in position.map { candidate > $0 } ?? true }.prefix(limit))
  }

  func timers(after position: TimerPosition?, limit: Int) throws(StoreFailure) -> [TimerPosition] {
    let fails = state.withLock { state in
      guard let reads = state.timerReads else { return false }
      state.timerReads = reads == 0 ? nil : reads - 1
      return reads == 0
    }
    if fails { throw StoreFailure(.inputOutput, path: "test", "timers cannot be read") }
    let all = state.withLock { state in
      state.instances.values.flatMap { instance in
        instance.timers.map { TimerPosition(due: $0.due, instance: instance.id, timer: $0.id) }
      }.sorted()
    }
    return Array(all.filter { candidate in position.map { candidate > $0 } ?? true }.prefix(limit))
  }

  func definitionHolds() throws(StoreFailure) -> [DefinitionHold] {
    state.withLock { $0.holds.values.sorted { $0.definition < $1.definition } }
  }

  func liveInstances(
    of definition: DefinitionID, onlyHeld: Bool, after instance: InstanceID, limit: Int
  ) throws(StoreFailure) -> [InstanceID] {
    state.withLock { state in
      let found = state.instances.values.filter {
        $0.id > instance && $0.definition == definition && !$0.state.isEnd && (!onlyHeld || $0.isHeld)
      }
      return Array(found.map(\.id).sorted().prefix(limit))
    }
  }

  func startTimers() throws(StoreFailure) -> [StartTimer] {
    state.withLock { state in state.startTimers.sorted { $0.key < $1.key }.flatMap(\.value) }
  }

  func availableTasks(topic: String, at instant: Timestamp, limit: Int) throws(StoreFailure) -> [TokenPosition] {
    state.withLock { state in
      let all = state.instances.values.flatMap { instance in
        instance.externalTasks.filter { $0.topic == topic && $0.availableAt <= instant }
          .map { TokenPosition(instance: instance.id, token: $0.token) }
      }
      return Array(all.sorted().prefix(limit))
    }
  }

  func waitingCommands(limit: Int) throws(StoreFailure) -> [CommandRecord] {
    state.withLock { state in Array(state.commands.filter { $0.answer == nil }.prefix(limit)) }
  }

  // It keeps no messages: what is about them is tested on a whole store.
  func subscriptions(
    _ kind: Subscription.Kind, name: String, correlationKey: String?, after place: Int64, limit: Int
  ) throws(StoreFailure) -> [SubscriptionPosition] { [] }

  func waitingMessages(limit: Int) throws(StoreFailure) -> [StoredMessage] {
    if state.withLock({ $0.hasUnreadableMessage }) {
      throw StoreFailure(.corrupt, path: "test", "message 1 cannot be read")
    }
    return []
  }

  func bufferedMessages(
    name: String, correlationKey: String?, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [StoredMessage] { [] }

  func bufferedMessages(after message: Int64, limit: Int) throws(StoreFailure) -> [StoredMessage] { [] }

  func expiredMessages(at instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] { [] }

  func nextExpiry() throws(StoreFailure) -> Timestamp? { nil }

  func newestDefinitions() throws(StoreFailure) -> [DeployedDefinition] { [] }

  func definition(after id: DefinitionID?) throws(StoreFailure) -> DefinitionID? {
    state.withLock { state in
      state.definitions.map(\.id).filter { candidate in id.map { candidate > $0 } ?? true }.min()
    }
  }

  func countEnded(of definition: DefinitionID) throws(StoreFailure) -> Int {
    state.withLock { $0.instances.values.count { $0.definition == definition && $0.state.isEnd } }
  }

  func endedInstances(
    of definition: DefinitionID, after position: EndPosition?, limit: Int
  ) throws(StoreFailure) -> [EndPosition] {
    let ends = state.withLock { state in
      state.instances.values.filter { $0.definition == definition && $0.state.isEnd }.compactMap { instance in
        instance.endedAt.map { EndPosition(endedAt: $0, instance: instance.id) }
      }
    }
    return Array(ends.filter { end in position.map { end > $0 } ?? true }.sorted().prefix(limit))
  }

  func loadHistory(_ id: InstanceID) throws(StoreFailure) -> [HistoryEntry] {
    let failure = state.withLock { $0.historyFailures.isEmpty ? nil : $0.historyFailures.removeFirst() }
    if let failure { throw failure }
    return state.withLock { $0.histories[id] ?? [] }
  }

  func decidedCommands(before instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    state.withLock { state in
      Array(state.commands.filter { $0.decidedAt.map { $0 < instant } ?? false }.compactMap(\.id).prefix(limit))
    }
  }

  func outbox(limit: Int) throws(StoreFailure) -> [PublishedEvent] {
    state.withLock { Array($0.outbox.prefix(limit)) }
  }

  func hasForeignCommits() throws(StoreFailure) -> Bool {
    state.withLock { state in
      defer { state.isForeign = false }
      return state.isForeign
    }
  }

  /// Posts a command as another process would.
  func post(_ command: OperatorCommand) {
    state.withLock { state in
      let id = Int64(state.commands.count + 1)
      state.commands.append(CommandRecord(id: id, command: command, issuedAt: Timestamp(microseconds: 0)))
      state.isForeign = true
    }
  }
}

extension StoreWrite {
  var instances: [InstanceID] {
    switch self {
    case .unit(let unit): [unit.instance.id]
    case .deletion(let id, _): [id]
    case .deployment, .decision, .message, .startTimers, .hold, .published, .forgottenCommands: []
    case .together(let parts): parts.flatMap(\.instances)
    }
  }
}

import EngineCore
import EngineRuntime

extension MemoryRows: TokenStore {
  func tokens(of instance: InstanceID) -> [Token] { stored(instance)?.tokens ?? [] }

  func token(_ token: TokenID, of instance: InstanceID) -> Token? {
    stored(instance)?.tokens.first { $0.id == token }
  }

  func insert(_ token: Token, of instance: InstanceID, running definition: DefinitionID) throws(StoreFailure) {
    try change(instance) { $0.tokens.put(token) }
  }

  func update(_ token: Token, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.tokens.put(token) }
  }

  func replace(_ ended: TokenID, by token: Token, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in
      stored.tokens.removeAll { $0.id == ended }
      stored.tokens.put(token)
    }
  }

  func delete(_ token: TokenID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.tokens.removeAll { $0.id == token } }
  }

  func readyLane(after lane: ReadyLane?) -> ReadyLane? {
    tables.instances.values.lazy.flatMap { stored in
      stored.tokens.lazy.filter { $0.state == .ready }.map {
        ReadyLane(definition: stored.row.tally.definition, node: $0.node, mode: $0.mode)
      }
    }.filter { candidate in lane.map { candidate > $0 } ?? true }.min()
  }

  func readyTokens(in lane: ReadyLane, after position: TokenPosition?, limit: Int) -> [TokenPosition] {
    tokens(of: lane.definition, after: position, limit: limit) {
      $0.state == .ready && $0.node == lane.node && $0.mode == lane.mode
    }
  }

  func orphanedTokens(before epoch: Int64, after position: TokenPosition?, limit: Int) -> [TokenPosition] {
    tokens(of: nil, after: position, limit: limit) { $0.state == .executing && $0.epoch < epoch }
  }

  private func tokens(
    of definition: DefinitionID?, after position: TokenPosition?, limit: Int, where isMeant: (Token) -> Bool
  ) -> [TokenPosition] {
    var found: [TokenPosition] = []
    for id in tables.identifiers where definition == nil || stored(id)?.row.tally.definition == definition {
      for token in tokens(of: id) where isMeant(token) {
        let candidate = TokenPosition(instance: id, token: token.id)
        if position.map({ candidate > $0 }) ?? true { found.append(candidate) }
      }
      if found.count >= limit { break }
    }
    return Array(found.prefix(limit))
  }

  func scopes(of instance: InstanceID) -> [ScopeInstance] { stored(instance)?.scopes ?? [] }

  func put(_ scope: ScopeInstance, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.scopes.put(scope) }
  }

  func delete(_ scope: ScopeID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.scopes.removeAll { $0.id == scope } }
  }
}

extension MemoryRows: TimerStore {
  func timers(of instance: InstanceID) -> [Timer] { stored(instance)?.timers ?? [] }

  func insert(_ timer: Timer, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.timers.put(timer) }
  }

  func update(_ timer: Timer, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.timers.put(timer) }
  }

  func delete(_ timer: TimerID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.timers.removeAll { $0.id == timer } }
  }

  func pendingTimers(after position: TimerPosition?, limit: Int) -> [TimerPosition] {
    let all = tables.instances.flatMap { id, stored in
      stored.timers.map { TimerPosition(due: $0.due, instance: id, timer: $0.id) }
    }
    return Array(all.filter { candidate in position.map { candidate > $0 } ?? true }.sorted().prefix(limit))
  }
}

extension MemoryRows: TaskStore {
  func userTasks(of instance: InstanceID) -> [UserTask] { stored(instance)?.userTasks ?? [] }

  func put(_ task: UserTask, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in
      stored.userTasks.removeAll { $0.token == task.token }
      stored.userTasks.insert(
        task, at: stored.userTasks.firstIndex { $0.token > task.token } ?? stored.userTasks.endIndex)
    }
  }

  func deleteUserTask(_ token: TokenID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.userTasks.removeAll { $0.token == token } }
  }

  func externalTasks(of instance: InstanceID) -> [ExternalTask] { stored(instance)?.externalTasks ?? [] }

  func put(_ task: ExternalTask, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in
      stored.externalTasks.removeAll { $0.token == task.token }
      let place = stored.externalTasks.firstIndex { $0.token > task.token } ?? stored.externalTasks.endIndex
      stored.externalTasks.insert(task, at: place)
    }
  }

  func deleteExternalTask(_ token: TokenID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.externalTasks.removeAll { $0.token == token } }
  }

  func availableTasks(topic: String, at instant: Timestamp, limit: Int) -> [TokenPosition] {
    let all = tables.instances.flatMap { id, stored in
      stored.row.tally.isSuspended || stored.row.isCorrupted
        ? []
        : stored.externalTasks.filter { $0.topic == topic && $0.availableAt <= instant }
          .map { (since: $0.availableAt, position: TokenPosition(instance: id, token: $0.token)) }
    }
    return all.sorted { ($0.since, $0.position) < ($1.since, $1.position) }.prefix(limit).map(\.position)
  }

  func deferredOutcomes(of instance: InstanceID) -> [DeferredOutcome] { stored(instance)?.deferred ?? [] }

  func replaceDeferredOutcomes(_ outcomes: [DeferredOutcome], of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.deferred = outcomes }
  }
}

extension MemoryRows: IncidentStore {
  func incidents(of instance: InstanceID) -> [Incident] { stored(instance)?.incidents ?? [] }

  func insert(_ incident: Incident, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.incidents.put(incident) }
  }

  func delete(_ incident: IncidentID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.incidents.removeAll { $0.id == incident } }
  }
}

extension MemoryRows: CompensationStore {
  func records(of instance: InstanceID) -> [CompensationRecord] { stored(instance)?.records ?? [] }

  func insert(_ record: CompensationRecord, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.records.put(record) }
  }

  func update(_ record: CompensationRecord, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.records.put(record) }
  }

  func delete(_ record: RecordID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.records.removeAll { $0.id == record } }
  }

  func runs(of instance: InstanceID) -> [CompensationRun] { stored(instance)?.runs ?? [] }

  func put(_ run: CompensationRun, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { $0.runs.put(run) }
  }

  func delete(_ run: RunID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.runs.removeAll { $0.id == run } }
  }
}

extension MemoryRows: VariableStore {
  func variables(of instance: InstanceID) -> VariableTable {
    guard let stored = stored(instance) else { return VariableTable() }
    return VariableTable(
      scopes: stored.variables.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, undoLog: stored.undoLog)
  }

  func put(
    _ value: Value?, named name: String, in scope: ScopeID, of instance: InstanceID
  ) throws(StoreFailure) {
    try change(instance) { stored in
      stored.variables[scope, default: Context()][name] = value
      if stored.variables[scope]?.isEmpty ?? false { stored.variables[scope] = nil }
    }
  }

  func append(
    _ overwritten: VariableTable.Overwritten, at place: Int, of instance: InstanceID
  ) throws(StoreFailure) {
    try change(instance) { stored in
      stored.undoLog.removeSubrange(min(place, stored.undoLog.count)...)
      stored.undoLog.append(overwritten)
    }
  }
}

import EngineCore
import EngineRuntime

extension MemoryRows: ProcessInstanceStore {
  func header(of instance: InstanceID) -> InstanceHeader? {
    stored(instance).map { InstanceHeader(version: $0.row.version, history: $0.row.history, tally: $0.row.tally) }
  }

  func row(of instance: InstanceID) -> InstanceRow? { stored(instance)?.row }

  func insert(_ row: InstanceRow) throws(StoreFailure) {
    replace(row.id, by: StoredInstance(row: row))
    if row.id > tables.highestInstance { set(\.highestInstance, row.id) }
  }

  func advance(_ instance: ProcessInstance, history: HistoryPosition) throws(StoreFailure) {
    guard let tally = stored(instance.id)?.row.tally else { return }
    try change(instance.id) { $0.row = InstanceRow(instance, tally: tally, history: history) }
  }

  func advance(
    _ instance: ProcessInstance, isExecuting: Bool, history: HistoryPosition
  ) throws(StoreFailure) {
    guard let before = stored(instance.id)?.row.tally else { return }
    let tally = InstanceTally(
      definition: before.definition, state: before.state, isSuspended: before.isSuspended, isExecuting: isExecuting,
      incidents: before.incidents)
    try change(instance.id) { $0.row = InstanceRow(instance, tally: tally, history: history) }
  }

  func update(_ row: InstanceRow) throws(StoreFailure) { try change(row.id) { $0.row = row } }

  func delete(_ instance: InstanceID) { replace(instance, by: nil) }

  func highestInstance() -> InstanceID { tables.highestInstance }

  func endedInstances(of definition: DefinitionID, after position: EndPosition?, limit: Int) -> [EndPosition] {
    let ends = tables.instances.values.compactMap { stored -> EndPosition? in
      guard stored.row.tally.definition == definition, stored.row.tally.state.isEnd else { return nil }
      return stored.row.endedAt.map { EndPosition(endedAt: $0, instance: stored.row.id) }
    }
    return Array(ends.filter { end in position.map { end > $0 } ?? true }.sorted().prefix(limit))
  }

  func liveInstances(
    of definition: DefinitionID, onlyHeld: Bool, after instance: InstanceID, limit: Int
  ) -> [InstanceID] {
    let found = tables.instances.values.filter { stored in
      stored.row.id > instance && stored.row.tally.definition == definition && !stored.row.tally.state.isEnd
        && (!onlyHeld || stored.row.isHeld)
    }
    return Array(found.map(\.row.id).sorted().prefix(limit))
  }

  func instances(after instance: InstanceID, limit: Int) -> [InstanceID] {
    Array(tables.identifiers.lazy.filter { $0 > instance }.prefix(limit))
  }
}

extension MemoryRows: EventStore {
  func append(
    _ entries: [HistoryEntry], of instance: InstanceID, after newest: HistoryPosition
  ) -> HistoryPosition {
    if entries.isEmpty { return newest }
    let position = HistoryPosition(rawValue: tables.newestHistory.rawValue + 1)
    set(\.newestHistory, position)
    set(\.history[position], HistoryUnit(instance: instance, previous: newest, entries: entries))
    return position
  }

  func unit(at position: HistoryPosition) -> HistoryUnit? { tables.history[position] }

  func deleteHistory(newest: HistoryPosition) {
    var position = newest
    while let unit = tables.history[position] {
      set(\.history[position], nil)
      position = unit.previous
    }
  }
}

extension MemoryRows: DefinitionStore {
  func definition(_ id: DefinitionID) -> DeployedDefinition? { tables.definitions[id] }

  func definition(key: String, version: Int?) -> DeployedDefinition? {
    tables.definitions.values
      .filter { $0.definition.key == key && (version == nil || $0.version == version) }
      .max { $0.version < $1.version }
  }

  func newestDefinitions() -> [DeployedDefinition] {
    let keys = Set(tables.definitions.values.map(\.definition.key)).sorted()
    return keys.compactMap { definition(key: $0, version: nil) }
  }

  func highestDefinition() -> DefinitionID { tables.definitions.keys.max() ?? DefinitionID(0) }

  func insert(_ deployed: DeployedDefinition) { set(\.definitions[deployed.id], deployed) }

  func startTimers() -> [StartTimer] {
    tables.startTimers.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  func replaceStartTimers(of key: String, by timers: [StartTimer]) {
    set(\.startTimers[key], timers.isEmpty ? nil : timers)
  }

  func holds() -> [DefinitionHold] { tables.holds.values.sorted { $0.definition < $1.definition } }

  func put(_ hold: DefinitionHold) { set(\.holds[hold.definition], hold.isOver ? nil : hold) }

  func add(_ change: CountChange, to state: InstanceState, of definition: DefinitionID) {
    let key = MemoryTables.CountKey(definition: definition, state: state)
    var counted = tables.counts[key] ?? CountChange()
    counted.instances += change.instances
    counted.suspended += change.suspended
    counted.withIncidents += change.withIncidents
    counted.incidents += change.incidents
    set(\.counts[key], counted)
  }

  func definition(after id: DefinitionID?) -> DefinitionID? {
    tables.definitions.keys.filter { candidate in id.map { candidate > $0 } ?? true }.min()
  }

  func counts(of definition: DefinitionID) -> [CountRow] { counts().filter { $0.definition == definition } }

  func counts() -> [CountRow] {
    tables.counts.map { CountRow(definition: $0.key.definition, state: $0.key.state, counted: $0.value) }
  }
}

extension MemoryRows: CommandStore {
  func put(_ command: CommandRecord, affecting instance: InstanceID?) -> Int64 {
    let row = command.id ?? tables.newestCommand + 1
    var record = command
    record.id = row
    if command.id == nil {
      set(\.newestCommand, row)
      set(\.commandKeys[command.command.key], row)
    }
    let affected = command.command.verb.instance ?? instance ?? tables.commands[row]?.instance
    set(\.commands[row], MemoryTables.StoredCommand(record: record, instance: affected))
    return row
  }

  func command(key: String) -> CommandRecord? {
    tables.commandKeys[key].flatMap { tables.commands[$0]?.record }
  }

  func command(row: Int64) -> CommandRecord? { tables.commands[row]?.record }

  func isWaiting(row: Int64) -> Bool { tables.commands[row].map { $0.record.answer == nil } ?? false }

  func deleteCommand(row: Int64) {
    guard let key = tables.commands[row]?.record.command.key else { return }
    set(\.commands[row], nil)
    set(\.commandKeys[key], nil)
  }

  func decidedCommands(before instant: Timestamp, limit: Int) -> [Int64] {
    let decided = tables.commands.compactMap { row, command in command.record.decidedAt.map { (at: $0, row: row) } }
    return decided.filter { $0.at < instant }.sorted { ($0.at, $0.row) < ($1.at, $1.row) }.prefix(limit).map(\.row)
  }

  func waitingCommands(limit: Int) -> [CommandRecord] {
    let waiting = tables.commands.filter { $0.value.record.answer == nil }
    return Array(waiting.sorted { $0.key < $1.key }.map(\.value.record).prefix(limit))
  }
}

extension MemoryRows: LeaseStore {
  func epoch() -> Int64 { tables.lease?.lease.epoch ?? 0 }
  func lease() -> LeaseRecord? { tables.lease }
  func put(_ lease: LeaseRecord) { set(\.lease, lease) }
}

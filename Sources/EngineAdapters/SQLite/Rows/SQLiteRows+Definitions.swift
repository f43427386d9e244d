import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows: DefinitionStore {
  func definition(_ id: DefinitionID) throws(StoreFailure) -> DeployedDefinition? {
    try sql("SELECT id, version, folder, deployed_at, content FROM process_definition WHERE id = ?").bind(id)
      .first { (row) throws(StoreFailure) in try deployed(row) }
  }

  func definition(key: String, version: Int?) throws(StoreFailure) -> DeployedDefinition? {
    let statement =
      if let version {
        try sql(
          "SELECT id, version, folder, deployed_at, content FROM process_definition WHERE key = ? AND version = ?"
        )
        .bind(key).bind(version)
      } else {
        try sql(
          """
          SELECT id, version, folder, deployed_at, content FROM process_definition WHERE key = ?
          ORDER BY version DESC LIMIT 1
          """
        ).bind(key)
      }
    return try statement.first { (row) throws(StoreFailure) in try deployed(row) }
  }

  func newestDefinitions() throws(StoreFailure) -> [DeployedDefinition] {
    let keys = try sql("SELECT DISTINCT key FROM process_definition ORDER BY key").all { $0.text(0) }
    var newest: [DeployedDefinition] = []
    for key in keys {
      if let deployed = try definition(key: key, version: nil) { newest.append(deployed) }
    }
    return newest
  }

  private func deployed(_ row: Row) throws(StoreFailure) -> DeployedDefinition {
    let definition = try decoded("definition \(row.integer(0))") { () throws(DecodingFault) in
      try ProcessDefinition.decoded(from: row.text(4))
    }
    return DeployedDefinition(
      id: row.id(0), version: row.int(1), definition: definition, folder: row.text(2), deployedAt: row.timestamp(3))
  }

  func highestDefinition() throws(StoreFailure) -> DefinitionID {
    DefinitionID(try sql("SELECT coalesce(max(id), 0) FROM process_definition").first { $0.integer(0) } ?? 0)
  }

  func insert(_ deployed: DeployedDefinition) throws(StoreFailure) {
    let definition = deployed.definition
    try sql(
      """
      INSERT INTO process_definition (id, key, version, name, folder, deployed_at, content)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(deployed.id).bind(definition.key).bind(deployed.version).bind(definition.name).bind(deployed.folder)
    .bind(deployed.deployedAt).bind(definition.canonicalJSON).run()
    for (index, node) in definition.nodes.enumerated() {
      try sql("INSERT INTO definition_node (definition, node, id, name, kind) VALUES (?, ?, ?, ?, ?)")
        .bind(deployed.id).bind(index).bind(node.id).bind(node.name).bind(node.kind.storedName).run()
    }
  }

  func startTimers() throws(StoreFailure) -> [StartTimer] {
    try sql(
      "SELECT key, place, definition, due, anchor, planned, times_left FROM start_timer ORDER BY key, place"
    ).all { row in
      var cycle: CycleProgress?
      if let anchor = row.optionalTimestamp(4), let planned = row.optionalTimestamp(5) {
        cycle = CycleProgress(anchor: anchor, planned: planned, left: row.optionalInteger(6).map { Int($0) })
      }
      return StartTimer(
        key: row.text(0), place: row.int(1), definition: row.id(2), due: row.timestamp(3), cycle: cycle)
    }
  }

  func holds() throws(StoreFailure) -> [DefinitionHold] {
    try sql("SELECT definition, suspended, cursor FROM definition_hold ORDER BY definition").all { row in
      DefinitionHold(
        definition: row.id(0), isSuspended: row.flag(1), cursor: row.optionalInteger(2).map { InstanceID($0) })
    }
  }

  func put(_ hold: DefinitionHold) throws(StoreFailure) {
    guard !hold.isOver else {
      try sql("DELETE FROM definition_hold WHERE definition = ?").bind(hold.definition).run()
      return
    }
    try sql("INSERT OR REPLACE INTO definition_hold (definition, suspended, cursor) VALUES (?, ?, ?)")
      .bind(hold.definition).bind(hold.isSuspended).bind(hold.cursor?.rawValue).run()
  }

  func replaceStartTimers(of key: String, by timers: [StartTimer]) throws(StoreFailure) {
    try sql("DELETE FROM start_timer WHERE key = ?").bind(key).run()
    for timer in timers {
      try sql(
        """
        INSERT INTO start_timer (key, place, definition, due, anchor, planned, times_left)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
      )
      .bind(key).bind(timer.place).bind(timer.definition).bind(timer.due).bind(timer.cycle?.anchor.microseconds)
      .bind(timer.cycle?.planned.microseconds).bind(timer.cycle?.left.map { Int64($0) }).run()
    }
  }

  func add(_ change: CountChange, to state: InstanceState, of definition: DefinitionID) throws(StoreFailure) {
    try sql(
      """
      INSERT INTO state_count (definition, state, instances, suspended, with_incidents, incidents)
      VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (definition, state) DO UPDATE SET
        instances = instances + excluded.instances, suspended = suspended + excluded.suspended,
        with_incidents = with_incidents + excluded.with_incidents, incidents = incidents + excluded.incidents
      """
    )
    .bind(definition).bind(state.rawValue).bind(change.instances).bind(change.suspended).bind(change.withIncidents)
    .bind(change.incidents).run()
  }

  func definition(after id: DefinitionID?) throws(StoreFailure) -> DefinitionID? {
    try sql("SELECT id FROM process_definition WHERE id > ? ORDER BY id LIMIT 1").bind(id?.rawValue ?? .min)
      .first { $0.id(0) }
  }

  func counts(of definition: DefinitionID) throws(StoreFailure) -> [CountRow] {
    try sql(
      """
      SELECT definition, state, instances, suspended, with_incidents, incidents FROM state_count WHERE definition = ?
      """
    ).bind(definition).all { (row) throws(StoreFailure) in try Self.count(row) }
  }

  func counts() throws(StoreFailure) -> [CountRow] {
    try sql("SELECT definition, state, instances, suspended, with_incidents, incidents FROM state_count")
      .all { (row) throws(StoreFailure) in try Self.count(row) }
  }

  /// A row from the columns `definition, state, instances, suspended, with_incidents, incidents`.
  static func count(_ row: Row) throws(StoreFailure) -> CountRow {
    try named("a row of state_count for definition \(row.integer(0))") { () throws(StoreFailure) in
      var counted = CountChange()
      counted.instances = Int(try row.count(2))
      counted.suspended = Int(try row.count(3))
      counted.withIncidents = Int(try row.count(4))
      counted.incidents = Int(try row.count(5))
      return CountRow(definition: row.id(0), state: try row.code(1), counted: counted)
    }
  }
}

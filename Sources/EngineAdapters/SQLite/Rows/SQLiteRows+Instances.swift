import EngineCore
import EngineRuntime
import EngineStorage
import GRDBSQLite

extension SQLiteRows: ProcessInstanceStore {
  func header(of instance: InstanceID) throws(StoreFailure) -> InstanceHeader? {
    try sql(
      """
      SELECT version, history_head, definition, state, suspended, executing, incidents FROM process_instance WHERE id = ?
      """
    ).bind(instance).first { (row) throws(StoreFailure) in
      InstanceHeader(
        version: row.integer(0), history: HistoryPosition(rawValue: row.integer(1)),
        tally: try Self.tally(row, of: instance, from: 2))
    }
  }

  func row(of instance: InstanceID) throws(StoreFailure) -> InstanceRow? {
    try sql(
      """
      SELECT version, history_head, definition, state, suspended, executing, incidents, business_key, corrupted, sequence,
        next_id, created_at, updated_at, ended_at, parent, parent_token, call_depth, error_code, held
      FROM process_instance WHERE id = ?
      """
    ).bind(instance).first { (row) throws(StoreFailure) in
      try Self.named("instance \(instance)") { () throws(StoreFailure) in
        InstanceRow(
          id: instance, businessKey: row.optionalText(7), parent: try Self.parent(row, from: 14),
          errorCode: row.optionalText(17), tally: try Self.tally(row, of: instance, from: 2),
          isHeld: row.optionalInteger(18) == 1, isCorrupted: row.flag(8),
          version: try row.count(0), sequence: try row.count(9), nextID: try row.count(10),
          createdAt: row.timestamp(11), updatedAt: row.timestamp(12), endedAt: row.optionalTimestamp(13),
          history: HistoryPosition(rawValue: row.integer(1)))
      }
    }
  }

  private static func parent(_ row: Row, from column: Int32) throws(StoreFailure) -> ParentLink? {
    guard let instance = row.optionalInteger(column) else { return nil }
    return ParentLink(
      instance: InstanceID(instance), token: row.id(column + 1), depth: Int(try row.count(column + 2)))
  }

  private static func tally(
    _ row: Row, of instance: InstanceID, from column: Int32
  ) throws(StoreFailure) -> InstanceTally {
    try named("instance \(instance)") { () throws(StoreFailure) in
      InstanceTally(
        definition: row.id(column), state: try row.code(column + 1), isSuspended: row.flag(column + 2),
        isExecuting: row.flag(column + 3), incidents: Int(try row.count(column + 4)))
    }
  }

  func insert(_ row: InstanceRow) throws(StoreFailure) {
    try sql(
      """
      INSERT INTO process_instance (id, definition, business_key, state, suspended, corrupted, executing, incidents,
        version, sequence, next_id, created_at, updated_at, ended_at, history_head, parent, parent_token, call_depth,
        error_code, held)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(row.id).bind(row.tally.definition).bind(row.businessKey).bind(row.tally.state.rawValue)
    .bind(row.tally.isSuspended).bind(row.isCorrupted).bind(row.tally.isExecuting).bind(row.tally.incidents)
    .bind(row.version).bind(row.sequence).bind(row.nextID).bind(row.createdAt).bind(row.updatedAt)
    .bind(row.endedAt?.microseconds).bind(row.history.rawValue).bind(row.parent?.instance.rawValue)
    .bind(row.parent?.token.rawValue).bind(row.parent.map { Int64($0.depth) }).bind(row.errorCode)
    .bind(row.isHeld ? Int64(1) : nil).run()
  }

  func advance(_ instance: ProcessInstance, history: HistoryPosition) throws(StoreFailure) {
    try sql(
      """
      UPDATE process_instance SET version = ?, sequence = ?, next_id = ?, updated_at = ?, history_head = ? WHERE id = ?
      """
    )
    .bind(instance.version).bind(instance.sequence).bind(instance.nextID).bind(instance.updatedAt)
    .bind(history.rawValue).bind(instance.id).run()
  }

  func advance(
    _ instance: ProcessInstance, isExecuting: Bool, history: HistoryPosition
  ) throws(StoreFailure) {
    try sql(
      """
      UPDATE process_instance SET version = ?, sequence = ?, next_id = ?, updated_at = ?, history_head = ?, executing = ?
      WHERE id = ?
      """
    )
    .bind(instance.version).bind(instance.sequence).bind(instance.nextID).bind(instance.updatedAt)
    .bind(history.rawValue).bind(isExecuting).bind(instance.id).run()
  }

  func update(_ row: InstanceRow) throws(StoreFailure) {
    try sql(
      """
      UPDATE process_instance SET state = ?, suspended = ?, corrupted = ?, executing = ?, incidents = ?, version = ?,
        sequence = ?, next_id = ?, updated_at = ?, ended_at = ?, history_head = ?, error_code = ?, held = ?
      WHERE id = ?
      """
    )
    .bind(row.tally.state.rawValue).bind(row.tally.isSuspended).bind(row.isCorrupted).bind(row.tally.isExecuting)
    .bind(row.tally.incidents).bind(row.version).bind(row.sequence).bind(row.nextID).bind(row.updatedAt)
    .bind(row.endedAt?.microseconds).bind(row.history.rawValue).bind(row.errorCode)
    .bind(row.isHeld ? Int64(1) : nil).bind(row.id).run()
  }

  func delete(_ instance: InstanceID) throws(StoreFailure) {
    for table in SQLiteSchema.tablesOfInstances {
      try sql.composed("DELETE FROM \(table) WHERE instance = ?").bind(instance).run()
    }
    try sql("DELETE FROM process_instance WHERE id = ?").bind(instance).run()
    try raise("instance", to: instance.rawValue)
  }

  func highestInstance() throws(StoreFailure) -> InstanceID {
    let stored = try sql("SELECT coalesce(max(id), 0) FROM process_instance").first { $0.integer(0) } ?? 0
    return InstanceID(max(stored, try highWater("instance")))
  }

  func endedInstances(
    of definition: DefinitionID, after position: EndPosition?, limit: Int
  ) throws(StoreFailure) -> [EndPosition] {
    try sql(
      """
      SELECT ended_at, id FROM process_instance WHERE definition = ? AND ended_at IS NOT NULL
        AND (ended_at, id) > (?, ?) ORDER BY ended_at, id LIMIT ?
      """
    )
    .bind(definition).bind(position?.endedAt.microseconds ?? .min).bind(position?.instance.rawValue ?? .min)
    .bind(limit).all { EndPosition(endedAt: $0.timestamp(0), instance: $0.id(1)) }
  }

  func liveInstances(
    of definition: DefinitionID, onlyHeld: Bool, after instance: InstanceID, limit: Int
  ) throws(StoreFailure) -> [InstanceID] {
    if onlyHeld {
      return try sql(
        "SELECT id FROM process_instance WHERE held = 1 AND ended_at IS NULL AND definition = ? AND id > ? ORDER BY id LIMIT ?"
      ).bind(definition).bind(instance).bind(limit).all { $0.id(0) }
    }
    var found: [InstanceID] = []
    for state in InstanceState.allCases where !state.isEnd {
      found += try sql(
        "SELECT id FROM process_instance WHERE definition = ? AND state = ? AND id > ? ORDER BY id LIMIT ?"
      ).bind(definition).bind(state.rawValue).bind(instance).bind(limit).all { $0.id(0) }
    }
    return Array(found.sorted().prefix(limit))
  }

  func instances(after instance: InstanceID, limit: Int) throws(StoreFailure) -> [InstanceID] {
    try sql("SELECT id FROM process_instance WHERE id > ? ORDER BY id LIMIT ?").bind(instance).bind(limit)
      .all { $0.id(0) }
  }

  /// Numbers that were given out and whose rows are gone: they are not given out again.
  private func raise(_ name: String, to value: Int64) throws(StoreFailure) {
    try sql(
      "INSERT INTO high_water VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)"
    ).bind(name).bind(value).run()
  }

  func highWater(_ name: String) throws(StoreFailure) -> Int64 {
    try sql("SELECT value FROM high_water WHERE name = ?").bind(name).first { $0.integer(0) } ?? 0
  }
}

extension SQLiteRows: EventStore {
  func append(
    _ entries: [HistoryEntry], of instance: InstanceID, after newest: HistoryPosition
  ) throws(StoreFailure) -> HistoryPosition {
    guard let first = entries.first else { return newest }
    let events = json { EventCodec.encode(entries, into: &$0) }
    try sql("INSERT INTO history (instance, previous, sequence, at, events) VALUES (?, ?, ?, ?, ?)")
      .bind(instance).bind(newest.rawValue).bind(first.sequence).bind(first.at).bind(utf8: events).run()
    return HistoryPosition(rawValue: sqlite3_last_insert_rowid(sql.connection))
  }

  func unit(at position: HistoryPosition) throws(StoreFailure) -> HistoryUnit? {
    try sql("SELECT instance, previous, sequence, at, events FROM history WHERE id = ?").bind(position.rawValue)
      .first { (row) throws(StoreFailure) in
        let instance: InstanceID = row.id(0)
        let events = try decoded("history of instance \(instance)") { () throws(DecodingFault) in
          try EventCodec.decode(row.bytes(4))
        }
        let start = row.integer(2)
        let at = row.timestamp(3)
        return HistoryUnit(
          instance: instance, previous: HistoryPosition(rawValue: row.integer(1)),
          entries: events.enumerated().map {
            HistoryEntry(sequence: start + Int64($0.offset), at: at, event: $0.element)
          })
      }
  }

  func deleteHistory(newest: HistoryPosition) throws(StoreFailure) {
    try sql(
      """
      DELETE FROM history WHERE id IN (
        WITH RECURSIVE chain (id) AS (
          SELECT ? UNION SELECT h.previous FROM chain JOIN history h ON h.id = chain.id WHERE h.previous > 0)
        SELECT id FROM chain)
      """
    ).bind(newest.rawValue).run()
    try raise("history", to: newest.rawValue)
  }
}

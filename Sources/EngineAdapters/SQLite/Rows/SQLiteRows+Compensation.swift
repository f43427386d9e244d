import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows: CompensationStore {
  func records(of instance: InstanceID) throws(StoreFailure) -> [CompensationRecord] {
    try sql(
      """
      SELECT id, node, token, visible_scopes, owner, state, after, shelf, child, owned_since FROM compensation_record
      WHERE instance = ? ORDER BY id
      """
    ).bind(instance).all { (row) throws(StoreFailure) in
      try Self.named("compensation record \(row.integer(0)) of instance \(instance)") { () throws(StoreFailure) in
        try record(row)
      }
    }
  }

  private func record(_ row: Row) throws(StoreFailure) -> CompensationRecord {
    var record = CompensationRecord(
      id: row.id(0), node: row.node(1), token: row.id(2),
      visibleScopes: try identifiers(row, 3), owner: row.id(4),
      after: try identifiers(row, 6), shelf: row.optionalInteger(7).map { ScopeID($0) },
      ownedSince: row.optionalInteger(9))
    record.state = try row.code(5)
    record.child = row.optionalInteger(8).map(InstanceID.init(rawValue:))
    return record
  }

  func insert(_ record: CompensationRecord, of instance: InstanceID) throws(StoreFailure) {
    let scopes = json(record.visibleScopes)
    let after = json(record.after)
    let statement = try sql(
      """
      INSERT INTO compensation_record (instance, id, node, token, visible_scopes, owner, state, after, shelf, child,
        owned_since)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).bind(instance).bind(record.id).bind(record.node.rawValue).bind(record.token)
    try statement.bind(utf8OrNull: scopes).bind(record.owner).bind(record.state.rawValue).bind(utf8OrNull: after)
      .bind(record.shelf?.rawValue).bind(record.child?.rawValue).bind(Self.ownedSince(record)).run()
  }

  /// Nothing is stored for most records, which are of their first owner.
  private static func ownedSince(_ record: CompensationRecord) -> Int64? {
    record.ownedSince == record.id.rawValue ? nil : record.ownedSince
  }

  func update(_ record: CompensationRecord, of instance: InstanceID) throws(StoreFailure) {
    try sql(
      "UPDATE compensation_record SET owner = ?, state = ?, child = ?, owned_since = ? WHERE instance = ? AND id = ?"
    )
    .bind(record.owner).bind(record.state.rawValue).bind(record.child?.rawValue).bind(Self.ownedSince(record))
    .bind(instance).bind(record.id).run()
  }

  func delete(_ record: RecordID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM compensation_record WHERE instance = ? AND id = ?").bind(instance).bind(record).run()
  }

  func runs(of instance: InstanceID) throws(StoreFailure) -> [CompensationRun] {
    try sql(
      """
      SELECT id, target, code, message, continuation, phase, context, extent FROM compensation_run WHERE instance = ?
      ORDER BY id
      """
    ).bind(instance).all { (row) throws(StoreFailure) in
      try Self.named("compensation run \(row.integer(0)) of instance \(instance)") { () throws(StoreFailure) in
        try Self.run(row)
      }
    }
  }

  /// A run from its columns `id, target, code, message, continuation, phase, context, extent`.
  static func run(_ row: Row, from column: Int32 = 0) throws(StoreFailure) -> CompensationRun {
    var run = CompensationRun(
      id: row.id(column), target: row.id(column + 1), code: row.text(column + 2), message: row.text(column + 3),
      then: try row.code(column + 4), extent: try extent(row, column + 7))
    run.phase = try row.code(column + 5)
    run.context = try row.json(column + 6).contextValue ?? Context()
    return run
  }

  private static func extent(_ row: Row, _ column: Int32) throws(StoreFailure) -> CompensationExtent {
    guard let json = try row.optionalJSON(column) else { return .everything }
    do {
      return try CompensationExtent(json: json)
    } catch {
      throw StoreFailure(.corrupt, path: row.path, "its extent cannot be read: \(error)")
    }
  }

  func put(_ run: CompensationRun, of instance: InstanceID) throws(StoreFailure) {
    let context = json { $0.write(run.context) }
    try sql(
      """
      INSERT OR REPLACE INTO compensation_run (instance, id, target, code, message, continuation, phase, context,
        extent)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(instance).bind(run.id).bind(run.target).bind(run.code).bind(run.message).bind(run.then.rawValue)
    .bind(run.phase.rawValue).bind(utf8: context)
    .bind(utf8OrNull: run.extent == .everything ? nil : json(run.extent.json)).run()
  }

  func delete(_ run: RunID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM compensation_run WHERE instance = ? AND id = ?").bind(instance).bind(run).run()
  }
}

extension SQLiteRows: VariableStore {
  func variables(of instance: InstanceID) throws(StoreFailure) -> VariableTable {
    var scopes: [(ScopeID, Context)] = []
    try sql("SELECT scope, name, value FROM variable WHERE instance = ? ORDER BY scope, name").bind(instance)
      .forEach { (row) throws(StoreFailure) in
        let scope: ScopeID = row.id(0)
        if scopes.last?.0 != scope { scopes.append((scope, Context())) }
        let name = row.text(1)
        scopes[scopes.count - 1].1[name] = try Self.named("variable \(name) of instance \(instance)") {
          () throws(StoreFailure) in try row.json(2)
        }
      }
    let log = try sql(
      "SELECT sequence, scope, name, previous FROM variable_undo WHERE instance = ? ORDER BY place"
    ).bind(instance).all { (row) throws(StoreFailure) in
      let previous = try Self.named("what event \(row.integer(0)) overwrote of instance \(instance)") {
        () throws(StoreFailure) in try row.optionalJSON(3)
      }
      return VariableTable.Overwritten(
        sequence: row.integer(0), scope: row.id(1), name: row.text(2), previous: previous)
    }
    return VariableTable(scopes: scopes, undoLog: log)
  }

  func put(
    _ value: Value?, named name: String, in scope: ScopeID, of instance: InstanceID
  ) throws(StoreFailure) {
    guard let value else {
      try sql("DELETE FROM variable WHERE instance = ? AND scope = ? AND name = ?")
        .bind(instance).bind(scope).bind(name).run()
      return
    }
    let text = json(value)
    try sql("INSERT OR REPLACE INTO variable (instance, scope, name, value) VALUES (?, ?, ?, ?)")
      .bind(instance).bind(scope).bind(name).bind(utf8: text).run()
  }

  func append(
    _ overwritten: VariableTable.Overwritten, at place: Int, of instance: InstanceID
  ) throws(StoreFailure) {
    let previous = overwritten.previous.map { json($0) }
    let statement = try sql(
      "INSERT INTO variable_undo (instance, place, sequence, scope, name, previous) VALUES (?, ?, ?, ?, ?, ?)"
    ).bind(instance).bind(place).bind(overwritten.sequence).bind(overwritten.scope).bind(overwritten.name)
    try (previous.map { statement.bind(utf8: $0) } ?? statement.bindNull()).run()
  }
}

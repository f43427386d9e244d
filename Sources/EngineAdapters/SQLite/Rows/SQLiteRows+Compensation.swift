import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows: CompensationStore {
  func records(of instance: InstanceID) throws(StoreFailure) -> [CompensationRecord] {
    try sql(
      "SELECT id, node, token, visible_scopes, owner, state, child FROM compensation_record WHERE instance = ? ORDER BY id"
    ).bind(instance).all { (row) throws(StoreFailure) in
      let scopes = try row.optionalJSON(3)?.listValue ?? []
      var record = CompensationRecord(
        id: row.id(0), node: row.node(1), token: row.id(2),
        visibleScopes: scopes.compactMap { $0.intValue.map { ScopeID(Int64($0)) } }, owner: row.id(4))
      record.state = try row.code(5)
      record.child = row.optionalInteger(6).map(InstanceID.init(rawValue:))
      return record
    }
  }

  func insert(_ record: CompensationRecord, of instance: InstanceID) throws(StoreFailure) {
    let scopes = json { writer in
      writer.beginArray()
      for scope in record.visibleScopes { writer.writeInteger(scope.rawValue) }
      writer.endArray()
    }
    let statement = try sql(
      """
      INSERT INTO compensation_record (instance, id, node, token, visible_scopes, owner, state, child)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).bind(instance).bind(record.id).bind(record.node.rawValue).bind(record.token)
    // Most steps are in the root scope, which is never listed.
    let bound = record.visibleScopes.isEmpty ? statement.bindNull() : statement.bind(utf8: scopes)
    try bound.bind(record.owner).bind(record.state.rawValue).bind(record.child?.rawValue).run()
  }

  func update(_ record: CompensationRecord, of instance: InstanceID) throws(StoreFailure) {
    try sql("UPDATE compensation_record SET owner = ?, state = ?, child = ? WHERE instance = ? AND id = ?")
      .bind(record.owner).bind(record.state.rawValue).bind(record.child?.rawValue).bind(instance).bind(record.id).run()
  }

  func delete(_ record: RecordID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM compensation_record WHERE instance = ? AND id = ?").bind(instance).bind(record).run()
  }

  func runs(of instance: InstanceID) throws(StoreFailure) -> [CompensationRun] {
    try sql(
      """
      SELECT id, target, code, message, continuation, phase, context FROM compensation_run WHERE instance = ?
      ORDER BY id
      """
    ).bind(instance).all { (row) throws(StoreFailure) in try Self.run(row) }
  }

  /// A run from its columns `id, target, code, message, continuation, phase, context`.
  static func run(_ row: Row, from column: Int32 = 0) throws(StoreFailure) -> CompensationRun {
    var run = CompensationRun(
      id: row.id(column), target: row.id(column + 1), code: row.text(column + 2), message: row.text(column + 3),
      then: try row.code(column + 4))
    run.phase = try row.code(column + 5)
    run.context = try row.json(column + 6).contextValue ?? Context()
    return run
  }

  func put(_ run: CompensationRun, of instance: InstanceID) throws(StoreFailure) {
    let context = json { $0.write(run.context) }
    try sql(
      """
      INSERT OR REPLACE INTO compensation_run (instance, id, target, code, message, continuation, phase, context)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(instance).bind(run.id).bind(run.target).bind(run.code).bind(run.message).bind(run.then.rawValue)
    .bind(run.phase.rawValue).bind(utf8: context).run()
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
        scopes[scopes.count - 1].1[row.text(1)] = try row.json(2)
      }
    let log = try sql(
      "SELECT sequence, scope, name, previous FROM variable_undo WHERE instance = ? ORDER BY place"
    ).bind(instance).all { (row) throws(StoreFailure) in
      VariableTable.Overwritten(
        sequence: row.integer(0), scope: row.id(1), name: row.text(2), previous: try row.optionalJSON(3))
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

import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows: TokenStore {
  func tokens(of instance: InstanceID) throws(StoreFailure) -> [Token] { try tokens(of: instance, limit: .max) }

  /// The first live tokens of an instance.
  func tokens(of instance: InstanceID, limit: Int) throws(StoreFailure) -> [Token] {
    try sql(
      """
      SELECT id, node, scope, mode, flow, state, wait, wait_argument, attempt, failures, crashes, epoch, unknown, since,
        run, record, probing, after FROM token WHERE instance = ? ORDER BY id LIMIT ?
      """
    ).bind(instance).bind(limit).all { (row) throws(StoreFailure) in try token(row, of: instance) }
  }

  func token(_ token: TokenID, of instance: InstanceID) throws(StoreFailure) -> Token? {
    try sql(
      """
      SELECT id, node, scope, mode, flow, state, wait, wait_argument, attempt, failures, crashes, epoch, unknown, since,
        run, record, probing, after FROM token WHERE instance = ? AND id = ?
      """
    ).bind(instance).bind(token).first { (row) throws(StoreFailure) in try self.token(row, of: instance) }
  }

  private func token(_ row: Row, of instance: InstanceID) throws(StoreFailure) -> Token {
    try Self.named("token \(row.integer(0)) of instance \(instance)") { () throws(StoreFailure) in
      try unnamedToken(row, of: instance)
    }
  }

  private func unnamedToken(_ row: Row, of instance: InstanceID) throws(StoreFailure) -> Token {
    var reference: CompensationReference?
    if let run = row.optionalInteger(14), let record = row.optionalInteger(15) {
      reference = CompensationReference(run: RunID(run), record: RecordID(record))
    }
    var token = Token(
      id: row.id(0), node: row.node(1), scope: row.id(2), mode: try row.code(3),
      flow: row.optionalInteger(4).map { FlowIndex(rawValue: Int($0)) }, since: row.timestamp(13),
      compensates: reference)
    token.state = try row.code(5)
    if let code = row.optionalInteger(6) {
      token.wait = try decoded("token \(token.id) of instance \(instance)") { () throws(DecodingFault) in
        try WaitReason(code: Int(code), argument: row.integer(7))
      }
    }
    token.attempt = Int(try row.count(8))
    token.failures = Int(try row.count(9))
    token.crashes = Int(try row.count(10))
    token.epoch = row.integer(11)
    token.isOutcomeUnknown = row.flag(12)
    token.isProbing = row.flag(16)
    token.after = try identifiers(row, 17)
    return token
  }

  func insert(_ token: Token, of instance: InstanceID, running definition: DefinitionID) throws(StoreFailure) {
    let statement = try sql(
      """
      INSERT INTO token (instance, definition, id, node, scope, mode, flow, state, wait, wait_argument, attempt,
        failures, crashes, epoch, unknown, since, run, record, probing, after)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    try bind(token, to: statement.bind(instance).bind(definition)).run()
  }

  func replace(_ ended: TokenID, by token: Token, of instance: InstanceID) throws(StoreFailure) {
    let statement = try sql(
      """
      UPDATE token SET id = ?, node = ?, scope = ?, mode = ?, flow = ?, state = ?, wait = ?, wait_argument = ?,
        attempt = ?, failures = ?, crashes = ?, epoch = ?, unknown = ?, since = ?, run = ?, record = ?, probing = ?,
        after = ?
      WHERE instance = ? AND id = ?
      """)
    try bind(token, to: statement).bind(instance).bind(ended).run()
  }

  /// Everything of a token but its instance, from the identifier on, in the order of the columns.
  private func bind(_ token: Token, to statement: Statement) -> Statement {
    statement
      .bind(token.id).bind(token.node.rawValue).bind(token.scope).bind(token.mode.rawValue)
      .bind(token.flow.map { Int64($0.rawValue) }).bind(token.state.rawValue)
      .bind(token.wait.map { Int64($0.code) }).bind(token.wait?.argument).bind(token.attempt).bind(token.failures)
      .bind(token.crashes).bind(token.epoch).bind(token.isOutcomeUnknown).bind(token.since)
      .bind(token.compensates?.run.rawValue).bind(token.compensates?.record.rawValue)
      .bind(token.isProbing ? 1 : nil).bind(utf8OrNull: json(token.after))
  }

  func update(_ token: Token, of instance: InstanceID) throws(StoreFailure) {
    try sql(
      """
      UPDATE token SET state = ?, wait = ?, wait_argument = ?, attempt = ?, failures = ?, crashes = ?, epoch = ?,
        unknown = ?, since = ?, probing = ?, after = ? WHERE instance = ? AND id = ?
      """
    )
    .bind(token.state.rawValue).bind(token.wait.map { Int64($0.code) }).bind(token.wait?.argument)
    .bind(token.attempt).bind(token.failures).bind(token.crashes).bind(token.epoch).bind(token.isOutcomeUnknown)
    .bind(token.since).bind(token.isProbing ? 1 : nil).bind(utf8OrNull: json(token.after))
    .bind(instance).bind(token.id).run()
  }

  func delete(_ token: TokenID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM token WHERE instance = ? AND id = ?").bind(instance).bind(token).run()
  }

  // The states stand in the text, not in parameters: only so the partial indexes are used.

  func readyLane(after lane: ReadyLane?) throws(StoreFailure) -> ReadyLane? {
    try sql(
      """
      SELECT definition, node, mode FROM token WHERE state = 1 AND (definition, node, mode) > (?, ?, ?)
      ORDER BY definition, node, mode LIMIT 1
      """
    )
    .bind(lane?.definition.rawValue ?? .min).bind(lane?.node.rawValue ?? -1).bind(lane?.mode.rawValue ?? -1)
    .first { (row) throws(StoreFailure) in
      ReadyLane(definition: row.id(0), node: row.node(1), mode: try row.code(2))
    }
  }

  func readyTokens(
    in lane: ReadyLane, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try sql(
      """
      SELECT instance, id FROM token WHERE state = 1 AND definition = ? AND node = ? AND mode = ?
        AND (instance, id) > (?, ?) ORDER BY instance, id LIMIT ?
      """
    )
    .bind(lane.definition).bind(lane.node.rawValue).bind(lane.mode.rawValue)
    .bind(position?.instance.rawValue ?? .min).bind(position?.token.rawValue ?? .min).bind(limit)
    .all { TokenPosition(instance: $0.id(0), token: $0.id(1)) }
  }

  func orphanedTokens(
    before epoch: Int64, after position: TokenPosition?, limit: Int
  ) throws(StoreFailure) -> [TokenPosition] {
    try sql(
      """
      SELECT t.instance, t.id FROM process_instance i CROSS JOIN token t ON t.instance = i.id
      WHERE i.executing = 1 AND i.id >= ?1 AND t.state = 2 AND t.epoch < ?3 AND (t.instance > ?1 OR t.id > ?2)
      ORDER BY i.id, t.id LIMIT ?4
      """
    )
    .bind(position?.instance.rawValue ?? .min).bind(position?.token.rawValue ?? .min).bind(epoch).bind(limit)
    .all { TokenPosition(instance: $0.id(0), token: $0.id(1)) }
  }

  func scopes(of instance: InstanceID) throws(StoreFailure) -> [ScopeInstance] {
    try sql("SELECT id, node, parent, token, kind FROM scope WHERE instance = ? ORDER BY id").bind(instance)
      .all { row throws(StoreFailure) in
        let kind: ScopeInstance.Kind = try Self.named("subprocess \(row.integer(0)) of instance \(instance)") {
          () throws(StoreFailure) in try row.code(4)
        }
        return ScopeInstance(id: row.id(0), node: row.node(1), parent: row.id(2), token: row.id(3), kind: kind)
      }
  }

  func put(_ scope: ScopeInstance, of instance: InstanceID) throws(StoreFailure) {
    try sql("INSERT OR REPLACE INTO scope (instance, id, node, parent, token, kind) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(instance).bind(scope.id).bind(scope.node.rawValue).bind(scope.parent).bind(scope.token)
      .bind(scope.kind.rawValue).run()
  }

  func delete(_ scope: ScopeID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM scope WHERE instance = ? AND id = ?").bind(instance).bind(scope).run()
  }
}

import EngineCore
import EngineRuntime
import EngineStorage
import GRDBSQLite

extension SQLiteRows: CommandStore {
  func put(_ command: CommandRecord, affecting instance: InstanceID?) throws(StoreFailure) -> Int64 {
    if let row = command.id {
      try decide(row, command, affecting: instance)
      return row
    }
    let asked = command.command
    // A decided deployment keeps its name alone: its content stands in its own table.
    let arguments = json(CommandCodec.arguments(of: asked.verb, isDecided: command.answer != nil))
    let statement = try sql(
      """
      INSERT INTO operator_command (key, verb, instance, arguments, expected_version, user, sudo_user, ssh_client, host,
        source, reason, issued_at, decided_at, version_before, version_after, answer)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(asked.key).bind(asked.verb.name).bind((asked.verb.instance ?? instance)?.rawValue).bind(utf8: arguments)
    .bind(asked.expectedVersion).bind(asked.issuer.user).bind(asked.issuer.sudoUser).bind(asked.issuer.sshClient)
    .bind(asked.issuer.host).bind(asked.issuer.source).bind(asked.reason).bind(command.issuedAt)
    .bind(command.decidedAt?.microseconds).bind(command.versionBefore).bind(command.versionAfter)
    try bindAnswer(command, to: statement).run()
    return sqlite3_last_insert_rowid(sql.connection)
  }

  private func decide(_ row: Int64, _ command: CommandRecord, affecting instance: InstanceID?) throws(StoreFailure) {
    let arguments = json(CommandCodec.arguments(of: command.command.verb, isDecided: command.answer != nil))
    let statement = try sql(
      """
      UPDATE operator_command SET instance = coalesce(instance, ?), arguments = ?, decided_at = ?, version_before = ?,
        version_after = ?, answer = ? WHERE id = ?
      """
    )
    .bind(instance?.rawValue).bind(utf8: arguments).bind(command.decidedAt?.microseconds)
    .bind(command.versionBefore).bind(command.versionAfter)
    try bindAnswer(command, to: statement).bind(row).run()
  }

  private func bindAnswer(_ command: CommandRecord, to statement: Statement) -> Statement {
    guard let answer = command.answer else { return statement.bindNull() }
    return statement.bind(utf8: json(CommandCodec.json(of: answer)))
  }

  func command(key: String) throws(StoreFailure) -> CommandRecord? {
    try sql.composed("SELECT \(Self.commandColumns) FROM operator_command WHERE key = ?").bind(key)
      .first { (row) throws(StoreFailure) in try record(row) }
  }

  func command(row: Int64) throws(StoreFailure) -> CommandRecord? {
    try sql.composed("SELECT \(Self.commandColumns) FROM operator_command WHERE id = ?").bind(row)
      .first { (row) throws(StoreFailure) in try record(row) }
  }

  func isWaiting(row: Int64) throws(StoreFailure) -> Bool {
    try sql("SELECT 1 FROM operator_command WHERE id = ? AND answer IS NULL").bind(row).first { _ in true } ?? false
  }

  func deleteCommand(row: Int64) throws(StoreFailure) {
    try sql("DELETE FROM operator_command WHERE id = ?").bind(row).run()
  }

  func decidedCommands(before instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    try sql(
      """
      SELECT id FROM operator_command WHERE decided_at IS NOT NULL AND decided_at < ? ORDER BY decided_at, id LIMIT ?
      """
    ).bind(instant).bind(limit).all { $0.integer(0) }
  }

  func waitingCommands(limit: Int) throws(StoreFailure) -> [CommandRecord] {
    try sql.composed("SELECT \(Self.commandColumns) FROM operator_command WHERE answer IS NULL ORDER BY id LIMIT ?")
      .bind(limit).all { (row) throws(StoreFailure) in try record(row) }
  }

  static let commandColumns = """
    id, key, verb, instance, arguments, expected_version, user, sudo_user, ssh_client, host, source, reason, issued_at,
    decided_at, answer, version_before, version_after
    """

  /// A command from the columns of `commandColumns`.
  func record(_ row: Row) throws(StoreFailure) -> CommandRecord {
    let id = row.integer(0)
    let (answer, arguments) = try Self.named("command \(id)") { () throws(StoreFailure) in
      (try row.optionalJSON(14), try row.json(4))
    }
    return try decoded("command \(id)") { () throws(DecodingFault) in
      let verb = try CommandCodec.verb(
        named: row.text(2), instance: row.optionalInteger(3).map { InstanceID($0) }, arguments: arguments)
      let command = OperatorCommand(
        key: row.text(1), verb: verb, expectedVersion: row.optionalInteger(5), issuer: Self.issuer(row, from: 6),
        reason: row.optionalText(11))
      var record = CommandRecord(id: id, command: command, issuedAt: row.timestamp(12))
      record.decidedAt = row.optionalTimestamp(13)
      record.answer = try answer.map { (json) throws(DecodingFault) in try CommandCodec.answer(json) }
      record.versionBefore = row.optionalInteger(15)
      record.versionAfter = row.optionalInteger(16)
      return record
    }
  }

  /// An issuer from its columns `user, sudo_user, ssh_client, host, source`.
  static func issuer(_ row: Row, from column: Int32) -> Issuer {
    Issuer(
      user: row.text(column), sudoUser: row.optionalText(column + 1), sshClient: row.optionalText(column + 2),
      host: row.text(column + 3), source: row.text(column + 4))
  }
}

extension SQLiteRows: LeaseStore {
  func epoch() throws(StoreFailure) -> Int64 {
    try sql("SELECT epoch FROM engine_lease WHERE one = 1").first { $0.integer(0) } ?? 0
  }

  func lease() throws(StoreFailure) -> LeaseRecord? {
    let record = try sql(
      """
      SELECT epoch, engine, host, path, process, taken_at, heartbeat_at, released, publishes FROM engine_lease
      WHERE one = 1
      """
    ).first { (row) throws(StoreFailure) in
      var holder = LeaseHolder(
        engine: row.text(1), host: row.text(2), path: row.text(3), process: Int32(truncatingIfNeeded: row.integer(4)))
      // A name that this version does not know is one that it cannot publish.
      let names = try Self.named("the row of the lease") { () throws(StoreFailure) in try row.json(8) }.listValue ?? []
      holder.publishes = Set(names.compactMap { $0.stringValue.flatMap(PublishableEvent.init) })
      return LeaseRecord(
        lease: Lease(epoch: row.integer(0), holder: holder), takenAt: row.timestamp(5), heartbeatAt: row.timestamp(6),
        isReleased: row.flag(7))
    }
    return record.flatMap { $0.lease.epoch == 0 ? nil : $0 }
  }

  func put(_ lease: LeaseRecord) throws(StoreFailure) {
    let holder = lease.lease.holder
    let publishes = json(.list(holder.publishes.map(\.rawValue).sorted().map(Value.string)))
    try sql(
      """
      UPDATE engine_lease SET epoch = ?, engine = ?, host = ?, path = ?, process = ?, taken_at = ?, heartbeat_at = ?,
        released = ?, publishes = ? WHERE one = 1
      """
    )
    .bind(lease.lease.epoch).bind(holder.engine).bind(holder.host).bind(holder.path).bind(Int64(holder.process))
    .bind(lease.takenAt).bind(lease.heartbeatAt).bind(lease.isReleased).bind(utf8: publishes).run()
  }
}

import EngineRuntime
import GRDBSQLite

/// The statements of one layout on a connection of its own, which GRDB knows nothing of.
final class LayoutLoop {
  /// What differs between the ways of keeping tokens.
  struct TokenSQL {
    let columns: String
    let values: String
    let condition: String
  }

  private let path: String
  private var connection: OpaquePointer?
  private var statements: [OpaquePointer?] = []
  private let log = WriteAheadLog()

  init(path: String, schema: String, history: String, token: TokenSQL) throws(StoreFailure) {
    self.path = path
    guard sqlite3_open(path, &connection) == SQLITE_OK, let connection else { throw failure() }
    try execute(
      """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768;
      PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = FAST;
      """)
    try execute(schema)
    log.watch(connection)
    for sql in [
      "BEGIN IMMEDIATE", "COMMIT", "SELECT version, history_head FROM process_instance WHERE id = ?", history,
      """
      INSERT INTO process_instance (id, definition, business_key, state, suspended, corrupted, executing, incidents,
        version, sequence, next_id, created_at, updated_at, ended_at, history_head, tokens)
      VALUES (?1, 1, NULL, 0, 0, 0, 1, 0, 1, 2, 2, ?5, ?5, NULL, ?6, zeroblob(?7))
      """,
      """
      UPDATE process_instance SET version = ?2, sequence = ?3, next_id = ?4, updated_at = ?5, history_head = ?6
      WHERE id = ?1
      """,
      """
      UPDATE process_instance SET version = ?2, sequence = ?3, next_id = ?4, updated_at = ?5, history_head = ?6,
        tokens = zeroblob(?7) WHERE id = ?1
      """,
      """
      UPDATE process_instance SET state = 2, executing = 0, version = ?2, sequence = ?3, next_id = ?4, updated_at = ?5,
        ended_at = ?5, history_head = ?6, tokens = NULL WHERE id = ?1
      """,
      """
      INSERT INTO token (\(token.columns)instance, id, node, scope, mode, flow, state, wait, wait_argument, attempt,
        failures, crashes, epoch, unknown, since, run, record)
      VALUES (\(token.values)?1, 1, 0, 0, 0, NULL, 2, NULL, NULL, 1, 0, 0, 1, 0, ?3, NULL, NULL)
      """,
      """
      UPDATE token SET id = ?2 + 1, node = ?2, scope = 0, mode = 0, flow = ?2 - 1, state = 2, wait = NULL,
        wait_argument = NULL, attempt = 1, failures = 0, crashes = 0, epoch = 1, unknown = 0, since = ?3, run = NULL,
        record = NULL WHERE \(token.condition)
      """,
      "DELETE FROM token WHERE \(token.condition)",
    ] { try prepare(sql) }
  }

  /// The places of the statements above.
  private enum Place: Int {
    case begin, commit, header, history, insert, advance, advanceWithTokens, end, insertToken, moveToken, deleteToken
  }

  private func prepare(_ sql: String) throws(StoreFailure) {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK else { throw failure() }
    statements.append(statement)
  }

  func close() {
    for statement in statements { sqlite3_finalize(statement) }
    statements = []
    sqlite3_close(connection)
    connection = nil
  }

  func begin() throws(StoreFailure) { try run(.begin) }

  func commit() throws(StoreFailure) {
    try run(.commit)
    if log.needsCheckpoint { checkpoint(SQLITE_CHECKPOINT_PASSIVE) }
  }

  /// The size of the file with all that is in the log.
  func size() throws(StoreFailure) -> Int64 {
    checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
    var bytes: Int64 = 1
    for pragma in ["page_count", "page_size"] {
      var statement: OpaquePointer?
      sqlite3_prepare_v2(connection, "PRAGMA \(pragma)", -1, &statement, nil)
      guard sqlite3_step(statement) == SQLITE_ROW else { throw failure() }
      bytes *= sqlite3_column_int64(statement, 0)
      sqlite3_finalize(statement)
    }
    return bytes
  }

  private func checkpoint(_ mode: Int32) {
    sqlite3_wal_checkpoint_v2(connection, nil, mode, nil, nil)
    log.restart()
  }

  func head(of instance: Int64) throws(StoreFailure) -> Int64 {
    let statement = statements[Place.header.rawValue]
    sqlite3_bind_int64(statement, 1, instance)
    guard sqlite3_step(statement) == SQLITE_ROW else { throw failure() }
    defer { sqlite3_reset(statement) }
    return sqlite3_column_int64(statement, 1)
  }

  func append(
    _ instance: Int64, _ previous: Int64, _ sequence: Int64, _ at: Int64, _ events: [UInt8]
  ) throws(StoreFailure) -> Int64 {
    let statement = statements[Place.history.rawValue]
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    _ = events.withUnsafeBytes { sqlite3_bind_text(statement, 5, $0.baseAddress, Int32($0.count), transient) }
    try run(.history, instance, previous, sequence, at)
    return sqlite3_last_insert_rowid(connection)
  }

  func writeInstance(_ instance: Int64, step: Int64, at: Int64, head: Int64, token: Int64) throws(StoreFailure) {
    let place: Place =
      switch step {
      case 0: .insert
      case Int64(SQLiteLayout.steps): .end
      default: token > 0 ? .advanceWithTokens : .advance
      }
    try run(place, instance, step + 1, step * 2 + 2, step + 2, at, head, token)
  }

  func writeToken(_ instance: Int64, step: Int64, last: Int64, at: Int64) throws(StoreFailure) {
    try run(step == 0 ? .insertToken : step == last ? .deleteToken : .moveToken, instance, step, at)
  }

  /// Binds as many of the numbers as the statement has parameters for.
  private func run(_ place: Place, _ numbers: Int64...) throws(StoreFailure) {
    let statement = statements[place.rawValue]
    for (index, number) in numbers.enumerated() { sqlite3_bind_int64(statement, Int32(index + 1), number) }
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
    sqlite3_reset(statement)
  }

  private func execute(_ sql: String) throws(StoreFailure) {
    guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  private func failure() -> StoreFailure {
    guard let connection else { return StoreFailure(.inputOutput, path: path, "the file could not be opened") }
    return SQLiteFailure.failure(on: connection, path: path)
  }
}

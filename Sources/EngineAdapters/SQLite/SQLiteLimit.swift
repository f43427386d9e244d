import EngineCore
import EngineRuntime
import GRDBSQLite

/// What this machine's disk and SQLite allow: a plain loop over the C API that writes the rows of an engine's steps.
///
/// Benchmarks print it beside the engine's own figure, so that a fast disk does not flatter and a slow one not shame. It
/// takes the pointers of its statements and binds numbers to them, with nothing of this target in between.
public final class SQLiteLimit {
  private let store: SQLiteStore
  private let connection: OpaquePointer
  private var begin: OpaquePointer?
  private var commit: OpaquePointer?
  private var header: OpaquePointer?
  private var history: OpaquePointer?
  private var advance: OpaquePointer?
  private var replace: OpaquePointer?
  private static let start: Int64 = 1_700_000_000_000_000
  private static let events = Array("[[12,1,0,0],[10,2,1,0,0,2,1]]".utf8CString)

  /// Makes an empty store file of its own.
  public init(path: String) throws(StoreFailure) {
    // The schema, the write-ahead log and `synchronous=FULL` are those of a real store.
    store = try SQLiteStore(path: path)
    connection = try store.inside { OpenedConnection(pointer: $0.sql.connection) }.pointer
    begin = prepare("BEGIN IMMEDIATE")
    commit = prepare("COMMIT")
    header = prepare("SELECT version, history_head FROM process_instance WHERE id = ?")
    history = prepare("INSERT INTO history (instance, previous, sequence, at, events) VALUES (?, ?, ?, ?, ?)")
    advance = prepare(
      "UPDATE process_instance SET version = ?, sequence = ?, next_id = ?, updated_at = ?, history_head = ? WHERE id = ?"
    )
    replace = prepare(
      """
      UPDATE token SET id = ?, node = ?, scope = 0, mode = 0, flow = ?, state = 2, wait = NULL, wait_argument = NULL,
        attempt = 1, failures = 0, crashes = 0, epoch = 1, unknown = 0, since = ?, run = NULL, record = NULL
      WHERE instance = ? AND id = ?
      """)
  }

  deinit { close() }

  private struct OpenedConnection: @unchecked Sendable { let pointer: OpaquePointer }

  private func prepare(_ sql: String) -> OpaquePointer? {
    var statement: OpaquePointer?
    sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    return statement
  }

  /// Durable commits of a single row, a number of times.
  public func singleRowCommits(_ number: Int) throws(StoreFailure) {
    let statement = prepare("UPDATE engine_lease SET heartbeat_at = ? WHERE one = 1")
    defer { sqlite3_finalize(statement) }
    // GRDB's hooks expect to be inside its queue.
    try store.inside { (_) throws(StoreFailure) in
      for index in 0..<number { try run(statement, Int64(index)) }
    }
  }

  /// Makes instances that stand on their first step, in commits of a size.
  public func makeInstances(_ number: Int, perCommit: Int) throws(StoreFailure) {
    let instance = prepare(
      """
      INSERT INTO process_instance (id, definition, business_key, state, suspended, corrupted, executing, incidents,
        version, sequence, next_id, created_at, updated_at, ended_at, history_head)
      VALUES (?1, 1, NULL, 0, 0, 0, 1, 0, 1, 2, 2, ?2, ?2, NULL, ?1)
      """)
    let token = prepare(
      """
      INSERT INTO token (instance, id, node, scope, mode, flow, state, wait, wait_argument, attempt, failures, crashes,
        epoch, unknown, since, run, record) VALUES (?, 1, 0, 0, 0, 0, 2, NULL, NULL, 1, 0, 0, 1, 0, ?, NULL, NULL)
      """)
    defer {
      sqlite3_finalize(instance)
      sqlite3_finalize(token)
    }
    try inCommits(number, perCommit) { (index) throws(StoreFailure) in
      let id = Int64(index + 1)
      try run(instance, id, Self.start)
      try run(token, id, Self.start)
      try append(instance: id, previous: 0, sequence: 1)
    }
  }

  /// One step of each instance in turn, a number of rounds, in commits of a size: what the engine does in a sequence.
  public func steps(instances: Int, rounds: Int, perCommit: Int) throws(StoreFailure) {
    for round in 1...max(rounds, 1) {
      try inCommits(instances, perCommit) { (index) throws(StoreFailure) in
        let id = Int64(index + 1)
        let step = Int64(round)
        sqlite3_bind_int64(header, 1, id)
        sqlite3_step(header)
        let previous = sqlite3_column_int64(header, 1)
        sqlite3_reset(header)
        try append(instance: id, previous: previous, sequence: step * 2 + 1)
        let head = sqlite3_last_insert_rowid(connection)
        try run(advance, step + 1, step * 2 + 2, step + 2, Self.start + step, head, id)
        try run(replace, step + 1, step, step, Self.start + step, id, step)
      }
    }
  }

  /// Closes the file.
  public func close() {
    for statement in [begin, commit, header, history, advance, replace] { sqlite3_finalize(statement) }
    (begin, commit, header, history, advance, replace) = (nil, nil, nil, nil, nil, nil)
  }

  private func append(instance: Int64, previous: Int64, sequence: Int64) throws(StoreFailure) {
    sqlite3_bind_text(history, 5, Self.events, Int32(Self.events.count - 1), nil)
    try run(history, instance, previous, sequence, Self.start)
  }

  private func inCommits(
    _ number: Int, _ perCommit: Int, _ body: (Int) throws(StoreFailure) -> Void
  ) throws(StoreFailure) {
    var index = 0
    while index < number {
      try store.inside { (_) throws(StoreFailure) in
        try run(begin)
        for _ in 0..<min(perCommit, number - index) {
          try body(index)
          index += 1
        }
        try run(commit)
      }
      try store.engineHasCommitted()
    }
  }

  private func run(
    _ statement: OpaquePointer?, _ first: Int64? = nil, _ second: Int64? = nil, _ third: Int64? = nil,
    _ fourth: Int64? = nil, _ fifth: Int64? = nil, _ sixth: Int64? = nil
  ) throws(StoreFailure) {
    if let first { sqlite3_bind_int64(statement, 1, first) }
    if let second { sqlite3_bind_int64(statement, 2, second) }
    if let third { sqlite3_bind_int64(statement, 3, third) }
    if let fourth { sqlite3_bind_int64(statement, 4, fourth) }
    if let fifth { sqlite3_bind_int64(statement, 5, fifth) }
    if let sixth { sqlite3_bind_int64(statement, 6, sixth) }
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE else { throw SQLiteFailure.failure(on: connection, path: store.path) }
    sqlite3_reset(statement)
  }
}

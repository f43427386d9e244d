import CSQLite
import EngineRuntime
import EngineStorage
import GRDB
import GRDBSQLite

/// One connection to a store: GRDB opens it, migrates it and serialises its use; statements run on it through the C
/// API.
final class SQLiteConnection: Sendable {
  let path: String
  private let queue: DatabaseQueue
  // Used only inside the queue.
  private nonisolated(unsafe) var rows: SQLiteRows?
  private nonisolated(unsafe) var loss: StoreFailure?
  /// The file that was opened.
  private let identity: FileIdentity?
  /// The write-ahead log that was opened with it, and its name; a connection that only reads does not look after it.
  private let logIdentity: FileIdentity?
  private let logPath: String

  /// How long an operation waits for another process, in seconds.
  static let patience: Double = 5

  /// Opens a connection for a purpose; an engine's makes the store if there is none, and migrates it.
  init(path: String, for purpose: SQLiteFile.Purpose) throws(StoreFailure) {
    try SQLiteFile.check(path, for: purpose)
    self.path = path
    do {
      var configuration = Configuration()
      // GRDB sets this before anything else. The other way round, of several processes that open a new store at once
      // all but one fail.
      configuration.busyMode = .timeout(Self.patience)
      configuration.foreignKeysEnabled = false
      configuration.readonly = purpose == .reading
      configuration.prepareDatabase { db in
        try Self.recognise(db, path: path, for: purpose)
        try Self.prepare(db, path: path, for: purpose)
      }
      queue = try DatabaseQueue(path: path, configuration: configuration)
      identity = FileIdentity(path: path)
      if purpose == .running { try queue.writeWithoutTransaction { try Self.migrate($0, path: path) } }
      // Whoever comes through a link meets the log of those who came without it.
      logPath = SQLiteFile.realPath(of: path) + "-wal"
      logIdentity = purpose == .reading ? nil : FileIdentity(path: logPath)
      try inside { _ in }
    } catch {
      throw SQLiteFailure.failure(error, path: path)
    }
  }

  deinit { close() }

  /// Migrates with the locks of every other writer, and never under an engine of an older version.
  private static func migrate(_ db: Database, path: String) throws {
    let version = try SQLiteMigration.version(db)
    guard version < SQLiteMigration.currentVersion else { return }
    let locks = try StoreLocks(store: path)
    if version > 0, locks.isHeldElsewhere(.engine) {
      throw StoreFailure(
        .leaseHeld, path: path, "an older sagatop is its engine (version \(version)): stop that one, then try again")
    }
    try locks.waitToWrite()
    defer { locks.release(.writing) }
    try SQLiteMigration.run(db)
  }

  /// Runs something on the connection, alone.
  func inside<Result>(_ body: (SQLiteRows) throws(StoreFailure) -> Result) throws(StoreFailure) -> Result {
    do {
      return try queue.unsafeReentrantWrite { db throws in try body(preparedRows(db)) }
    } catch {
      throw SQLiteFailure.failure(error, path: path)
    }
  }

  /// Fails when the file that was opened, its write-ahead log or the file of its locks no longer stands under its name.
  /// What has happened once stays so: whoever had the file meanwhile may have changed it without the log that this
  /// connection has open.
  ///
  /// Costs a look into the file system for each of the three; whoever only reads looks after the file alone. Only
  /// inside the queue.
  ///
  /// - Parameter savesLog: Called once when nothing but the log is gone, and nothing has taken its place: brings what
  ///   this connection still has of it into the database, and says whether that is all of it.
  func requirePlace(_ locks: StoreLocks? = nil, savesLog: () -> Bool = { false }) throws(StoreFailure) {
    if loss == nil { loss = locks?.loss }
    if loss == nil, identity == nil || FileIdentity(path: path) != identity {
      loss = StoreFailure(
        .gone, path: path,
        "the file that was opened was removed, moved or replaced, and nothing more is written to it: put it back in its "
          + "place with the files beside it, and start again")
    }
    if loss == nil, let logIdentity {
      let present = FileIdentity(path: logPath)
      if present != logIdentity { loss = logLoss(isSaved: present == nil && savesLog()) }
    }
    if let loss { throw loss }
  }

  private func logLoss(isSaved: Bool) -> StoreFailure {
    StoreFailure(
      .gone, path: logPath,
      "the write-ahead log of the store was removed, moved or replaced, and nothing more is written: "
        + (isSaved
          ? "all that it held has been brought into the store: start again"
          : "put it back in its place, or what it held is lost, and start again"))
  }

  /// Runs something in a transaction that only reads: all of it sees one state of the store.
  func read<Result>(_ body: (SQLiteRows) throws(StoreFailure) -> Result) throws(StoreFailure) -> Result {
    try inside { (rows) throws(StoreFailure) in
      guard sqlite3_get_autocommit(rows.sql.connection) != 0 else { return try body(rows) }
      try rows.sql("BEGIN DEFERRED").run()
      defer { try? rows.sql("COMMIT").run() }
      return try body(rows)
    }
  }

  /// Runs something in the write transaction that has just begun; what fails leaves nothing behind.
  static func finish<Result>(
    _ rows: SQLiteRows, _ body: (SQLiteRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    do throws(StoreFailure) {
      let result = try body(rows)
      try rows.sql("COMMIT").run()
      return result
    } catch {
      // SQLite has rolled back by itself after some failures, such as a full disk.
      if sqlite3_get_autocommit(rows.sql.connection) == 0 { try? rows.sql("ROLLBACK").run() }
      throw error
    }
  }

  /// Ends the connection. Statements go first, or SQLite would keep it open behind our back.
  func close() {
    queue.unsafeReentrantWrite { _ in rows = nil }
    try? queue.close()
  }

  private func preparedRows(_ db: Database) throws -> SQLiteRows {
    if let rows { return rows }
    guard let connection = db.sqliteConnection else {
      throw StoreFailure(.inputOutput, path: path, "the connection is closed")
    }
    let made = SQLiteRows(SQLiteStatements(connection: connection, path: path))
    rows = made
    return made
  }

  /// Refuses what is no store of ours before anything is changed in it.
  private static func recognise(
    _ db: Database, path: String, for purpose: SQLiteFile.Purpose
  ) throws {
    let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try SQLiteMigration.version(db)
    if application == 0, try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)") == true {
      if purpose == .running { return }
      throw StoreFailure(.notAStore, path: path, "this file is empty: sagatop deploy makes it a store")
    }
    guard application == SQLiteSchema.applicationID else {
      throw StoreFailure(.notAStore, path: path, "this database belongs to another program: name a store of sagatop")
    }
    if version > SQLiteMigration.currentVersion {
      throw StoreFailure(
        .newerVersion, path: path,
        "a newer sagatop has written it (version \(version), this one knows \(SQLiteMigration.currentVersion)): update")
    }
    if version < SQLiteMigration.firstVersion {
      throw StoreFailure(
        .notAStore, path: path,
        "a sagatop from before the first release has written it (version \(version)), and its tables are no longer known: "
          + "make a new store")
    }
    if version < SQLiteMigration.currentVersion, purpose != .running {
      throw StoreFailure(
        .notAStore, path: path,
        "an older sagatop has written it (version \(version)): start an engine once to update it")
    }
  }

  private static func prepare(_ db: Database, path: String, for purpose: SQLiteFile.Purpose) throws {
    try db.execute(sql: "PRAGMA mmap_size = 0")
    try db.execute(sql: "PRAGMA temp_store = MEMORY")
    guard purpose != .reading else { return try db.execute(sql: "PRAGMA query_only = 1") }
    let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
    guard mode == "wal" else {
      throw StoreFailure(
        .inputOutput, path: path, "there is no write-ahead log on this file system: choose another folder")
    }
    try db.execute(sql: "PRAGMA synchronous = FULL")
    // Only the engine checkpoints, and only when nobody writes (`StoreLocks.Place.writing`).
    try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
    if let connection = db.sqliteConnection {
      _ = csqlite_never_checkpoint_on_close(UnsafeMutableRawPointer(connection))
    }
    // Debian's SQLite overwrites what is deleted by default; where that costs no extra page it still does.
    try db.execute(sql: "PRAGMA secure_delete = FAST")
    if purpose == .running { try db.execute(sql: "PRAGMA cache_size = -32768") }
  }
}

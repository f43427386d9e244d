import EngineRuntime
import GRDBSQLite

/// Watches how the write-ahead log grows, and brings it into the database.
///
/// Not thread-safe: used only inside the queue that owns the connection, which it must outlive.
final class WriteAheadLog {
  /// From how many pages on the log is brought into the database. More makes checkpoints rarer and cheaper, because a
  /// page that changed often is copied once; less makes recovery after a crash and every first read quicker.
  static let pagesBeforeCheckpoint: Int32 = 4_000

  private let pages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  private var threshold = WriteAheadLog.pagesBeforeCheckpoint

  init() { pages.initialize(to: 0) }

  deinit { pages.deallocate() }

  /// Notes the length of the log at each commit. This takes the place of SQLite's own checkpoints.
  func watch(_ connection: OpaquePointer) {
    sqlite3_wal_hook(
      connection,
      { pages, _, _, count in
        pages?.assumingMemoryBound(to: Int32.self).pointee = count
        return SQLITE_OK
      }, pages)
  }

  /// A checkpoint has emptied it.
  func restart() { pages.pointee = 0 }

  /// Whether it is time for a checkpoint.
  var needsCheckpoint: Bool { pages.pointee >= threshold }

  /// Brings the log into the database, as far as readers let it. Nobody may write meanwhile.
  ///
  /// - Returns: Whether all of it is in the database now.
  @discardableResult
  func checkpoint(_ sql: SQLiteStatements, truncating: Bool) throws(StoreFailure) -> Bool {
    var length: Int32 = 0
    var copied: Int32 = 0
    // Waiting for readers here would hold up the engine; what they need is kept, and done the next time.
    sqlite3_busy_timeout(sql.connection, 0)
    defer { sqlite3_busy_timeout(sql.connection, Int32(SQLiteConnection.patience * 1000)) }
    let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
    let code = sqlite3_wal_checkpoint_v2(sql.connection, nil, mode, &length, &copied)
    guard code == SQLITE_OK || code == SQLITE_BUSY else {
      throw SQLiteFailure.failure(on: sql.connection, path: sql.path)
    }
    if copied >= length {
      threshold = Self.pagesBeforeCheckpoint
      pages.pointee = 0
    } else {
      threshold = length + Self.pagesBeforeCheckpoint / 4
    }
    return code == SQLITE_OK && copied >= length
  }
}

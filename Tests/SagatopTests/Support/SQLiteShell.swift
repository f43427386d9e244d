import GRDBSQLite

/// Runs SQL as another program would.
enum SQLiteShell {
  static func run(_ path: String, _ sql: String) throws {
    _ = try SQLiteHold(path, sql)
  }
}

/// A connection of another program that stays open after its first words, and with it the transaction that they began.
final class SQLiteHold {
  private var connection: OpaquePointer?

  init(_ path: String, _ sql: String) throws {
    guard sqlite3_open(path, &connection) == SQLITE_OK, sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
      let message = String(cString: sqlite3_errmsg(connection))
      sqlite3_close(connection)
      throw RunningCommand.Failure(description: message)
    }
  }

  deinit { close() }

  func close() {
    sqlite3_close(connection)
    connection = nil
  }
}

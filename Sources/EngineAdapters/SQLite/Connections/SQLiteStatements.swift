import EngineRuntime
import GRDBSQLite

/// The statements of one connection, each prepared when it is first used.
///
/// Not thread-safe: used only inside the queue that owns the connection, and dropped before it is closed.
final class SQLiteStatements {
  let connection: OpaquePointer
  let path: String
  private var prepared: [UnsafePointer<UInt8>: Statement] = [:]
  private var composed: [String: Statement] = [:]

  init(connection: OpaquePointer, path: String) {
    self.connection = connection
    self.path = path
  }

  /// The statement of a literal. The place of the literal in memory is its name, which is quicker than its text.
  func callAsFunction(_ sql: StaticString) throws(StoreFailure) -> Statement {
    if let statement = prepared[sql.utf8Start] { return statement }
    let text = UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
    let statement = try Statement(text, on: connection, path: path)
    prepared[sql.utf8Start] = statement
    return statement
  }

  /// The statement of a text that was put together.
  func composed(_ sql: String) throws(StoreFailure) -> Statement {
    if let statement = composed[sql] { return statement }
    let statement = try Statement(sql, on: connection, path: path)
    composed[sql] = statement
    return statement
  }
}

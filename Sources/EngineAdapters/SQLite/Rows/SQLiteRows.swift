import EngineCore
import EngineRuntime
import EngineStorage
import GRDBSQLite

/// The rows of a store in SQLite's dialect, for one connection: the store traits and nothing that has to be decided.
///
/// Not thread-safe: used only inside the queue that owns the connection.
final class SQLiteRows {
  let sql: SQLiteStatements
  private var writer = JSONWriter(capacity: 4096)

  init(_ sql: SQLiteStatements) { self.sql = sql }

  /// Begins a transaction that writes, if nobody else is writing at this moment.
  func beginUnlessBusy() throws(StoreFailure) -> Bool {
    sqlite3_busy_timeout(sql.connection, 0)
    defer { sqlite3_busy_timeout(sql.connection, Int32(SQLiteConnection.patience * 1000)) }
    return try sql("BEGIN IMMEDIATE").runUnlessBusy()
  }

  /// What a record writes as JSON, without a value in between. The memory is used again for the next one.
  func json(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    writer.removeAll()
    write(&writer)
    return writer.bytes
  }

  func json(_ value: Value) -> [UInt8] { json { $0.write(value) } }

  /// Identifiers as a JSON list; nil when there are none.
  func json(_ identifiers: [some Identifier]) -> [UInt8]? {
    guard !identifiers.isEmpty else { return nil }
    return json { writer in
      writer.beginArray()
      for identifier in identifiers { writer.writeInteger(identifier.rawValue) }
      writer.endArray()
    }
  }

  /// The identifiers of a JSON list; none where nothing is stored.
  func identifiers<ID: Identifier>(_ row: Row, _ column: Int32) throws(StoreFailure) -> [ID] {
    guard let list = try row.optionalJSON(column)?.listValue else { return [] }
    return list.compactMap { $0.intValue.map { ID(rawValue: Int64($0)) } }
  }

  /// Reads a row and says which one it is, where it cannot be read.
  static func named<Result>(
    _ what: @autoclosure () -> String, _ body: () throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    do throws(StoreFailure) {
      return try body()
    } catch {
      let name = what() + ": "
      guard error.kind == .corrupt, !error.message.hasPrefix(name) else { throw error }
      throw StoreFailure(.corrupt, path: error.path, name + error.message)
    }
  }

  /// What a stored text means, or that the store is damaged.
  func decoded<Result>(
    _ what: @autoclosure () -> String, _ body: () throws(DecodingFault) -> Result
  ) throws(StoreFailure) -> Result {
    do {
      return try body()
    } catch {
      throw StoreFailure(.corrupt, path: sql.path, "\(what()): \(error)")
    }
  }
}

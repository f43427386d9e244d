import EngineCore
import EngineRuntime
import GRDBSQLite

/// A statement that is prepared once and stepped through the C API: the commit path, where a library's records would
/// cost seven times as much (measured).
///
/// Values are bound one after the other, then the statement is run or read:
///
///     try sql("UPDATE timer SET due = ? WHERE instance = ? AND id = ?").bind(due).bind(instance).bind(id).run()
///
/// Not thread-safe: used only inside the queue that owns its connection.
final class Statement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  private let path: String
  private var place: Int32 = 0
  private var bindingCode = SQLITE_OK
  /// SQLite copies what is bound.
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  init(_ sql: UnsafePointer<CChar>, on connection: OpaquePointer, path: String) throws(StoreFailure) {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw SQLiteFailure.failure(on: connection, path: path) }
    handle = statement
    self.connection = connection
    self.path = path
  }

  deinit { sqlite3_finalize(handle) }

  @inline(__always)
  func bind(_ number: Int64) -> Statement {
    place += 1
    bindingCode |= sqlite3_bind_int64(handle, place, number)
    return self
  }

  func bind(_ number: Int64?) -> Statement {
    guard let number else { return bindNull() }
    return bind(number)
  }

  func bind(_ number: Int) -> Statement { bind(Int64(number)) }

  func bind(_ flag: Bool) -> Statement { bind(flag ? 1 as Int64 : 0) }

  func bind(_ identifier: some Identifier) -> Statement { bind(identifier.rawValue) }

  func bind(_ instant: Timestamp) -> Statement { bind(instant.microseconds) }

  func bind(_ text: String) -> Statement {
    var text = text
    return text.withUTF8 { bind($0) }
  }

  func bind(_ text: String?) -> Statement {
    guard let text else { return bindNull() }
    return bind(text)
  }

  /// Binds UTF-8.
  func bind(utf8 bytes: [UInt8]) -> Statement { bytes.withUnsafeBufferPointer { bind($0) } }

  /// Binds UTF-8, or null.
  func bind(utf8OrNull bytes: [UInt8]?) -> Statement { bytes.map { bind(utf8: $0) } ?? bindNull() }

  func bind(_ values: [SQLValue]) -> Statement {
    for value in values {
      switch value {
      case .integer(let number): _ = bind(number)
      case .text(let text): _ = bind(text)
      }
    }
    return self
  }

  func bindNull() -> Statement {
    place += 1
    bindingCode |= sqlite3_bind_null(handle, place)
    return self
  }

  private func bind(_ bytes: UnsafeBufferPointer<UInt8>) -> Statement {
    place += 1
    bindingCode |= bytes.withMemoryRebound(to: CChar.self) {
      // An empty buffer has no address, and text without an address would be null.
      guard let start = $0.baseAddress, !$0.isEmpty else {
        return sqlite3_bind_text(handle, place, "", 0, Self.transient)
      }
      return sqlite3_bind_text(handle, place, start, Int32($0.count), Self.transient)
    }
    return self
  }

  /// Runs a statement that gives no rows.
  func run() throws(StoreFailure) {
    let code = step()
    if code == SQLITE_DONE || code == SQLITE_ROW {
      reset()
    } else {
      throw failure()
    }
  }

  /// Runs a statement and says whether that was refused because another connection is writing.
  func runUnlessBusy() throws(StoreFailure) -> Bool {
    let code = step()
    if code & 0xff == SQLITE_BUSY {
      reset()
      return false
    }
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
    reset()
    return true
  }

  /// Runs a statement and reads its first row.
  func first<Result>(_ read: (Row) throws(StoreFailure) -> Result) throws(StoreFailure) -> Result? {
    let code = step()
    guard code == SQLITE_ROW else {
      if code != SQLITE_DONE { throw failure() }
      reset()
      return nil
    }
    defer { reset() }
    return try read(Row(handle: handle, path: path))
  }

  /// Runs a statement and reads all its rows.
  func all<Result>(_ read: (Row) throws(StoreFailure) -> Result) throws(StoreFailure) -> [Result] {
    var results: [Result] = []
    try forEach { (row) throws(StoreFailure) in results.append(try read(row)) }
    return results
  }

  /// Runs a statement and hands on its rows, one by one.
  func forEach(_ body: (Row) throws(StoreFailure) -> Void) throws(StoreFailure) {
    var code = step()
    while code == SQLITE_ROW {
      do throws(StoreFailure) {
        try body(Row(handle: handle, path: path))
      } catch {
        reset()
        throw error
      }
      code = sqlite3_step(handle)
    }
    guard code == SQLITE_DONE else { throw failure() }
    reset()
  }

  private func step() -> Int32 {
    guard bindingCode == SQLITE_OK else { return SQLITE_MISUSE }
    return sqlite3_step(handle)
  }

  private func reset() {
    place = 0
    bindingCode = SQLITE_OK
    sqlite3_reset(handle)
  }

  private func failure() -> StoreFailure {
    let failure = SQLiteFailure.failure(on: connection, path: path)
    reset()
    return failure
  }
}

/// A value for a statement that was put together.
enum SQLValue: Sendable, Hashable {
  case integer(Int64)
  case text(String)
}

/// The columns of the present row.
struct Row {
  let handle: OpaquePointer
  let path: String

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
  func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
  func flag(_ column: Int32) -> Bool { integer(column) != 0 }
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
  func optionalTimestamp(_ column: Int32) -> Timestamp? { optionalInteger(column).map { Timestamp(microseconds: $0) } }
  func timestamp(_ column: Int32) -> Timestamp { Timestamp(microseconds: integer(column)) }
  func id<ID: Identifier>(_ column: Int32) -> ID { ID(rawValue: integer(column)) }
  func node(_ column: Int32) -> NodeIndex { NodeIndex(rawValue: int(column)) }

  /// What the column is called.
  private func name(_ column: Int32) -> String {
    sqlite3_column_name(handle, column).map { String(cString: $0).replacing("_", with: " ") } ?? "column \(column)"
  }

  func bytes(_ column: Int32) -> [UInt8] {
    guard let text = sqlite3_column_text(handle, column) else { return [] }
    let count = Int(sqlite3_column_bytes(handle, column))
    return Array(UnsafeBufferPointer(start: text, count: count))
  }

  func text(_ column: Int32) -> String {
    guard let text = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  /// A number that must be one of the codes of an enumeration.
  func code<Code: RawRepresentable>(_ column: Int32) throws(StoreFailure) -> Code where Code.RawValue == Int {
    guard let code = Code(rawValue: int(column)) else {
      throw StoreFailure(
        .corrupt, path: path, "its field \(name(column)) is stored as \(int(column)), which means nothing")
    }
    return code
  }

  /// A number that begins at 0 and grows by ones: what no life is long enough for is damage, and the next step would
  /// end the process that counts on.
  func count(_ column: Int32) throws(StoreFailure) -> Int64 {
    let count = integer(column)
    guard 0...Int64(1 << 53) ~= count else {
      throw StoreFailure(.corrupt, path: path, "its field \(name(column)) is stored as \(count), which means nothing")
    }
    return count
  }

  /// JSON that the store itself has written.
  func json(_ column: Int32) throws(StoreFailure) -> Value {
    do {
      return try JSONParser.parse(bytes(column), maximumDepth: JSONParser.maximumDepth)
    } catch {
      throw StoreFailure(
        .corrupt, path: path,
        "its field \(name(column)) is stored as \(text(column).prefix(100)), which is no JSON: \(error)")
    }
  }

  func optionalJSON(_ column: Int32) throws(StoreFailure) -> Value? { isNull(column) ? nil : try json(column) }
}

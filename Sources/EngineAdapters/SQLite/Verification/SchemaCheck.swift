import EngineRuntime
import EngineStorage
import GRDB

/// Holds tables, indexes and views against those that this code makes.
///
/// What an index says is checked by SQLite; that an index is gone is not, and neither is a view of which people believe
/// that it shows what it always showed. Tables, views and indexes that somebody has added are theirs, unless they can
/// change or refuse what the engine writes.
struct SchemaCheck {
  private struct Part: Hashable {
    let kind: String
    let sql: String
  }

  private let rows: SQLiteRows

  init(_ rows: SQLiteRows) { self.rows = rows }

  /// Hands on what differs. Says whether the tables are there, as they are made.
  func run(_ report: (StoreFinding) -> Void) throws(StoreFailure) -> Bool {
    let expected = try expected()
    let stored = try rows.sql("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
      .all { (name: $0.text(1), part: Part(kind: $0.text(0), sql: $0.text(2))) }
    let known = Dictionary(stored.map { ($0.name, $0.part) }) { first, _ in first }
    var hasTables = true
    for (name, part) in expected.sorted(by: { $0.key < $1.key }) {
      let found = known[name]
      if found == part { continue }
      if part.kind == "table" { hasTables = false }
      let sentence =
        switch found {
        case nil: "the \(part.kind) \(name) is missing; it is made by: \(Self.line(part.sql))"
        case let found?:
          "the \(found.kind) \(name) is stored as \(Self.line(found.sql)); it must be \(Self.line(part.sql))"
        }
      report(StoreFinding(nil, sentence))
    }
    for (name, part) in stored where expected[name] == nil && Self.interferes(part) {
      report(StoreFinding(nil, "the \(part.kind) \(name) is none of sagatop's: \(Self.line(part.sql))"))
    }
    return hasTables
  }

  private func expected() throws(StoreFailure) -> [String: Part] {
    do {
      return try DatabaseQueue().write { db in
        try db.execute(sql: SQLiteSchema.tables)
        try db.execute(sql: SQLiteViews.all)
        let rows = try GRDB.Row.fetchAll(
          db, sql: "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[1], Part(kind: $0[0], sql: $0[2])) })
      }
    } catch {
      throw SQLiteFailure.failure(error, path: rows.sql.path)
    }
  }

  /// A trigger writes behind the engine's back, and a unique index refuses what it writes.
  private static func interferes(_ part: Part) -> Bool {
    part.kind == "trigger" || part.kind == "index" && part.sql.uppercased().hasPrefix("CREATE UNIQUE")
  }

  private static func line(_ sql: String) -> String {
    sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

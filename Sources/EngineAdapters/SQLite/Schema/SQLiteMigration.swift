import EngineRuntime
import EngineStorage
import GRDB

/// Brings a store to the version that this code writes. Forward only: a newer store is refused, never changed.
enum SQLiteMigration {
  /// What leads from each version to the next; the first one makes an empty file a store.
  private static let steps: [@Sendable (Database) throws -> Void] = [makeTables]

  /// The version of the tables that the first step makes. What came before it was never released.
  static let firstVersion: Int32 = 2
  /// `PRAGMA user_version` of the stores that this code writes.
  static var currentVersion: Int32 { firstVersion + Int32(steps.count) - 1 }

  static func run(_ db: Database) throws {
    guard try version(db) < currentVersion else { return }
    try db.inTransaction(.immediate) {
      // Another process may have done it while this one waited.
      let reached = try version(db)
      for step in steps.dropFirst(Int(max(reached - firstVersion + 1, 0))) { try step(db) }
      try db.execute(sql: "PRAGMA user_version = \(currentVersion)")
      return .commit
    }
  }

  static func version(_ db: Database) throws -> Int32 {
    try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
  }

  private static func makeTables(_ db: Database) throws {
    try db.execute(sql: SQLiteSchema.tables)
    try db.execute(sql: SQLiteViews.all)
    for type in EventCodec.types {
      try db.execute(
        sql: "INSERT INTO event_type VALUES (?, ?, ?, ?, ?)",
        arguments: [type.code, type.name, type.token, type.node, type.mode])
    }
    try db.execute(sql: "PRAGMA application_id = \(SQLiteSchema.applicationID)")
  }
}

import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows: OutboxStore {
  func append(_ entries: [OutboxEntry], of instance: InstanceID) throws(StoreFailure) {
    for entry in entries {
      try sql("INSERT INTO outbox (instance, sequence, type, content) VALUES (?, ?, ?, ?)")
        .bind(instance).bind(entry.sequence).bind(entry.type).bind(entry.json).run()
    }
  }

  func outbox(limit: Int) throws(StoreFailure) -> [PublishedEvent] {
    try sql("SELECT id, instance, sequence, type, content FROM outbox WHERE id > 0 ORDER BY id LIMIT ?").bind(limit)
      .all { Self.event($0) }
  }

  func outbox(of instance: InstanceID) throws(StoreFailure) -> [PublishedEvent] {
    try sql("SELECT id, instance, sequence, type, content FROM outbox WHERE instance = ? ORDER BY sequence")
      .bind(instance).all { Self.event($0) }
  }

  /// An event from its columns `id, instance, sequence, type, content`.
  static func event(_ row: Row) -> PublishedEvent {
    PublishedEvent(
      id: row.integer(0), instance: row.id(1), sequence: row.integer(2), type: row.text(3), json: row.text(4))
  }

  func removeOutbox(through id: Int64) throws(StoreFailure) {
    try sql(
      """
      INSERT INTO outbox_progress (instance, sequence)
        SELECT o.instance, max(o.sequence) FROM outbox o JOIN process_instance i ON i.id = o.instance
        WHERE o.id <= ? GROUP BY o.instance
      ON CONFLICT (instance) DO UPDATE SET sequence = max(sequence, excluded.sequence)
      """
    ).bind(id).run()
    try sql("DELETE FROM outbox WHERE id <= ?").bind(id).run()
  }

  func published(of instance: InstanceID) throws(StoreFailure) -> Int64 {
    try sql("SELECT sequence FROM outbox_progress WHERE instance = ?").bind(instance).first { $0.integer(0) } ?? 0
  }
}

import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows: MessageStore {
  func insert(_ message: StoredMessage) throws(StoreFailure) {
    let variables = json(.context(message.variables))
    try sql(
      """
      INSERT INTO message (event, kind, name, correlation_key, variables, sent_at, expires_at, phase, bound, cursor)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(message.event).bind(message.kind.rawValue).bind(message.name).bind(message.correlationKey)
    .bind(utf8: variables).bind(message.sentAt).bind(message.expiresAt).bind(message.phase.rawValue)
    .bind(message.bound).bind(message.cursor).run()
  }

  func buffer(message: Int64) throws(StoreFailure) {
    try sql("UPDATE message SET phase = 1 WHERE id = ?").bind(message).run()
  }

  func advance(message: Int64, to cursor: Int64) throws(StoreFailure) {
    try sql("UPDATE message SET cursor = ? WHERE id = ?").bind(cursor).bind(message).run()
  }

  func delete(message: Int64) throws(StoreFailure) {
    try sql("DELETE FROM message WHERE id = ?").bind(message).run()
  }

  func waitingMessages(limit: Int) throws(StoreFailure) -> [StoredMessage] {
    try sql(
      """
      SELECT id, event, kind, name, correlation_key, variables, sent_at, expires_at, phase, bound, cursor
      FROM message INDEXED BY message_waiting WHERE phase = 0 ORDER BY id LIMIT ?
      """
    ).bind(limit).all { (row) throws(StoreFailure) in try Self.message(row) }
  }

  func bufferedMessages(
    name: String, correlationKey: String?, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [StoredMessage] {
    try sql(
      """
      SELECT id, event, kind, name, correlation_key, variables, sent_at, expires_at, phase, bound, cursor FROM message
      WHERE phase = 1 AND name = ? AND correlation_key IS ? AND expires_at > ? ORDER BY id LIMIT ?
      """
    )
    .bind(name).bind(correlationKey).bind(instant).bind(limit)
    .all { (row) throws(StoreFailure) in try Self.message(row) }
  }

  func bufferedMessages(after message: Int64, limit: Int) throws(StoreFailure) -> [StoredMessage] {
    try sql(
      """
      SELECT id, event, kind, name, correlation_key, variables, sent_at, expires_at, phase, bound, cursor FROM message
      WHERE phase = 1 AND id > ? ORDER BY id LIMIT ?
      """
    ).bind(message).bind(limit).all { (row) throws(StoreFailure) in try Self.message(row) }
  }

  func expiredMessages(at instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64] {
    try sql("SELECT id FROM message WHERE phase = 1 AND expires_at <= ? ORDER BY expires_at, id LIMIT ?")
      .bind(instant).bind(limit).all { $0.integer(0) }
  }

  func nextExpiry() throws(StoreFailure) -> Timestamp? {
    try sql("SELECT expires_at FROM message WHERE phase = 1 ORDER BY expires_at LIMIT 1").first { $0.timestamp(0) }
  }

  /// A message from its columns `id, event, kind, name, correlation_key, variables, sent_at, expires_at, phase, bound,
  /// cursor`.
  static func message(_ row: Row) throws(StoreFailure) -> StoredMessage {
    try named("message \(row.integer(0)), \(row.text(3))") { () throws(StoreFailure) in
      StoredMessage(
        id: row.integer(0), event: row.text(1), kind: try row.code(2), name: row.text(3),
        correlationKey: row.optionalText(4), variables: try row.json(5).contextValue ?? Context(),
        sentAt: row.timestamp(6), expiresAt: row.timestamp(7), phase: try row.code(8), bound: row.integer(9),
        cursor: row.integer(10))
    }
  }
}

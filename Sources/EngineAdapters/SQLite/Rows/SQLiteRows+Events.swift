import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteRows: SubscriptionStore {
  func subscriptions(of instance: InstanceID) throws(StoreFailure) -> [Subscription] {
    try sql(
      """
      SELECT id, token, scope, node, kind, name, correlation_key, opened_at, holds FROM subscription
      WHERE instance = ? ORDER BY id
      """
    ).bind(instance).all { (row) throws(StoreFailure) in
      try Self.named("subscription \(row.integer(0)) of instance \(instance)") {
        () throws(StoreFailure) in try Self.subscription(row)
      }
    }
  }

  /// A subscription from its columns `id, token, scope, node, kind, name, correlation_key, opened_at, holds`.
  static func subscription(_ row: Row, from column: Int32 = 0) throws(StoreFailure) -> Subscription {
    Subscription(
      id: row.id(column), token: row.id(column + 1), scope: row.id(column + 2),
      node: NodeIndex(rawValue: row.int(column + 3)), kind: try row.code(column + 4), name: row.text(column + 5),
      correlationKey: row.optionalText(column + 6), openedAt: row.timestamp(column + 7), holds: row.flag(column + 8))
  }

  func insert(_ subscription: Subscription, of instance: InstanceID) throws(StoreFailure) {
    try sql(
      """
      INSERT INTO subscription (instance, id, token, scope, node, kind, name, correlation_key, opened_at, holds)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    .bind(instance).bind(subscription.id).bind(subscription.token).bind(subscription.scope)
    .bind(subscription.node.rawValue).bind(subscription.kind.rawValue).bind(subscription.name)
    .bind(subscription.correlationKey).bind(subscription.openedAt).bind(subscription.holds).run()
  }

  func update(_ subscription: Subscription, of instance: InstanceID) throws(StoreFailure) {
    try sql("UPDATE subscription SET holds = ? WHERE instance = ? AND id = ?")
      .bind(subscription.holds).bind(instance).bind(subscription.id).run()
  }

  func delete(_ subscription: SubscriptionID, of instance: InstanceID) throws(StoreFailure) {
    try sql("DELETE FROM subscription WHERE instance = ? AND id = ?").bind(instance).bind(subscription).run()
  }

  func subscriptions(
    _ kind: Subscription.Kind, name: String, correlationKey: String?, after place: Int64, limit: Int
  ) throws(StoreFailure) -> [SubscriptionPosition] {
    try sql(
      """
      SELECT place, instance, id FROM subscription
      WHERE kind = ? AND name = ? AND correlation_key IS ? AND place > ? ORDER BY place LIMIT ?
      """
    )
    .bind(kind.rawValue).bind(name).bind(correlationKey).bind(place).bind(limit)
    .all { SubscriptionPosition(place: $0.integer(0), instance: $0.id(1), subscription: $0.id(2)) }
  }

  func newestSubscription() throws(StoreFailure) -> Int64 {
    try sql("SELECT seq FROM sqlite_sequence WHERE name = 'subscription'").first { $0.integer(0) } ?? 0
  }
}

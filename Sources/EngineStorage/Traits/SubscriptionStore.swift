import EngineCore
import EngineRuntime

/// Open subscriptions: what instances wait for besides time.
public protocol SubscriptionStore {
  /// The open subscriptions of an instance, ascending by identifier.
  func subscriptions(of instance: InstanceID) throws(StoreFailure) -> [Subscription]
  /// Writes the row of a new subscription, behind all others of the store.
  func insert(_ subscription: Subscription, of instance: InstanceID) throws(StoreFailure)
  /// Writes whether the condition of a subscription holds.
  func update(_ subscription: Subscription, of instance: InstanceID) throws(StoreFailure)
  /// Removes the row of a subscription that is over.
  func delete(_ subscription: SubscriptionID, of instance: InstanceID) throws(StoreFailure)
  /// Subscriptions of all instances for exactly this name and key, the oldest first, after a place. Served by an index.
  func subscriptions(
    _ kind: Subscription.Kind, name: String, correlationKey: String?, after place: Int64, limit: Int
  ) throws(StoreFailure) -> [SubscriptionPosition]
  /// The highest place that was ever given out.
  func newestSubscription() throws(StoreFailure) -> Int64
}

import EngineCore

/// An open subscription in the whole store.
public struct SubscriptionPosition: Sendable, Hashable {
  /// Ascending in the order in which subscriptions were committed; never given out twice.
  public let place: Int64
  /// The instance.
  public let instance: InstanceID
  /// The subscription.
  public let subscription: SubscriptionID

  /// Names a subscription.
  public init(place: Int64, instance: InstanceID, subscription: SubscriptionID) {
    self.place = place
    self.instance = instance
    self.subscription = subscription
  }
}

import EngineCore
import EngineRuntime

extension MemoryRows: SubscriptionStore {
  func subscriptions(of instance: InstanceID) -> [Subscription] {
    stored(instance)?.subscriptions.map(\.subscription) ?? []
  }

  func insert(_ subscription: Subscription, of instance: InstanceID) throws(StoreFailure) {
    let place = tables.newestSubscription + 1
    set(\.newestSubscription, place)
    try change(instance) { stored in
      stored.subscriptions.append(MemoryTables.StoredSubscription(place: place, subscription: subscription))
    }
  }

  func update(_ subscription: Subscription, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in
      guard let index = stored.subscriptions.firstIndex(where: { $0.subscription.id == subscription.id }) else {
        return
      }
      stored.subscriptions[index].subscription = subscription
    }
  }

  func delete(_ subscription: SubscriptionID, of instance: InstanceID) throws(StoreFailure) {
    try change(instance) { stored in stored.subscriptions.removeAll { $0.subscription.id == subscription } }
  }

  func subscriptions(
    _ kind: Subscription.Kind, name: String, correlationKey: String?, after place: Int64, limit: Int
  ) -> [SubscriptionPosition] {
    let all = tables.instances.flatMap { id, stored in
      stored.subscriptions.filter {
        $0.subscription.kind == kind && $0.subscription.name == name
          && $0.subscription.correlationKey == correlationKey && $0.place > place
      }.map { SubscriptionPosition(place: $0.place, instance: id, subscription: $0.subscription.id) }
    }
    return Array(all.sorted { $0.place < $1.place }.prefix(limit))
  }

  func newestSubscription() -> Int64 { tables.newestSubscription }
}

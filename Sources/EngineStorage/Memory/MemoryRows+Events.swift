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

extension MemoryRows: MessageStore {
  func insert(_ message: StoredMessage) {
    var message = message
    message.id = tables.newestMessage + 1
    set(\.newestMessage, message.id)
    set(\.messages[message.id], message)
  }

  func buffer(message: Int64) {
    var stored = tables.messages[message]
    stored?.phase = .buffered
    set(\.messages[message], stored)
  }

  func advance(message: Int64, to cursor: Int64) {
    var stored = tables.messages[message]
    stored?.cursor = cursor
    set(\.messages[message], stored)
  }

  func delete(message: Int64) { set(\.messages[message], nil) }

  func waitingMessages(limit: Int) -> [StoredMessage] { messages(limit) { $0.phase == .waiting } }

  func bufferedMessages(
    name: String, correlationKey: String?, at instant: Timestamp, limit: Int
  ) -> [StoredMessage] {
    messages(limit) {
      $0.phase == .buffered && $0.name == name && $0.correlationKey == correlationKey && $0.expiresAt > instant
    }
  }

  func bufferedMessages(after message: Int64, limit: Int) -> [StoredMessage] {
    messages(limit) { $0.phase == .buffered && $0.id > message }
  }

  func expiredMessages(at instant: Timestamp, limit: Int) -> [Int64] {
    let expired = tables.messages.values.filter { $0.phase == .buffered && $0.expiresAt <= instant }
    return expired.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }.prefix(limit).map(\.id)
  }

  func nextExpiry() -> Timestamp? {
    tables.messages.values.filter { $0.phase == .buffered }.map(\.expiresAt).min()
  }

  private func messages(_ limit: Int, where isMeant: (StoredMessage) -> Bool) -> [StoredMessage] {
    Array(tables.messages.values.filter(isMeant).sorted { $0.id < $1.id }.prefix(limit))
  }
}

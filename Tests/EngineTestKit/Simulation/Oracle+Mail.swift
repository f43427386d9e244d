import EngineCore
import EngineRuntime

/// Messages and signals: what was sent is received as often as it should be; what nobody took had nobody to take it.
extension Oracle {
  /// One subscription of one instance.
  struct Place: Hashable {
    let instance: InstanceID
    let subscription: SubscriptionID
  }

  /// Something that came to a subscription.
  struct Delivery: Hashable {
    let event: String
    let place: Place
  }

  /// What is known of messages and signals.
  struct Mail {
    /// The rows of the store as they were after the last commit.
    var rows: [Int64: StoredMessage] = [:]
    /// Everything that has ever had a row.
    var events: Set<String> = []
    /// Who got each message.
    var receivers: [String: Place] = [:]
    /// Messages that have started an instance.
    var starts: Set<String> = []
    /// What has come, and what has had its effect: the two differ while an instance is suspended.
    var came: Set<Delivery> = []
    var took: Set<Delivery> = []
    /// Who must get a signal: those who waited before it was sent, and still did afterwards.
    var audience: [Int64: [Place]] = [:]
  }

  /// Whether a batch says something about messages.
  func concernsMail(_ writes: [StoreWrite]) -> Bool {
    writes.contains { write in
      switch write {
      case .message: true
      case .unit(let unit): !StoredMessage.thrown(by: unit).isEmpty
      case .decision(let record): if case .send = record.command.verb { true } else { false }
      case .together(let parts): concernsMail(parts)
      case .deployment, .deletion, .startTimers, .hold, .published, .forgottenCommands: false
      }
    }
  }

  /// Every subscription that is open and takes what comes.
  func openSubscriptions() -> [Place: Subscription] {
    var open: [Place: Subscription] = [:]
    for instance in instances where !instance.state.isEnd && !instance.isCorrupted {
      for subscription in instance.subscriptions {
        let isTaken = instance.deferred.contains { deferred in
          if case .event(let id, _) = deferred { id == subscription.id } else { false }
        }
        if !isTaken { open[Place(instance: instance.id, subscription: subscription.id)] = subscription }
      }
    }
    return open
  }

  /// Something comes to a subscription, and has its effect at once unless it is deferred.
  func noteDelivery(_ event: String, to subscription: Subscription, of id: InstanceID, isDeferred: Bool) {
    let delivery = Delivery(event: event, place: Place(instance: id, subscription: subscription.id))
    if subscription.kind == .message {
      if let other = mail.receivers[event], other != delivery.place {
        find("message \(event) came to instance \(other.instance) and to instance \(id)")
      }
      if mail.starts.contains(event) { find("message \(event) started an instance and came to instance \(id)") }
      mail.receivers[event] = delivery.place
    }
    let isNew = mail.came.insert(delivery).inserted
    if isDeferred ? !isNew : !mail.took.insert(delivery).inserted {
      find("\(subscription.kind.name) \(event) came to subscription \(subscription.id) of instance \(id) twice")
    }
  }

  /// A message starts an instance: no other one, and nobody else gets it.
  func noteStart(by event: String) {
    if !mail.starts.insert(event).inserted { find("message \(event) started two instances") }
    if mail.receivers[event] != nil { find("message \(event) was received and started an instance") }
  }

  /// The messages that are removed in the write that starts an instance have started it.
  func noteStarts(in parts: [StoreWrite]) {
    let isStart = parts.contains { part in
      if case .unit(let unit) = part { unit.expectedVersion == 0 && unit.instance.parent == nil } else { false }
    }
    guard isStart else { return }
    for case .message(.remove(let ids), _) in parts {
      for id in ids where mail.rows[id]?.kind == .message { noteStart(by: mail.rows[id]?.event ?? "") }
    }
  }

  /// What has become of the rows in a commit.
  ///
  /// - Parameter before: Who waited before it.
  func checkMail(_ writes: [StoreWrite], before: [Place: Subscription]) {
    let open = openSubscriptions()
    let waiting = before.filter { open[$0.key] != nil }
    let rows: [Int64: StoredMessage]
    do {
      let all = try reader.waitingMessages(limit: .max) + reader.bufferedMessages(after: 0, limit: .max)
      rows = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
    } catch {
      return find("the messages cannot be read: \(error)")
    }
    for (id, message) in rows.sorted(by: { $0.key < $1.key }) where mail.rows[id] == nil {
      if !mail.events.insert(message.event).inserted { find("message \(message.event) was stored twice") }
      if message.kind == .signal {
        mail.audience[id] = waiting.filter { $0.value.kind == .signal && $0.value.name == message.name }.map(\.key)
      }
    }
    for (id, message) in mail.rows.sorted(by: { $0.key < $1.key }) where rows[id] == nil {
      checkEnd(of: message, waiting)
    }
    mail.rows = rows
    checkThrown(writes)
    checkDropped(writes, waiting)
  }

  private func checkEnd(of message: StoredMessage, _ waiting: [Place: Subscription]) {
    guard message.kind == .message else {
      for place in mail.audience.removeValue(forKey: message.id) ?? [] where waiting[place] != nil {
        guard !mail.came.contains(Delivery(event: message.event, place: place)) else { continue }
        find("signal \(message.event) did not come to subscription \(place.subscription) of instance \(place.instance)")
      }
      return
    }
    if mail.receivers[message.event] != nil || mail.starts.contains(message.event) { return }
    if message.expiresAt > clock.latest { find("message \(message.event) was lost before it expired") }
    // What has waited and expired may have met somebody too late.
    if message.phase == .waiting { checkNobodyWaits(for: message.event, message.name, message.correlationKey, waiting) }
  }

  private func checkNobodyWaits(
    for event: String, _ name: String, _ key: String?, _ waiting: [Place: Subscription]
  ) {
    for place in waiting.keys.sorted(by: { ($0.instance, $0.subscription) < ($1.instance, $1.subscription) }) {
      guard let subscription = waiting[place], subscription.kind == .message, subscription.name == name,
        subscription.correlationKey == key
      else { continue }
      find("message \(event) was dropped, and subscription \(place.subscription) of instance \(place.instance) waited")
    }
  }

  private func checkThrown(_ writes: [StoreWrite]) {
    for unit in writes.flatMap(\.units) {
      for thrown in StoredMessage.thrown(by: unit) where !mail.events.contains(thrown.event) {
        find("\(thrown.kind.name) \(thrown.event) was thrown and is not stored")
      }
    }
  }

  private func checkDropped(_ writes: [StoreWrite], _ waiting: [Place: Subscription]) {
    for case .decision(let record) in writes {
      guard case .send(let message) = record.command.verb, case .done(let answer)? = record.answer,
        answer["outcome"] == "dropped"
      else { continue }
      checkNobodyWaits(for: record.command.key, message.name, message.correlationKey, waiting)
    }
  }

  /// Whether there is nothing on its way, and nobody waits beside a message that waits for somebody.
  var isMailAtRest: Bool { unrest().isEmpty }

  /// What is said when nothing more happens.
  func checkMailAtRest() { for sentence in unrest() { find(sentence) } }

  private func unrest() -> [String] {
    guard !mail.rows.isEmpty else { return [] }
    let open = openSubscriptions().values
    return mail.rows.values.sorted { $0.id < $1.id }.compactMap { message in
      if message.phase == .waiting { return "\(message.kind.name) \(message.event) was never looked at" }
      guard message.expiresAt > clock.now() else { return nil }
      let isAwaited = open.contains {
        $0.kind == .message && $0.name == message.name && $0.correlationKey == message.correlationKey
      }
      return isAwaited ? "message \(message.event) waits for somebody, and somebody waits for it" : nil
    }
  }
}

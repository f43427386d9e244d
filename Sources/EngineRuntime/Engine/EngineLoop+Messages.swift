import EngineCore

/// Messages and signals: each message goes to the oldest subscription for its name and key, else it starts a process,
/// else it waits in the store until it expires; a signal goes to everybody who waited when it was sent.
///
/// What an instance throws is written in the unit that throws it and looked at in a later turn, so that a crash between
/// the two loses nothing. A subscription is found by the store, so one that is opened in the present turn is found in
/// the next one.
extension EngineLoop {
  /// What became of a message.
  private enum Correlation {
    case received
    /// Somebody may have begun to wait for it in this very turn.
    case tooEarly
    case nobody
  }

  func handleMessages(_ batch: inout Batch, allowance: Int) throws(StoreFailure) {
    let end = batch.items.count + allowance
    if desk.hasWaiting {
      let waiting = try store.waitingMessages(limit: MessageDesk.limit)
      desk.hasWaiting = waiting.count == MessageDesk.limit
      for message in waiting {
        // A signal alone can make many units.
        guard batch.items.count < end else {
          desk.hasWaiting = true
          return
        }
        handle(.thrown(message), &batch)
      }
    }
    // Where no message waits in the buffer, none has to be looked for.
    if desk.knowsNextExpiry, desk.nextExpiry == nil { desk.awaited.removeAll() }
    for _ in 0..<min(desk.awaited.count, MessageDesk.limit) {
      guard let awaited = desk.awaited.first else { break }
      let page = try store.bufferedMessages(
        name: awaited.name, correlationKey: awaited.correlationKey, at: now, limit: MessageDesk.limit)
      // Only now: what cannot be read is looked for again.
      desk.awaited.removeFirst()
      handleBuffered(page, &batch)
    }
    if let cursor = desk.bufferCursor {
      let page = try store.bufferedMessages(after: cursor, limit: MessageDesk.limit)
      desk.bufferCursor = page.count == MessageDesk.limit ? page.last?.id : nil
      for message in page where message.expiresAt > now { handle(.buffered(message), &batch) }
    }
    if !desk.knowsNextExpiry {
      desk.nextExpiry = try store.nextExpiry()
      desk.knowsNextExpiry = true
    }
    if let next = desk.nextExpiry, next <= now {
      desk.knowsNextExpiry = false
      let expired = try store.expiredMessages(at: now, limit: MessageDesk.limit)
      if !expired.isEmpty { handle(.expired(expired), &batch) }
    }
  }

  /// One after the other, as long as somebody takes them.
  private func handleBuffered(_ page: [StoredMessage], _ batch: inout Batch) {
    for message in page where !batch.keys.contains(message.batchKey) {
      let before = batch.items.count
      handle(.buffered(message), &batch)
      if batch.items.count == before { return }
    }
  }

  /// Somebody sends a message. The answer says what became of it: `received` by an instance, `started`, `buffered` or
  /// `dropped`.
  func send(
    _ message: OutgoingMessage, _ record: CommandRecord, _ reply: (@Sendable (CommandReply) -> Void)?,
    _ batch: inout Batch
  ) throws(TurnError) {
    guard !message.name.isEmpty else { throw .rejected(Rejection(.invalidArgument, "a message needs a name")) }
    let stored = StoredMessage(
      event: eventName(record), kind: .message, name: message.name, correlationKey: message.correlationKey,
      variables: message.variables, sentAt: now, expiresAt: now + message.timeToLive, phase: .buffered)
    switch try correlate(stored, &batch, mayStart: true, record: record, reply: reply) {
    case .received: break
    case .tooEarly: takeUpAgain(batch.putOff())
    case .nobody:
      guard stored.expiresAt > now else {
        decide(record, .done(["outcome": "dropped"]), reply: reply, &batch)
        return
      }
      let outcome = CommandAnswer.done(["outcome": "buffered", "until": .string(stored.expiresAt.iso8601)])
      batch.append(
        Batch.Item(write: .message(.insert(stored), command: decided(record, outcome)), reply: reply, answer: outcome))
    }
  }

  /// Somebody sends a signal. Who gets it is found out in later turns.
  func signal(
    _ name: String, _ variables: Context, _ record: CommandRecord, _ reply: (@Sendable (CommandReply) -> Void)?,
    _ batch: inout Batch
  ) throws(TurnError) {
    guard !name.isEmpty else { throw .rejected(Rejection(.invalidArgument, "a signal needs a name")) }
    let stored = StoredMessage(
      event: eventName(record), kind: .signal, name: name, variables: variables, sentAt: now, expiresAt: now,
      phase: .waiting)
    let outcome = CommandAnswer.done(["outcome": "sent"])
    batch.append(
      Batch.Item(write: .message(.insert(stored), command: decided(record, outcome)), reply: reply, answer: outcome))
  }

  private func eventName(_ record: CommandRecord) -> String {
    guard record.command.key.isEmpty else { return record.command.key }
    unnamedMessages += 1
    return "\(lease?.epoch ?? 0)-\(unnamedMessages)"
  }

  /// Takes up what an instance has thrown, or a signal that was sent.
  func takeUp(_ message: StoredMessage, _ batch: inout Batch) throws(TurnError) {
    guard batch.keys.insert(message.batchKey).inserted else {
      _ = batch.putOff()
      return
    }
    switch message.kind {
    case .signal, .condition: try broadcast(message, &batch)
    case .message:
      switch try correlate(message, &batch, mayStart: true) {
      case .received: batch.append(Batch.Item(write: .message(.remove([message.id]), command: nil)))
      case .tooEarly:
        desk.hasWaiting = true
        batch.keys.remove(message.batchKey)
        _ = batch.putOff()
      case .nobody:
        let write = message.expiresAt > now ? MessageWrite.buffer(message.id) : .remove([message.id])
        if message.expiresAt > now { noteExpiry(message.expiresAt) }
        batch.append(Batch.Item(write: .message(write, command: nil)))
      }
    }
  }

  /// Takes up a message that has waited for somebody.
  func takeUpBuffered(_ message: StoredMessage, _ batch: inout Batch) throws(TurnError) {
    if batch.keys.insert(message.batchKey).inserted {
      do throws(TurnError) {
        if case .received = try correlate(message, &batch, mayStart: false) {
          batch.append(Batch.Item(write: .message(.remove([message.id]), command: nil)))
          return
        }
      } catch {
        // It may be found again in this very turn.
        batch.keys.remove(message.batchKey)
        throw error
      }
      batch.keys.remove(message.batchKey)
    }
    _ = batch.putOff()
  }

  /// Finds out who gets a message: the oldest subscription whose instance takes it, else a process that it starts.
  private func correlate(
    _ message: StoredMessage, _ batch: inout Batch, mayStart: Bool, record: CommandRecord? = nil,
    reply: (@Sendable (CommandReply) -> Void)? = nil
  ) throws(TurnError) -> Correlation {
    let delivery = EventDelivery(event: message.event, variables: message.variables)
    var place: Int64 = 0
    while true {
      let page = try subscriptions(.message, message, after: place)
      for candidate in page {
        place = candidate.place
        let answer: Value = ["outcome": "received", "instance": Value(candidate.instance.rawValue)]
        let before = batch.items.count
        do throws(TurnError) {
          try stepInstance(
            candidate.instance, .deliver(candidate.subscription, delivery), &batch, record: record, reply: reply,
            answer: answer)
          return .received
        } catch {
          // It ended, or has its message already, or cannot be read: the next oldest gets it.
          try skip(error, hasBegun: batch.items.count > before)
        }
      }
      if page.count < MessageDesk.limit { break }
    }
    if batch.opens(.message, message.name, message.correlationKey) { return .tooEarly }
    guard mayStart else { return .nobody }
    for deployed in try startable() {
      guard let node = deployed.definition.start(by: message) else { continue }
      let instance = ProcessInstance(id: InstanceID(nextInstance), definition: deployed.id, createdAt: now)
      nextInstance += 1
      do throws(TurnError) {
        try add(
          instance, deployed, .startBy(node, businessKey: message.correlationKey, delivery), &batch, record: record,
          reply: reply, answer: ["outcome": "started", "instance": Value(instance.id.rawValue)])
      } catch {
        // Whoever sent it from outside is answered.
        if record == nil { noteRefusal(of: deployed, error) }
        throw error
      }
      return .received
    }
    return .nobody
  }

  /// Hands a signal on to the next of those who waited when it was sent; the first time it also starts processes.
  private func broadcast(_ signal: StoredMessage, _ batch: inout Batch) throws(TurnError) {
    let delivery = EventDelivery(event: signal.event, variables: signal.variables)
    if signal.cursor < 0 {
      for deployed in try startable() {
        guard let node = deployed.definition.start(by: signal) else { continue }
        let instance = ProcessInstance(id: InstanceID(nextInstance), definition: deployed.id, createdAt: now)
        nextInstance += 1
        do throws(TurnError) {
          try add(
            instance, deployed, .startBy(node, businessKey: nil, delivery), &batch, record: nil, reply: nil,
            answer: nil)
        } catch {
          noteRefusal(of: deployed, error)
          guard case .rejected = error else { throw error }
        }
      }
    }
    let page = try subscriptions(.signal, signal, after: max(signal.cursor, 0))
    for candidate in page where candidate.place <= signal.bound {
      let before = batch.items.count
      do throws(TurnError) {
        try stepInstance(candidate.instance, .deliver(candidate.subscription, delivery), &batch)
      } catch {
        try skip(error, hasBegun: batch.items.count > before)
      }
    }
    let isOver = page.count < MessageDesk.limit || (page.last?.place ?? 0) >= signal.bound
    if !isOver { desk.hasWaiting = true }
    let write = isOver ? MessageWrite.remove([signal.id]) : .advance(signal.id, cursor: page.last?.place ?? 0)
    batch.append(Batch.Item(write: .message(write, command: nil)))
  }

  /// A receiver that refuses, or cannot be read, keeps nobody else from receiving.
  private func skip(_ error: TurnError, hasBegun: Bool) throws(TurnError) {
    if case .broken = error { throw error }
    guard case .failed(let failure) = error else { return }
    guard failure.kind == .corrupt, !hasBegun else { throw error }
    observer?.noticed(.unreadable(failure))
  }

  /// A process that a message or a signal should have started refuses what came, and nobody waits for an answer.
  private func noteRefusal(of deployed: DeployedDefinition, _ error: TurnError) {
    if case .rejected(let rejection) = error { observer?.noticed(.startFailed(deployed.id, rejection)) }
  }

  private func subscriptions(
    _ kind: Subscription.Kind, _ message: StoredMessage, after place: Int64
  ) throws(TurnError) -> [SubscriptionPosition] {
    do {
      return try store.subscriptions(
        kind, name: message.name, correlationKey: message.correlationKey, after: place, limit: MessageDesk.limit)
    } catch {
      throw .failed(error)
    }
  }

  /// The newest version of each process, by key.
  private func startable() throws(TurnError) -> [DeployedDefinition] {
    if let known = desk.startable { return known }
    do {
      let newest = try store.newestDefinitions().filter { !$0.definition.startEvents.isEmpty }
      for deployed in newest { definitions[deployed.id] = deployed }
      desk.startable = newest
      return newest
    } catch {
      throw .failed(error)
    }
  }

  /// What is on disk may be something to look at.
  func noteMessages(in write: StoreWrite) {
    switch write {
    case .unit(let unit):
      if unit.changes.hasThrown { desk.hasWaiting = true }
    case .message(.insert(let message), _):
      switch message.phase {
      case .waiting: desk.hasWaiting = true
      case .buffered: noteExpiry(message.expiresAt)
      }
    case .deployment: desk.startable = nil
    case .message, .deletion, .decision, .startTimers, .hold, .published, .forgottenCommands, .together: break
    }
  }

  private func noteExpiry(_ instant: Timestamp) {
    desk.nextExpiry = desk.nextExpiry.map { min($0, instant) } ?? instant
  }
}

extension StoredMessage {
  /// What stands among the keys of a batch once the message is dealt with in it.
  fileprivate var batchKey: Batch.Key { .message(id) }
}

extension ProcessDefinition {
  /// The node at which a message or signal starts an instance.
  fileprivate func start(by message: StoredMessage) -> NodeIndex? {
    startEvents.first { event in
      switch event.trigger {
      case .message(let trigger): message.kind == .message && trigger.name == message.name
      case .signal(let trigger): message.kind == .signal && trigger.name == message.name
      case .timer, .error, .conditional, .escalation, .compensation, .cancel, .link: false
      }
    }?.node
  }
}

extension Batch {
  /// Whether a unit of the batch opens a subscription for a name and key.
  fileprivate func opens(_ kind: Subscription.Kind, _ name: String, _ key: String?) -> Bool {
    items.contains { item in
      guard case .unit(let unit) = item.write else { return false }
      return unit.changes.subscriptions.inserted.contains { id in
        unit.instance.subscription(id).map { $0.kind == kind && $0.name == name && $0.correlationKey == key } ?? false
      }
    }
  }
}

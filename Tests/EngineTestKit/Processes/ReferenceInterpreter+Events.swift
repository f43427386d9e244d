import EngineCore

/// What came while the instance was suspended.
enum ModelReport {
  case outcome(ModelLeaf, WorkOutcome)
  case event(ModelSubscription, Value)
  case escalation(ModelLeaf, code: String)
}

/// Messages, signals and escalations, and whom they set in motion.
extension ReferenceInterpreter {
  // MARK: Waiting

  func watch(_ trigger: TriggerBlock, of leaf: ModelLeaf?, in scope: ModelScope, _ aim: ModelAim) {
    switch trigger {
    case .timer(let duration): setTimer(.event(aim), of: leaf, in: duration)
    case .message(let message):
      subscribe(message.name, key(of: message, in: scope), isSignal: false, aim.handledScope == nil ? leaf : nil, aim)
    case .signal(let signal):
      subscribe(signal.name, nil, isSignal: true, aim.handledScope == nil ? leaf : nil, aim)
    case .error, .escalation, .cancel: break
    }
  }

  private func subscribe(_ name: String, _ key: String?, isSignal: Bool, _ leaf: ModelLeaf?, _ aim: ModelAim) {
    subscriptions.append(
      ModelSubscription(
        number: family.number(), turn: family.turn, name: name, key: key, isSignal: isSignal, leaf: leaf, aim: aim))
  }

  private func key(of message: MessageBlock, in scope: ModelScope) -> String? {
    message.key.map { scope.visible[$0]?.description ?? "" }
  }

  /// Watches for the boundary events of a leaf that are not watched for already.
  func watchBoundary(of leaf: ModelLeaf) {
    let watched =
      subscriptions.filter { $0.leaf === leaf }.map(\.aim.id)
      + timers.compactMap { timer in
        if case .event(let aim) = timer.purpose, timer.leaf === leaf { aim.id } else { nil }
      }
    for event in leaf.events where !watched.contains(event.id) {
      watch(event.trigger, of: leaf, in: leaf.scope, .boundary(event))
    }
  }

  func watchForHandlers(of scope: ModelScope) {
    for handler in scope.block.handlers { watch(handler.trigger, of: scope.host, in: scope, .handler(handler, scope)) }
  }

  func stopWatchingForHandlers(of scope: ModelScope) {
    subscriptions.removeAll { $0.aim.handledScope === scope }
    timers.removeAll { timer in
      if case .event(let aim) = timer.purpose { aim.handledScope === scope } else { false }
    }
  }

  func stopWatching(_ leaf: ModelLeaf) {
    timers.removeAll { $0.leaf === leaf }
    subscriptions.removeAll { $0.leaf === leaf }
  }

  // MARK: What comes

  func isOpen(_ subscription: ModelSubscription) -> Bool {
    subscriptions.contains { $0.number == subscription.number }
  }

  func hasCome(_ subscription: ModelSubscription) -> Bool {
    deferred.contains { report in
      if case .event(let known, _) = report { known.number == subscription.number } else { false }
    }
  }

  func take(_ value: Value, by subscription: ModelSubscription) {
    unit {
      if isSuspended { deferred.append(.event(subscription, value)) } else { happen(subscription, value) }
    }
  }

  /// What has come while the instance was suspended is lost when something else came first.
  func happen(_ subscription: ModelSubscription, _ value: Value) {
    guard isOpen(subscription) else { return }
    if !subscription.aim.isRepeating { subscriptions.removeAll { $0.number == subscription.number } }
    happen(subscription.aim, at: subscription.leaf, value)
  }

  func happen(_ aim: ModelAim, at leaf: ModelLeaf?, _ value: Value = .null) {
    switch aim {
    case .goOn(let event):
      guard let leaf else { return }
      remove(leaf)
      keep(value, of: event.trigger, in: leaf.scope)
      leaf.then()
    case .branch(let event):
      guard let leaf else { return }
      remove(leaf)
      keep(value, of: event.trigger, in: leaf.scope)
      begin(event.way, in: leaf.scope, then: leaf.then)
    case .boundary(let event): if let leaf { trigger(event, at: leaf, value) }
    case .handler(let handler, let scope): start(handler, of: scope, value)
    }
  }

  private func keep(_ value: Value, of trigger: TriggerBlock, in scope: ModelScope) {
    switch trigger {
    case .message(let message): if let variable = message.variable { scope.assign(variable, value) }
    case .signal(let signal): scope.assign(signal.variable, value)
    case .error, .timer, .escalation, .cancel: break
    }
  }

  /// Sets off an event of a leaf. The way behind one that interrupts goes on where its host would have.
  func trigger(_ event: EventBlock, at leaf: ModelLeaf, _ value: Value = .null) {
    if event.isInterrupting { kill(leaf) }
    keep(value, of: event.trigger, in: leaf.scope)
    if event.isInterrupting {
      begin(event.way, in: leaf.scope, then: leaf.then)
    } else {
      beginWay(event.way, in: leaf.scope)
    }
  }

  /// Starts an event subprocess: beside everything else in its scope, or in the place of it.
  func start(_ handler: HandlerBlock, of scope: ModelScope, _ value: Value = .null) {
    if handler.isInterrupting {
      stopWatchingForHandlers(of: scope)
      killAll(in: scope)
      endRuns { $0.target === scope }
      scope.ways = 0
    }
    keep(value, of: handler.trigger, in: scope)
    scope.ways += 1
    enter(
      ModelLeaf(count(handler.scope.id), .handler(handler), in: scope) { [unowned self] in endWay(in: scope) })
  }

  // MARK: Throwing

  func send(_ block: ThrowBlock, in scope: ModelScope, then: @escaping () -> Void) {
    switch block.thrown {
    case .message(let message, let value, let life):
      family.mail.append(
        ModelMail(
          name: message.name, key: key(of: message, in: scope), isSignal: false, value: Value(value),
          expires: now + life, bound: 0))
      then()
    case .signal(let signal, let value):
      family.mail.append(
        ModelMail(
          name: signal.name, key: nil, isSignal: true, value: Value(value), expires: now, bound: family.number()))
      then()
    case .escalation(let code):
      let thrower = ModelLeaf(block.id, .thrower, in: scope, then: then)
      leaves.append(thrower)
      escalate(code, in: scope, fromHandler: false)
      guard isAlive(thrower) else { return }
      remove(thrower)
      then()
    }
  }

  /// An escalation of a called instance, as if that were a subprocess.
  func escalate(_ code: String, at leaf: ModelLeaf) {
    if let event = best(leaf.events, \.trigger, { $0.catches(escalation: code) }) {
      trigger(event, at: leaf)
    } else {
      escalate(code, in: leaf.scope, fromHandler: leaf.isHandler)
    }
  }

  /// Sets off the nearest event that catches an escalation; where there is none, it is for whoever called.
  private func escalate(_ code: String, in scope: ModelScope, fromHandler: Bool) {
    if !fromHandler, let handler = best(scope.block.handlers, \.trigger, { $0.catches(escalation: code) }) {
      return start(handler, of: scope)
    }
    if let host = scope.host { escalate(code, at: host) } else { effects.append(.escalate(code)) }
  }

  /// A cancel end event: the nearest transaction around it is undone.
  func cancel(from scope: ModelScope) {
    var transaction: ModelScope? = scope
    while let around = transaction, !around.block.isTransaction { transaction = around.parent }
    if let transaction { startRun(on: transaction, code: "CANCEL", isCancel: true) }
  }

  func leaveCancelled(_ host: ModelLeaf) {
    for event in host.events {
      if case .cancel = event.trigger { return trigger(event, at: host) }
    }
  }

  /// What catches exactly what was thrown, else what catches everything.
  func best<Candidate>(
    _ candidates: [Candidate], _ trigger: (Candidate) -> TriggerBlock, _ catches: (TriggerBlock) -> Bool?
  ) -> Candidate? {
    candidates.first { catches(trigger($0)) == true } ?? candidates.first { catches(trigger($0)) == false }
  }
}

extension TriggerBlock {
  /// Whether it catches exactly this code (true) or any (false); nil where it does not catch it.
  func catches(error code: String) -> Bool? {
    guard case .error(let wanted) = self else { return nil }
    return wanted == code ? true : wanted == nil ? false : nil
  }

  /// The same for escalations.
  func catches(escalation code: String) -> Bool? {
    guard case .escalation(let wanted) = self else { return nil }
    return wanted == code ? true : wanted == nil ? false : nil
  }
}

/// Waiting for messages, signals and conditions: at catch events, on boundaries and at event-based gateways.
extension Stepper {
  /// What a token or a scope is to wait for: calculated before anything is opened, so that an expression that cannot be
  /// evaluated leaves nothing half open.
  struct Watch {
    var node: NodeIndex
    var kind: Kind

    enum Kind {
      case timer(Timestamp, CycleProgress?)
      case subscription(Subscription.Kind, name: String, key: String?)
    }
  }

  /// What a trigger waits for; nil for those that nothing outside sets off (errors, escalations, links …), and for a
  /// cycle that is over.
  func watch(_ trigger: EventTrigger, at node: NodeIndex, _ variables: Context) throws(ExpressionError) -> Watch? {
    switch trigger {
    case .timer(let timer):
      switch setting(of: timer, variables) {
      case .once(let due): return Watch(node: node, kind: .timer(due, nil))
      case .cycle(let first): return Watch(node: node, kind: .timer(first.planned, first))
      case .never: return nil
      case .unknown(let message): throw ExpressionError(expression: "", column: 1, message: message)
      }
    case .message(let message):
      let key = try correlationKey(message.correlationKey, variables)
      return Watch(node: node, kind: .subscription(.message, name: message.name, key: key))
    case .signal(let signal):
      return Watch(node: node, kind: .subscription(.signal, name: signal.name, key: nil))
    case .conditional:
      return Watch(node: node, kind: .subscription(.condition, name: "", key: nil))
    case .error, .escalation, .compensation, .cancel, .link:
      return nil
    }
  }

  func correlationKey(_ template: ValueTemplate?, _ variables: Context) throws(ExpressionError) -> String? {
    guard let template else { return nil }
    let value = try template.evaluate(in: variables)
    if let key = CorrelationKey.text(of: value) { return key }
    throw ExpressionError(
      expression: template.expressions.first?.source ?? template.source.description, column: 1,
      message: "a correlation key must be text, a number or a truth value, but this is \(value.typeName)")
  }

  mutating func openSubscription(
    _ kind: Subscription.Kind, _ name: String, _ key: String?, for token: TokenID, in scope: ScopeID, at node: NodeIndex
  ) throws(Rejection) -> SubscriptionID {
    let id = SubscriptionID(instance.nextID)
    try emit(
      .subscriptionOpened(
        Subscription(
          id: id, token: token, scope: scope, node: node, kind: kind, name: name, correlationKey: key,
          openedAt: context.now)))
    switch kind {
    case .message: effects.append(.messageAwaited(name: name, correlationKey: key))
    case .signal: break
    case .condition: conditionsAreStale = true
    }
    return id
  }

  /// A token at an intermediate catch event.
  mutating func waitForEvent(_ token: Token, _ trigger: EventTrigger) throws(Rejection) {
    if token.state == .created { try watchBoundary(of: token.id, at: token.node) }
    guard instance.token(token.id)?.state == token.state else { return }
    let watch: Watch?
    do {
      watch = try self.watch(trigger, at: token.node, instance.visibleVariables(in: token.scope))
    } catch {
      try failExpression(token, error.description)
      return
    }
    guard let watch, case .subscription(let kind, let name, let key) = watch.kind else {
      try finishNode(token)
      return
    }
    let id = try openSubscription(kind, name, key, for: token.id, in: token.scope, at: token.node)
    try emit(.tokenWaiting(token: token.id, reason: .subscription(id)))
  }

  /// A token at an event-based gateway waits for all of its events at once.
  mutating func waitForFirst(_ token: Token) throws(Rejection) {
    let variables = instance.visibleVariables(in: token.scope)
    var watches: [Watch] = []
    do {
      for flow in definition[token.node].outgoing {
        let target = definition[flow].target
        guard case .catchEvent(let trigger) = definition[target].kind else { continue }
        if let watch = try watch(trigger, at: target, variables) { watches.append(watch) }
      }
    } catch {
      try failExpression(token, error.description)
      return
    }
    for watch in watches {
      switch watch.kind {
      case .timer(let due, _): try schedule(.branch(watch.node), for: token.id, due: due)
      case .subscription(let kind, let name, let key):
        _ = try openSubscription(kind, name, key, for: token.id, in: token.scope, at: watch.node)
      }
    }
    try emit(.tokenWaiting(token: token.id, reason: .events))
  }

  /// Opens everything that the boundary events of a token wait for; what is open already stays.
  mutating func watchBoundary(of token: TokenID, at node: NodeIndex) throws(Rejection) {
    // Those of a node that is executed many times belong to the token that waits for all of it.
    if let host = instance.token(token), isIteration(host) { return }
    try scheduleBoundaryTimers(of: token, at: node)
    for event in definition[node].boundaryEvents {
      guard case .boundary(let boundary) = definition[event].kind, let host = instance.token(token),
        host.state != .failed, !instance.subscriptions.contains(where: { $0.token == token && $0.node == event })
      else { continue }
      let watch: Watch?
      do {
        watch = try self.watch(boundary.trigger, at: event, instance.visibleVariables(in: host.scope))
      } catch {
        // The activity must not run without its watch: the token rests on an incident instead.
        try failExpression(host, error.description)
        return
      }
      guard let watch, case .subscription(let kind, let name, let key) = watch.kind else { continue }
      _ = try openSubscription(kind, name, key, for: token, in: host.scope, at: event)
    }
  }

  /// Closes what is watched for a token that has to come to rest.
  mutating func closeWatches(of token: TokenID) throws(Rejection) {
    try cancelTimers(of: token)
    for subscription in instance.subscriptions where subscription.token == token {
      try emit(.subscriptionClosed(subscription: subscription.id))
    }
  }

  /// A message or a signal comes to a subscription; a suspended instance keeps it until it is resumed.
  mutating func deliver(_ delivery: EventDelivery, to id: SubscriptionID) throws(Rejection) {
    guard let subscription = instance.subscription(id), subscription.kind != .condition else {
      throw Rejection(.subscriptionUnknown, "instance \(instance.id) has no open subscription \(id)")
    }
    guard instance.isSuspended else {
      try trigger(subscription, delivery)
      return
    }
    let isTaken = instance.deferred.contains { deferred in
      if case .event(id, _) = deferred { return !isRepeating(subscription) }
      return false
    }
    if isTaken {
      throw Rejection(.subscriptionUnknown, "subscription \(id) of instance \(instance.id) has its message already")
    }
    try emit(.eventDeferred(subscription: id, delivery: delivery))
  }

  /// What a deferred delivery does when the instance is resumed; it is lost when something else came first.
  mutating func deliverDeferred(_ delivery: EventDelivery, to id: SubscriptionID) throws(Rejection) {
    guard let subscription = instance.subscription(id) else { return }
    try trigger(subscription, delivery)
  }

  /// Whether a subscription stays open when something has come.
  private func isRepeating(_ subscription: Subscription) -> Bool {
    switch definition[subscription.node].kind {
    case .boundary(let boundary): !boundary.isInterrupting
    case .subprocess(let subprocess): !(subprocess.event?.isInterrupting ?? true)
    case .start, .end, .activity, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent,
      .throwEvent, .custom:
      false
    }
  }

  private mutating func trigger(_ subscription: Subscription, _ delivery: EventDelivery?) throws(Rejection) {
    try emit(.subscriptionTriggered(subscription: subscription.id, event: delivery?.event))
    let node = subscription.node
    switch definition[node].kind {
    case .catchEvent(let trigger):
      let token = try require(subscription.token)
      guard let outputs = try outputs(of: trigger, delivery, for: token) else { return }
      try happen(node, to: token, outputs)
    case .boundary(let boundary):
      let host = try require(subscription.token)
      guard let outputs = try outputs(of: boundary.trigger, delivery, for: host) else { return }
      try self.trigger(node, of: host, interrupting: boundary.isInterrupting, code: nil, outputs: outputs)
    case .subprocess(let subprocess):
      guard let event = subprocess.event else { return }
      try startEventSubprocess(node, in: subscription.scope, code: nil, trigger: event.trigger, delivery)
    case .start, .end, .activity, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .throwEvent,
      .custom:
      break
    }
  }

  /// A catch event happens: to the token that waits there, or to the one at the gateway before it.
  mutating func happen(_ node: NodeIndex, to token: Token, _ outputs: Context) throws(Rejection) {
    if token.node == node {
      try end(token, with: .tokenCompleted(token: token.id, node: node, mode: token.mode))
    } else {
      let flow = definition[token.node].outgoing.first { definition[$0].target == node }
      try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
      let passing = nextToken()
      try emit(
        .tokenArrived(
          TokenArrival(token: passing, node: node, scope: token.scope, flow: flow, state: .created, epoch: 0)))
      try emit(.tokenCompleted(token: passing, node: node, mode: token.mode))
    }
    try assign(outputs, from: token.scope)
    try leave(node, in: token.scope)
  }

  /// What is kept of what came; nil when that cannot be calculated, and the token rests on an incident.
  private mutating func outputs(
    of trigger: EventTrigger, _ delivery: EventDelivery?, for token: Token
  ) throws(Rejection) -> Context? {
    do {
      return try outputs(of: trigger, delivery, instance.visibleVariables(in: token.scope))
    } catch {
      // What waits at a gateway besides has lost: the event has come.
      if token.wait == .events { try cancelTimers(of: token.id) }
      try failExpression(token, error.description)
      return nil
    }
  }

  /// The variables that a trigger keeps of what came.
  func outputs(
    of trigger: EventTrigger, _ delivery: EventDelivery?, _ variables: Context
  ) throws(ExpressionError) -> Context {
    var visible = variables
    let came = Value.context(delivery?.variables ?? Context())
    switch trigger {
    case .message(let message):
      visible["message"] = came
      return try evaluate(message.outputs, visible)
    case .signal(let signal):
      visible["signal"] = came
      return try evaluate(signal.outputs, visible)
    case .timer, .error, .conditional, .escalation, .compensation, .cancel, .link:
      return Context()
    }
  }

  /// Looks at every condition that is watched, oldest first. One that begins to hold sets its event off; one that
  /// cannot be evaluated does not hold, since the variables that it needs may come later.
  mutating func lookAtConditions() throws(Rejection) {
    conditionsAreStale = false
    for id in instance.subscriptions.filter({ $0.kind == .condition }).map(\.id) {
      guard let subscription = instance.subscription(id), let condition = condition(at: subscription.node) else {
        continue
      }
      let variables = instance.visibleVariables(in: subscription.scope)
      let holds = (try? condition.evaluateCondition(in: variables)) ?? false
      guard holds != subscription.holds else { continue }
      if !holds || isRepeating(subscription) { try emit(.conditionChanged(subscription: id, holds: holds)) }
      if holds { try trigger(subscription, nil) }
    }
  }

  private func condition(at node: NodeIndex) -> Expression? {
    let trigger: EventTrigger?
    switch definition[node].kind {
    case .catchEvent(let caught): trigger = caught
    case .boundary(let boundary): trigger = boundary.trigger
    case .subprocess(let subprocess): trigger = subprocess.event?.trigger
    case .start, .end, .activity, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .throwEvent,
      .custom:
      trigger = nil
    }
    if case .conditional(let condition)? = trigger { return condition }
    return nil
  }
}

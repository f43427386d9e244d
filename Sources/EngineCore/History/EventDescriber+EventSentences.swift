extension EventDescriber {
  /// What happened to messages, signals, conditions and escalations.
  func eventSentence(for event: ProcessEvent) -> String {
    switch event {
    case .subscriptionOpened(let subscription):
      "\(name(of: subscription.node)) waits for \(subject(of: subscription))"
    case .subscriptionTriggered(let id, _):
      subscriptions[id].map { subscription in
        subscription.kind == .condition
          ? "the condition of \(name(of: subscription.node)) holds"
          : "\(subject(of: subscription)) came to \(name(of: subscription.node))"
      } ?? "subscription \(id) got what it waited for"
    case .subscriptionClosed(let id):
      subscriptions[id].map { "\(name(of: $0.node)) no longer waits for \(subject(of: $0))" }
        ?? "subscription \(id) was closed"
    case .conditionChanged(let id, let holds):
      "the condition of \(subscriptions[id].map { name(of: $0.node) } ?? "subscription \(id)") "
        + (holds ? "holds" : "no longer holds")
    case .eventSubprocessTriggered(let node, _, let code):
      code.map { "event subprocess \(name(of: node)) caught \(codeKind(at: node)) \($0)" }
        ?? "event subprocess \(name(of: node)) went off"
    case .messageThrown(_, let node, let message):
      "\(name(of: node)) sent message \(message.name)" + (message.correlationKey.map { " for \($0)" } ?? "")
    case .signalThrown(_, let node, let name, _): "\(self.name(of: node)) sent signal \(name)"
    case .escalationThrown(_, let node, let code): "\(name(of: node)) raised escalation \(code)"
    case .eventDeferred(let id, _):
      subscriptions[id].map {
        "\(subject(of: $0)) came to \(name(of: $0.node)) while paused; it takes effect on resume"
      } ?? "something came to subscription \(id) while paused; it takes effect on resume"
    default: event.typeName
    }
  }

  /// `error` or `escalation`: what the code of a boundary event or an event subprocess is a code of.
  func codeKind(at node: NodeIndex) -> String {
    guard definition.nodes.indices.contains(node.rawValue) else { return "error" }
    let trigger: EventTrigger?
    switch definition[node].kind {
    case .boundary(let boundary): trigger = boundary.trigger
    case .subprocess(let subprocess): trigger = subprocess.event?.trigger
    case .start, .end, .activity, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent,
      .throwEvent, .custom:
      trigger = nil
    }
    if case .escalation? = trigger { return "escalation" }
    return "error"
  }

  private func subject(of subscription: Subscription) -> String {
    switch subscription.kind {
    case .message: "message \(subscription.name)" + (subscription.correlationKey.map { " for \($0)" } ?? "")
    case .signal: "signal \(subscription.name)"
    case .condition: "its condition"
    }
  }

  func eventMembers(of event: ProcessEvent) -> [EventDescription.Member] {
    switch event {
    case .subscriptionOpened(let subscription):
      return list(
        ("subscription", number(subscription.id)), ("kind", .string(subscription.kind.name)),
        ("name", subscription.kind == .condition ? nil : .string(subscription.name)),
        ("key", text(subscription.correlationKey)), ("scope", nested(subscription.scope)))
    case .subscriptionTriggered(let id, let event): return list(("subscription", number(id)), ("event", text(event)))
    case .subscriptionClosed(let id): return list(("subscription", number(id)))
    case .conditionChanged(let id, let holds): return list(("subscription", number(id)), ("holds", .boolean(holds)))
    case .eventSubprocessTriggered(_, let scope, let code): return list(("scope", nested(scope)), ("code", text(code)))
    case .messageThrown(_, _, let message):
      return list(
        ("name", .string(message.name)), ("key", text(message.correlationKey)),
        ("variables", message.variables.isEmpty ? nil : .context(message.variables)),
        ("ttl", message.timeToLive == .zero ? nil : .string(message.timeToLive.shortText)))
    case .signalThrown(_, _, let name, let variables):
      return list(("name", .string(name)), ("variables", variables.isEmpty ? nil : .context(variables)))
    case .escalationThrown(_, _, let code): return list(("code", .string(code)))
    case .eventDeferred(let id, let delivery):
      return list(
        ("subscription", number(id)), ("event", .string(delivery.event)),
        ("variables", delivery.variables.isEmpty ? nil : .context(delivery.variables)))
    default: return []
    }
  }
}

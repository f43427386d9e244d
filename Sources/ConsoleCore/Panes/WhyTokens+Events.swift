import EngineCore

extension Subscription {
  /// What it waits for, as it follows `waits for`.
  package var subject: SafeText {
    let name = SafeText(untrusted: name)
    switch kind {
    case .message:
      return "message \(name)" + (correlationKey.map { " for \(SafeText(untrusted: $0))" } ?? "")
    case .signal: return "signal \(name)"
    case .condition: return "its condition"
    }
  }
}

/// What the report says about tokens that wait for messages, signals and conditions.
extension WhyTokens {
  func waitingForEvent(_ token: Token, _ id: SubscriptionID) -> WhyReport.Item {
    guard let subscription = instance.subscription(id) else {
      return WhyReport.Item(
        "\(title(token)) waits for an event that is gone", about: .token(token.id), urgency: .needsPerson)
    }
    var item = WhyReport.Item(
      "\(title(token)) waits for \(subscription.subject), \(clock.sinceText(token.since))", about: .token(token.id),
      urgency: .waits)
    sayHowItComes(subscription, &item)
    item.offer("K", "counts it as done")
    return item
  }

  func waitingForFirst(_ token: Token) -> WhyReport.Item {
    var item = WhyReport.Item(
      "\(title(token)) waits for the first of several events, \(clock.sinceText(token.since))",
      about: .token(token.id), urgency: .waits)
    for subscription in instance.subscriptions where subscription.token == token.id {
      item.say("\(definition.title(of: subscription.node)): \(subscription.subject).")
    }
    for timer in instance.timers where timer.token == token.id {
      guard let event = timer.kind.event else { continue }
      item.say("\(definition.title(of: event)): \(clock.time(timer.due)), \(clock.until(timer.due)).")
    }
    return item
  }

  func addBoundarySubscriptions(_ token: Token, to item: inout WhyReport.Item) {
    for subscription in instance.subscriptions where subscription.token == token.id {
      guard case .boundary(let boundary)? = definition.node(subscription.node)?.kind else { continue }
      let what: SafeText = boundary.isInterrupting ? "ends it and goes on at" : "starts"
      let subject: SafeText = subscription.kind == .condition ? "A condition" : "The \(subscription.subject)"
      item.say("\(subject) \(what) \(definition.title(of: subscription.node)).")
    }
  }

  private func sayHowItComes(_ subscription: Subscription, _ item: inout WhyReport.Item) {
    let name = SafeText(untrusted: subscription.name)
    switch subscription.kind {
    case .message:
      let key: SafeText = subscription.correlationKey.map { " --key \(SafeText(untrusted: $0))" } ?? ""
      item.say("It is sent with: sagatop send STORE \(name)\(key)")
    case .signal: item.say("It is sent with: sagatop signal STORE \(name)")
    case .condition: item.say("It is looked at whenever a variable changes.")
    }
  }
}

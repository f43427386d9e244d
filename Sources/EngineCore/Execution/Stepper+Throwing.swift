/// Intermediate throw events and end events that throw.
extension Stepper {
  mutating func executeThrow(_ thrown: ThrowKind, by token: Token) throws(Rejection) {
    switch thrown {
    case .none: try finishNode(token)
    case .message, .signal:
      let event: ProcessEvent
      do {
        guard let sent = try dispatch(thrown, by: token) else { return }
        event = sent
      } catch {
        try failExpression(token, error.description)
        return
      }
      try emit(event)
      try finishNode(token)
    case .escalation(let code):
      try emit(.escalationThrown(token: token.id, node: token.node, code: code))
      try escalate(code, from: .scope(token.scope))
      if let token = instance.token(token.id) { try finishNode(token) }
    case .link(let target):
      try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
      try enter(target, in: token.scope, via: nil, after: token.after)
    case .compensation(let activity): try throwCompensation(of: activity, from: token)
    }
  }

  /// The event that sends a message or a signal with what it carries; nil for what sends nothing.
  private func dispatch(_ thrown: ThrowKind, by token: Token) throws(ExpressionError) -> ProcessEvent? {
    let variables = instance.visibleVariables(in: token.scope)
    switch thrown {
    case .message(let message):
      let outgoing = OutgoingMessage(
        name: message.name, correlationKey: try correlationKey(message.correlationKey, variables),
        variables: try evaluate(message.variables, variables), timeToLive: message.timeToLive)
      return .messageThrown(token: token.id, node: token.node, message: outgoing)
    case .signal(let signal):
      return .signalThrown(
        token: token.id, node: token.node, name: signal.name, variables: try evaluate(signal.variables, variables))
    case .none, .escalation, .link, .compensation:
      return nil
    }
  }

  /// Raises an escalation: from a token, whose own boundary events come first, or from inside a scope. The nearest
  /// event that catches it is set off. Where nobody does, it goes on in the instance that called this one, if there is
  /// one.
  mutating func escalate(_ code: String, from origin: Origin) throws(Rejection) {
    switch answer(to: .escalation(code), from: origin) {
    case .boundary(let event, let host):
      guard case .boundary(let boundary) = definition[event].kind else { return }
      try trigger(event, of: host, interrupting: boundary.isInterrupting, code: code)
    case .eventSubprocess(let event, let scope):
      try startEventSubprocess(event, in: scope, code: code, trigger: .escalation(code: code))
    case .nobody:
      if let parent = instance.parent { effects.append(.escalate(to: parent, code: code)) }
    case .compensation, .saga:
      // What undoes something escalates to nobody outside, and nothing is undone because of an escalation.
      break
    }
  }
}

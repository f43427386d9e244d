/// Intermediate throw events and end events that throw.
extension Stepper {
  mutating func executeThrow(_ thrown: ThrowKind, by token: Token) throws(Rejection) {
    let variables = instance.visibleVariables(in: token.scope)
    do {
      switch thrown {
      case .none: try finishNode(token)
      case .message(let message):
        let outgoing = OutgoingMessage(
          name: message.name, correlationKey: try correlationKey(message.correlationKey, variables),
          variables: try evaluate(message.variables, variables), timeToLive: message.timeToLive)
        try emit(.messageThrown(token: token.id, node: token.node, message: outgoing))
        try finishNode(token)
      case .signal(let signal):
        try emit(
          .signalThrown(
            token: token.id, node: token.node, name: signal.name, variables: try evaluate(signal.variables, variables)))
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
    } catch let error as ExpressionError {
      try failExpression(token, error.description)
    } catch let rejection as Rejection {
      throw rejection
    } catch {}
  }

  /// Raises an escalation: from a token, whose own boundary events come first, or from inside a scope. The nearest event
  /// that catches it is set off. Where nobody does, it goes on in the instance that called this one, if there is one.
  mutating func escalate(_ code: String, from origin: Origin) throws(Rejection) {
    var host: Token?
    var scope: ScopeID
    switch origin {
    case .token(let token):
      host = token
      scope = token.scope
    case .scope(let inside):
      scope = inside
    }
    while true {
      if let host, !isIteration(host), let event = escalationEvent(on: host.node, code: code) {
        guard case .boundary(let boundary) = definition[event].kind else { return }
        return try trigger(event, of: host, interrupting: boundary.isInterrupting, code: code)
      }
      if host.map({ !isEventSubprocess($0.node) }) ?? true, let event = escalationSubprocess(of: scope, code: code) {
        return try startEventSubprocess(event, in: scope, code: code, trigger: .escalation(code: code))
      }
      guard scope != .root, let open = instance.scope(scope), let outer = instance.token(open.token) else {
        if let parent = instance.parent { effects.append(.escalate(to: parent, code: code)) }
        return
      }
      // What undoes something escalates to nobody outside.
      if outer.mode == .compensation { return }
      host = outer
      scope = outer.scope
    }
  }

  private func escalationSubprocess(of scope: ScopeID, code: String) -> NodeIndex? {
    eventSubprocess(of: scope) { trigger in
      if case .escalation(let wanted) = trigger { return CodeMatch(wanted, code) }
      return .no
    }
  }

  private func escalationEvent(on node: NodeIndex, code: String) -> NodeIndex? {
    var catchesAll: NodeIndex?
    for event in definition[node].boundaryEvents {
      guard case .boundary(let boundary) = definition[event].kind, case .escalation(let wanted) = boundary.trigger
      else { continue }
      switch CodeMatch(wanted, code) {
      case .exactly: return event
      case .anything: catchesAll = catchesAll ?? event
      case .no: break
      }
    }
    return catchesAll
  }
}

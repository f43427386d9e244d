extension Stepper {
  @discardableResult
  mutating func schedule(_ kind: Timer.Kind, for token: TokenID, due: Timestamp) throws(Rejection) -> TimerID {
    let id = TimerID(instance.nextID)
    try emit(.timerScheduled(timer: id, token: token, kind: kind, due: due))
    effects.append(.timerPending(id, due: due))
    return id
  }

  mutating func scheduleBoundaryTimers(of token: TokenID, at node: NodeIndex) throws(Rejection) {
    for event in definition[node].boundaryEvents {
      guard case .boundary(let boundary) = definition[event].kind, case .timer(let timer) = boundary.trigger,
        let host = instance.token(token)
      else { continue }
      do {
        try schedule(.boundary(event), for: token, due: try dueTime(of: timer, in: host.scope))
      } catch let error as ExpressionError {
        // The activity must not run without its watch: the token rests on an incident instead.
        try failExpression(host, error.description)
        return
      } catch let rejection as Rejection {
        throw rejection
      } catch {}
    }
  }

  func dueTime(of timer: TimerDefinition, in scope: ScopeID) throws(ExpressionError) -> Timestamp {
    try dueTime(of: timer, instance.visibleVariables(in: scope))
  }

  func dueTime(of timer: TimerDefinition, _ variables: Context) throws(ExpressionError) -> Timestamp {
    switch timer {
    case .delay(let delay): return context.now + delay
    case .expression(let expression):
      let value = try expression.evaluate(in: variables)
      if let due = TimerValue(value)?.due(from: context.now) { return due }
      throw ExpressionError(
        expression: expression.source, column: 1,
        message: "is neither a duration such as 30s or PT30S nor an ISO 8601 date")
    }
  }

  mutating func fire(_ id: TimerID) throws(Rejection) {
    guard let timer = instance.timer(id) else {
      throw Rejection(.timerUnknown, "instance \(instance.id) has no pending timer \(id)")
    }
    try emit(.timerFired(timer: id))
    switch timer.kind {
    case .delay:
      try finishNode(try require(timer.token))
    case .retry:
      try emit(.tokenReady(token: timer.token, cause: .retry))
      created.append(timer.token)
    case .boundary(let event):
      guard case .boundary(let boundary) = definition[event].kind else { return }
      let host = try require(timer.token)
      try trigger(event, of: host, interrupting: boundary.isInterrupting, code: nil)
    case .branch(let node):
      try happen(node, to: try require(timer.token), Context())
    case .eventStart(let node):
      guard let scope = scope(openedBy: timer.token), case .subprocess(let subprocess) = definition[node].kind,
        let event = subprocess.event
      else { return }
      try startEventSubprocess(node, in: scope, code: nil, trigger: event.trigger)
    case .grace(let run):
      try endGrace(of: run)
    }
  }

  mutating func cancelTimers(of token: TokenID) throws(Rejection) {
    for timer in instance.timers where timer.token == token {
      try emit(.timerCancelled(timer: timer.id))
    }
  }

  /// Sets off a boundary event of a token.
  mutating func trigger(
    _ event: NodeIndex, of host: Token, interrupting: Bool, code: String?, outputs: Context = Context()
  ) throws(Rejection) {
    let after = lineage(ofHost: host)
    try emit(.boundaryTriggered(node: event, host: host.id, code: code))
    if interrupting { try terminate(host, immediately: false) }
    try assign(outputs, from: host.scope)
    try enter(event, in: host.scope, via: nil, after: after)
  }
}

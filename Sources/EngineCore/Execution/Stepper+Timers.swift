extension Stepper {
  /// What became of setting a timer.
  enum TimerSetting {
    /// It falls due once.
    case once(Timestamp)
    /// It is the first of a cycle.
    case cycle(CycleProgress)
    /// It would never fall due: all that its cycle has is over.
    case never
    /// It cannot be known when it falls due.
    case unknown(String)
  }

  @discardableResult
  mutating func schedule(
    _ kind: Timer.Kind, for token: TokenID, due: Timestamp, cycle: CycleProgress? = nil
  ) throws(Rejection) -> TimerID {
    let id = TimerID(instance.nextID)
    try emit(.timerScheduled(timer: id, token: token, kind: kind, due: due))
    if let cycle { try emit(.timerRepeats(timer: id, anchor: cycle.anchor, left: cycle.left)) }
    effects.append(.timerPending(id, due: due))
    return id
  }

  /// Sets the boundary timers of a token that are not pending.
  mutating func scheduleBoundaryTimers(of token: TokenID, at node: NodeIndex) throws(Rejection) {
    for event in definition[node].boundaryEvents {
      guard case .boundary(let boundary) = definition[event].kind, case .timer(let timer) = boundary.trigger,
        let host = instance.token(token),
        !instance.timers.contains(where: { $0.token == token && $0.kind == .boundary(event) })
      else { continue }
      switch setting(of: timer, in: host.scope) {
      case .once(let due): try schedule(.boundary(event), for: token, due: due)
      case .cycle(let first): try schedule(.boundary(event), for: token, due: first.planned, cycle: first)
      case .never: break
      case .unknown(let message):
        // The activity must not run without its watch: the token rests on an incident instead.
        try raiseIncident(.expressionFailed, for: token, code: Self.timerCode, message: message)
        return
      }
    }
  }

  /// The code of incidents about timers that could not be set.
  static let timerCode = "TIMER"

  func setting(of timer: TimerDefinition, in scope: ScopeID) -> TimerSetting {
    setting(of: timer, instance.visibleVariables(in: scope))
  }

  /// When a timer that is set now falls due.
  func setting(of timer: TimerDefinition, _ variables: Context) -> TimerSetting {
    switch timer {
    case .delay(let delay): return .once(context.now + delay)
    case .date(let date): return .once(date)
    case .cycle(let cycle):
      do {
        return try cycle.begin(at: context.now, zones: context.zones).map { .cycle($0) } ?? .never
      } catch {
        return .unknown(error.description)
      }
    case .expression(let expression):
      do {
        let value = try expression.evaluate(in: variables)
        if let due = TimerValue(value)?.due(from: context.now) { return .once(due) }
        let error = ExpressionError(
          expression: expression.source, column: 1,
          message: "is neither a duration such as 30s or PT30S nor a date such as 2026-11-23T10:00:00Z")
        return .unknown(error.description)
      } catch {
        return .unknown(error.description)
      }
    }
  }

  private func require(_ id: TimerID) throws(Rejection) -> Timer {
    if let timer = instance.timer(id) { return timer }
    throw Rejection(.timerUnknown, "instance \(instance.id) has no pending timer \(id)")
  }

  /// An operator gives a timer another due time.
  mutating func reschedule(_ id: TimerID, due: Timestamp) throws(Rejection) {
    let timer = try require(id)
    try emit(.timerRescheduled(timer: timer.id, due: due))
    effects.append(.timerPending(timer.id, due: due))
  }

  mutating func fire(_ id: TimerID) throws(Rejection) {
    let timer = try require(id)
    if timer.token != .none, instance.token(timer.token) == nil {
      throw instance.unknown(timer.token).asBrokenInvariant
    }
    let next = try next(after: timer)
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
      if let next { try schedule(timer.kind, for: host.id, due: next.planned, cycle: next) }
      try trigger(event, of: host, interrupting: boundary.isInterrupting, code: nil)
    case .branch(let node):
      try happen(node, to: try require(timer.token), Context())
    case .eventStart(let node):
      guard let scope = scope(openedBy: timer.token), case .subprocess(let subprocess) = definition[node].kind,
        let event = subprocess.event
      else { return }
      if let next { try schedule(timer.kind, for: timer.token, due: next.planned, cycle: next) }
      try startEventSubprocess(node, in: scope, code: nil, trigger: event.trigger)
    case .grace(.none):
      try endGraceOfCancelling()
    case .grace(let run):
      try endGrace(of: run)
    case .workLimit:
      try endWait(of: try require(timer.token))
    }
  }

  /// The occurrence of a cycle after the one that a timer stands for. Where its zone is not known, the timer cannot
  /// fire: it stays pending, and whoever looks after the engine is told why.
  private func next(after timer: Timer) throws(Rejection) -> CycleProgress? {
    guard let progress = timer.cycle, let cycle = cycle(of: timer.kind) else { return nil }
    do {
      return try cycle.next(after: progress, at: context.now, zones: context.zones)
    } catch {
      throw Rejection(.zoneUnknown, "timer \(timer.id) of instance \(instance.id) cannot fire: \(error.description)")
    }
  }

  private func cycle(of kind: Timer.Kind) -> TimerCycle? {
    let trigger: EventTrigger?
    switch kind {
    case .boundary(let event):
      if case .boundary(let boundary) = definition[event].kind { trigger = boundary.trigger } else { trigger = nil }
    case .eventStart(let node):
      if case .subprocess(let subprocess) = definition[node].kind {
        trigger = subprocess.event?.trigger
      } else {
        trigger = nil
      }
    case .delay, .retry, .branch, .grace, .workLimit: trigger = nil
    }
    if case .timer(.cycle(let cycle))? = trigger { return cycle }
    return nil
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

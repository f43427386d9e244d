/// Who catches what is thrown: errors and escalations go outwards, scope by scope, until somebody answers for them
/// (BPMN 2.0, 10.5.1).
extension Stepper {
  /// Where something is thrown.
  enum Origin {
    /// The work of a live token; its own boundary events come first.
    case token(Token)
    /// Inside a scope: by an event there, or by an end event whose own token has ended.
    case scope(ScopeID)
  }

  /// What is on its way outwards.
  enum Thrown {
    case error(String)
    case escalation(String)

    /// Whether an event with a trigger catches it.
    func match(_ trigger: EventTrigger) -> CodeMatch {
      switch (self, trigger) {
      case (.error(let code), .error(let wanted)), (.escalation(let code), .escalation(let wanted)):
        wanted == code ? .exactly : wanted == nil ? .anything : .no
      case (.error, _), (.escalation, _): .no
      }
    }
  }

  /// Whether an event catches a code.
  enum CodeMatch {
    case exactly
    case anything
    case no
  }

  /// Who answers for something thrown.
  enum Answer {
    case boundary(NodeIndex, host: Token)
    case eventSubprocess(NodeIndex, of: ScopeID)
    /// Errors only: what the scope did is undone.
    case saga(target: ScopeID, then: CompensationRun.Continuation)
    /// It has come to the undoing of something, which throws nothing outwards.
    case compensation(host: Token)
    case nobody
  }

  /// Goes outwards from where something is thrown to the first who answers for it.
  func answer(to thrown: Thrown, from origin: Origin) -> Answer {
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
      // Boundary events watch only what goes forward.
      if let host, host.mode == .compensation { return .compensation(host: host) }
      if let host, let event = boundaryEvent(on: host, catching: thrown) { return .boundary(event, host: host) }
      // What fails inside an event subprocess is not caught by another one of the same scope.
      if host.map({ !isEventSubprocess($0.node) }) ?? true, let event = eventSubprocess(of: scope, catching: thrown) {
        return .eventSubprocess(event, of: scope)
      }
      if case .error = thrown, let saga = saga(of: scope) { return saga }
      guard scope != .root, let open = instance.scope(scope), let outer = instance.token(open.token) else {
        return .nobody
      }
      host = outer
      scope = outer.scope
    }
  }

  private func boundaryEvent(on host: Token, catching thrown: Thrown) -> NodeIndex? {
    // Those of a node that is executed many times belong to the token that waits for all of it.
    if isIteration(host) { return nil }
    return best(of: definition[host.node].boundaryEvents, catching: thrown) { kind in
      if case .boundary(let boundary) = kind { boundary.trigger } else { nil }
    }
  }

  private func eventSubprocess(of scope: ScopeID, catching thrown: Thrown) -> NodeIndex? {
    var around: NodeIndex?
    if scope != .root {
      guard let open = instance.scope(scope), open.kind.holdsNodes else { return nil }
      around = open.node
    }
    let events = definition.eventSubprocesses.filter { definition[$0].parent == around }
    return best(of: events, catching: thrown) { kind in
      if case .subprocess(let subprocess) = kind { subprocess.event?.trigger } else { nil }
    }
  }

  /// The first event for just this code, else the first for every code.
  private func best(
    of events: [NodeIndex], catching thrown: Thrown, trigger: (NodeKind) -> EventTrigger?
  ) -> NodeIndex? {
    var catchesAll: NodeIndex?
    for event in events {
      guard let trigger = trigger(definition[event].kind) else { continue }
      switch thrown.match(trigger) {
      case .exactly: return event
      case .anything: catchesAll = catchesAll ?? event
      case .no: break
      }
    }
    return catchesAll
  }

  private func saga(of scope: ScopeID) -> Answer? {
    // Inside the undoing of something the whole is that, not the instance.
    let whole = undoingScope(around: scope) ?? .root
    return switch sagaPolicy(of: scope).scope {
    case .global: .saga(target: whole, then: whole == .root ? .endInstance : .throwError)
    case .local: .saga(target: scope, then: scope == .root ? .endInstance : .throwError)
    case .none: nil
    }
  }

  func sagaPolicy(of scope: ScopeID) -> SagaPolicy {
    guard scope != .root, let open = instance.scope(scope), open.kind.holdsNodes,
      case .subprocess(let subprocess) = definition[open.node].kind
    else { return scope == .root ? definition.saga : .none }
    return subprocess.saga
  }
}

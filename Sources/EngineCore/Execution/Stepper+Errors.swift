extension Stepper {
  /// Where an error comes from.
  enum Origin {
    /// The work of a live token.
    case token(Token)
    /// An error end event of a scope, whose own token has ended.
    case scope(ScopeID)
  }

  /// Who answers for an error.
  private enum Answer {
    case boundary(NodeIndex, host: Token)
    case eventSubprocess(NodeIndex, of: ScopeID)
    case saga(target: ScopeID, then: CompensationRun.Continuation)
    case compensation(host: Token)
    case nobody
  }

  /// Throws an error: to a boundary event, else to the saga around it, scope by scope outwards.
  mutating func raise(code: String, message: String, from origin: Origin) throws(Rejection) {
    switch answer(to: code, from: origin) {
    case .boundary(let event, let host):
      if case .token(let token) = origin { try recordFailure(of: token) }
      try trigger(event, of: host, interrupting: true, code: code)
    case .eventSubprocess(let node, let scope):
      try startEventSubprocess(node, in: scope, code: code, trigger: .error(code: code))
    case .saga(let target, let then):
      if case .token(let token) = origin {
        try recordFailure(of: token)
        try terminate(token, immediately: false)
      }
      try startRun(target: target, code: code, message: message, then: then)
    case .compensation(let host):
      switch origin {
      case .token(let token):
        try raiseIncident(.workFailed, for: token.id, code: code, message: message)
      case .scope:
        try endWhatItWaitsFor(host, immediately: false)
        try haltCompensation(host, Failure(code: code, message: message))
      }
    case .nobody:
      switch origin {
      case .token(let token):
        try raiseIncident(.workFailed, for: token.id, code: code, message: message)
      case .scope:
        try terminateTokens(in: .root, immediately: false)
        try terminateRuns()
        try emit(.processFailed(code: code))
      }
    }
  }

  private func answer(to code: String, from origin: Origin) -> Answer {
    var host: Token?
    var scope: ScopeID
    switch origin {
    case .token(let token):
      host = token
      scope = token.scope
    case .scope(let ended):
      scope = ended
    }
    while true {
      if let host, let event = catchingEvent(on: host, code: code) { return .boundary(event, host: host) }
      if host.map({ !isEventSubprocess($0.node) }) ?? true, let event = errorSubprocess(of: scope, code: code) {
        return .eventSubprocess(event, of: scope)
      }
      switch sagaPolicy(of: scope).scope {
      case .global: return .saga(target: .root, then: .endInstance)
      case .local: return .saga(target: scope, then: scope == .root ? .endInstance : .throwError)
      case .none: break
      }
      guard scope != .root, let open = instance.scope(scope), let outer = instance.token(open.token) else {
        return .nobody
      }
      // Compensation throws nothing outwards: it halts.
      if outer.mode == .compensation { return .compensation(host: outer) }
      host = outer
      scope = outer.scope
    }
  }

  private func errorSubprocess(of scope: ScopeID, code: String) -> NodeIndex? {
    eventSubprocess(of: scope) { trigger in
      if case .error(let wanted) = trigger { return CodeMatch(wanted, code) }
      return .no
    }
  }

  private func catchingEvent(on host: Token, code: String) -> NodeIndex? {
    var catchesAll: NodeIndex?
    // Those of a node that is executed many times belong to the token that waits for all of it.
    if isIteration(host) { return nil }
    for event in definition[host.node].boundaryEvents {
      guard case .boundary(let boundary) = definition[event].kind, case .error(let wanted) = boundary.trigger else {
        continue
      }
      if wanted == code { return event }
      if wanted == nil, catchesAll == nil { catchesAll = event }
    }
    return catchesAll
  }

  func sagaPolicy(of scope: ScopeID) -> SagaPolicy {
    guard scope != .root, let open = instance.scope(scope), open.kind.holdsNodes,
      case .subprocess(let subprocess) = definition[open.node].kind
    else { return scope == .root ? definition.saga : .none }
    return subprocess.saga
  }

  /// Ends a token with the event that says how, after everything that belongs to it.
  mutating func end(_ token: Token, with event: ProcessEvent) throws(Rejection) {
    try cancelTimers(of: token.id)
    if let incident = instance.incident(of: token.id) {
      try emit(.incidentResolved(incident: incident.id))
    }
    try emit(event)
  }

  /// Ends a token from outside: its handler is asked to stop, the scope it waits for is emptied.
  mutating func terminate(_ token: Token, immediately: Bool) throws(Rejection) {
    guard let token = instance.token(token.id) else { return }
    try endWhatItWaitsFor(token, immediately: immediately)
    if token.state == .executing, !takeBackStart(of: token.id) {
      effects.append(.stopWork(token.id, immediately: immediately))
    }
    try end(token, with: .tokenTerminated(token: token.id, node: token.node))
  }

  /// Ends the scope, the called instance or the compensation that a token waits for.
  mutating func endWhatItWaitsFor(_ token: Token, immediately: Bool) throws(Rejection) {
    if let inner = openScope(of: token) { try close(inner.id, immediately: immediately) }
    leaveChild(of: token, immediately: immediately)
    if case .compensation(let id)? = token.wait, let run = instance.run(id) { try abandon(run) }
  }

  /// The scope that a token has opened: it waits for it, or rests on an incident about it.
  func openScope(of token: Token) -> ScopeInstance? {
    guard token.mode == .forward else {
      // It undoes a subprocess by an event subprocess of that.
      guard case .scope(let inner)? = token.wait else { return nil }
      return instance.scope(inner)
    }
    guard definition[token.node].opensScopes else { return nil }
    if case .scope(let inner)? = token.wait, let open = instance.scope(inner) { return open }
    return instance.scopes.first { $0.token == token.id && $0.parent == token.scope }
  }

  /// Ends a scope from outside, with everything inside it.
  mutating func close(_ scope: ScopeID, immediately: Bool) throws(Rejection) {
    try terminateTokens(in: scope, immediately: immediately)
    try closeScopes(inside: scope, immediately: immediately)
    try endRuns(over: scope)
    try putBack(scope)
    try emit(.scopeTerminated(scope: scope))
  }

  /// Ends the scopes that lie directly inside a scope, with everything inside them.
  mutating func closeScopes(inside scope: ScopeID, immediately: Bool) throws(Rejection) {
    for inner in instance.scopes where inner.parent == scope && instance.scope(inner.id) != nil {
      try close(inner.id, immediately: immediately)
    }
  }

  /// Ends every token of a scope from outside, the ones in scopes inside it first.
  mutating func terminateTokens(in scope: ScopeID, immediately: Bool) throws(Rejection) {
    for token in instance.tokens where token.scope == scope {
      try terminate(token, immediately: immediately)
    }
  }

  /// Compensation runs of a scope that ends without them.
  mutating func endRuns(over scope: ScopeID) throws(Rejection) {
    for run in instance.runs where run.target == scope {
      try cancelGrace(of: run.id)
      try emit(.sagaAbandoned(run: run.id))
    }
  }

  /// Compensation runs of an instance that ends without them.
  mutating func terminateRuns() throws(Rejection) {
    try cancelTimers(of: .none)
    for run in instance.runs { try emit(.sagaAbandoned(run: run.id)) }
  }
}

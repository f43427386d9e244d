extension Stepper {
  /// Throws an error: to a boundary event, else to the saga around it, scope by scope outwards.
  mutating func raise(code: String, message: String, from origin: Origin) throws(Rejection) {
    switch answer(to: .error(code), from: origin) {
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
      case .token(let token) where token.id != host.id:
        try raiseIncident(.workFailed, for: token.id, code: code, message: message)
      case .token, .scope:
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

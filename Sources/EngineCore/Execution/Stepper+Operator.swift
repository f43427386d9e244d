/// What operators do to an instance.
extension Stepper {
  mutating func retry(_ id: TokenID?) throws(Rejection) {
    if let id {
      try retry(try require(id))
      return
    }
    let failed = instance.tokens.filter { $0.state == .failed && instance.incident(of: $0.id)?.kind != .inDoubt }
    guard !failed.isEmpty else {
      if let doubted = instance.tokens.first(where: { instance.incident(of: $0.id)?.kind == .inDoubt }) {
        throw Rejection(
          .nothingToRetry,
          "token \(doubted.id) of instance \(instance.id) is in doubt, and to retry it says that it happened: name it")
      }
      throw Rejection(.nothingToRetry, "no token of instance \(instance.id) has failed")
    }
    for token in failed { try retry(token) }
  }

  private mutating func retry(_ token: Token) throws(Rejection) {
    if case .timer(let id)? = token.wait, instance.timer(id)?.kind == .retry {
      try fire(id)
      return
    }
    guard token.state == .failed, let incident = instance.incident(of: token.id) else {
      throw Rejection(
        .nothingToRetry, "token \(token.id) of instance \(instance.id) is \(token.state.name), not failed")
    }
    if incident.kind == .inDoubt {
      try takeAsDone(token)
      return
    }
    try emit(.incidentResolved(incident: incident.id))
    try emit(.tokenReady(token: token.id, cause: .operatorRetry))
    if let reference = token.compensates { try unhalt(reference.run) }
    if incident.code == Self.watchCode, incident.kind == .expressionFailed,
      let problem = try watchAgain(token.scope, host: instance.scope(token.scope)?.token ?? .none)
    {
      try raiseIncident(.expressionFailed, for: token.id, code: Self.watchCode, message: problem)
      return
    }
    if incident.code == Self.timerCode || incident.code == Self.watchCode {
      try watchBoundary(of: token.id, at: token.node)
    }
    guard instance.token(token.id)?.state == .ready else { return }
    created.append(token.id)
  }

  /// An operator says that a failed compensation has been done, by hand or after all.
  mutating func markDone(_ token: Token, result: Value) throws(Rejection) {
    guard let reference = token.compensates else { return }
    try complete(token, result: result)
    if instance.token(token.id) == nil { try unhalt(reference.run) }
  }

  mutating func skip(_ token: Token, outputs: Context) throws(Rejection) {
    guard token.state == .failed || token.state == .waiting else {
      throw Rejection(.nothingToSkip, "token \(token.id) of instance \(instance.id) is \(token.state.name)")
    }
    if token.wait == .join {
      throw Rejection(.nothingToSkip, "token \(token.id) waits for other branches: a join cannot be skipped")
    }
    if token.wait == .events {
      throw Rejection(
        .nothingToSkip, "token \(token.id) waits for the first of several events: send one of them instead")
    }
    if token.isProbing || instance.incident(of: token.id)?.kind == .inDoubt {
      try end(token, with: .tokenTerminated(token: token.id, node: token.node))
      return
    }
    if drainingRun(over: token) != nil {
      let node = definition[token.node].id
      throw Rejection(.nothingToSkip, "\(node) is being undone: only what is in doubt in it can be decided")
    }
    try endWhatItWaitsFor(token, immediately: false)
    let gatewayFlow = try flowToSkip(token)
    try end(token, with: .tokenSkipped(token: token.id, node: token.node, mode: token.mode))
    if let reference = token.compensates {
      try emit(.compensationSkipped(run: reference.run, record: reference.record, token: token.id))
      try unhalt(reference.run)
      return
    }
    try assign(outputs, from: token.scope)
    if let gatewayFlow {
      try enter(definition[gatewayFlow].target, in: token.scope, via: gatewayFlow, after: token.after)
    } else {
      // What cannot be read from the operator's outputs is left out of the list of results.
      var variables = instance.visibleVariables(in: token.scope).merging(outputs)
      variables["result"] = .context(outputs)
      try proceed(from: token, gathered: (try? gathered(by: token, variables)) ?? nil, after: token.after)
    }
  }

  /// A gateway that could not decide is skipped along its default flow, or its only one.
  func flowToSkip(_ token: Token) throws(Rejection) -> FlowIndex? {
    let defaultFlow: FlowIndex?
    switch definition[token.node].kind {
    case .exclusiveGateway(let flow), .inclusiveGateway(let flow): defaultFlow = flow
    case .start, .end, .activity, .parallelGateway, .eventGateway, .catchEvent, .throwEvent, .boundary, .subprocess,
      .custom:
      return nil
    }
    if let defaultFlow { return defaultFlow }
    let outgoing = definition[token.node].outgoing
    if outgoing.count == 1 { return outgoing[0] }
    throw Rejection(
      .nothingToSkip, "\(definition[token.node].id) has no default flow: set the variables and retry instead")
  }

  mutating func endInstance(with event: ProcessEvent, immediately: Bool) throws(Rejection) {
    try terminateTokens(in: .root, immediately: immediately)
    try terminateRuns()
    try emit(event)
  }
}

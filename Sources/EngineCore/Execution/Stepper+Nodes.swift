extension Stepper {
  /// A token comes to a node. A handler that has room begins in the same event; everything else is looked at by
  /// `settle`. What came before is named in `after`; with nil it is everything that has been recorded.
  mutating func enter(
    _ node: NodeIndex, in scope: ScopeID, via flow: FlowIndex?, after: [RecordID]? = nil
  ) throws(Rejection) {
    let id = nextToken()
    let after = lineage(after)
    if case .activity(let activity) = definition[node].kind, case .handler(let name, _) = activity.work,
      hasRoom(for: name), context.handlers?.contains(name) ?? true, !opensLoop(node, in: scope),
      let invocation = try? invocation(of: activity, token: id, node: node, scope: scope, attempt: 1)
    {
      takeRoom(for: name)
      try arrive(id, at: node, in: scope, via: flow, as: .executing, after: after)
      try watchBoundary(of: id, at: node)
      if instance.token(id)?.state == .executing { effects.append(.startWork(invocation)) }
      return
    }
    try arrive(id, at: node, in: scope, via: flow, as: .created, after: after)
    created.append(id)
  }

  /// Sends a token along every flow that leaves a node.
  mutating func leave(_ node: NodeIndex, in scope: ScopeID, after: [RecordID]? = nil) throws(Rejection) {
    let outgoing = definition[node].outgoing
    if outgoing.isEmpty { try gather(lineage(after), in: scope) }
    for flow in outgoing {
      try enter(definition[flow].target, in: scope, via: flow, after: after)
    }
  }

  /// Executes the node of a token that is created or ready.
  mutating func execute(_ token: Token) throws(Rejection) {
    if token.mode == .compensation {
      try beginCompensation(token)
      return
    }
    if token.isProbing {
      try beginProbe(token)
      return
    }
    if let loop = definition[token.node].loop, opensLoop(token.node, in: token.scope) {
      try beginLoop(loop, for: token)
      return
    }
    switch definition[token.node].kind {
    case .start, .boundary:
      try finishNode(token)
    case .end(.throwing(let thrown)):
      try executeThrow(thrown, by: token)
    case .end(let kind):
      try reachEnd(token, kind)
    case .activity(let activity):
      if token.state == .created { try watchBoundary(of: token.id, at: token.node) }
      if instance.token(token.id)?.state == token.state { try begin(activity, for: token) }
    case .exclusiveGateway(let defaultFlow):
      try choose(token, defaultFlow: defaultFlow)
    case .parallelGateway:
      try join(token)
    case .inclusiveGateway(let defaultFlow):
      if definition[token.node].isInclusiveJoin {
        try emit(.tokenWaiting(token: token.id, reason: .join))
      } else {
        try split(token, defaultFlow: defaultFlow)
      }
    case .catchEvent(.timer(let timer)):
      try waitForTimer(token, timer)
    case .subprocess(let subprocess):
      try open(subprocess, for: token)
    case .catchEvent(let trigger):
      try waitForEvent(token, trigger)
    case .throwEvent(let thrown):
      try executeThrow(thrown, by: token)
    case .eventGateway:
      try waitForFirst(token)
    case .custom(let custom):
      try execute(custom, for: token)
    }
  }

  /// Ends a token whose node is done and sends its successors.
  mutating func finishNode(_ token: Token) throws(Rejection) {
    try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
    try leave(token.node, in: token.scope, after: token.after)
  }

  mutating func arrive(
    _ id: TokenID, at node: NodeIndex, in scope: ScopeID, via flow: FlowIndex?, as state: TokenState,
    after: [RecordID]
  ) throws(Rejection) {
    let epoch = state == .executing ? context.epoch : 0
    try emit(
      .tokenArrived(
        TokenArrival(
          token: id, node: node, scope: scope, flow: flow, state: state, epoch: epoch, after: after)))
  }

  private mutating func reachEnd(_ token: Token, _ kind: EndKind) throws(Rejection) {
    try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
    try gather(token.after, in: token.scope)
    switch kind {
    case .plain: break
    case .terminate:
      try terminateTokens(in: token.scope, immediately: false)
      if token.scope == .root { try terminateRuns() }
    case .error(let code):
      let message = "\(definition[token.node].id) ended with error \(code)"
      try raise(code: code, message: message, from: .scope(token.scope))
    case .cancel: try cancelTransaction(around: token)
    case .throwing: break
    }
  }

  private mutating func choose(_ token: Token, defaultFlow: FlowIndex?) throws(Rejection) {
    let variables = instance.visibleVariables(in: token.scope)
    var chosen = defaultFlow
    for flow in definition[token.node].outgoing where flow != defaultFlow {
      guard let condition = definition[flow].condition else { continue }
      do {
        if try condition.evaluateCondition(in: variables) {
          chosen = flow
          break
        }
      } catch {
        try failExpression(token, error.description)
        return
      }
    }
    guard let chosen else {
      try failExpression(token, "no condition of \(definition[token.node].id) holds and it has no default")
      return
    }
    try take(chosen, from: token)
  }

  /// Leaves an exclusive gateway along one flow.
  mutating func take(_ flow: FlowIndex, from token: Token) throws(Rejection) {
    try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
    try enter(definition[flow].target, in: token.scope, via: flow, after: token.after)
  }

  private mutating func join(_ token: Token) throws(Rejection) {
    let incoming = definition[token.node].incoming
    guard definition[token.node].isJoin else {
      try finishNode(token)
      return
    }
    try emit(.tokenWaiting(token: token.id, reason: .join))
    var consumed: [Token] = []
    for flow in incoming {
      let arrived = instance.tokens.first {
        $0.node == token.node && $0.scope == token.scope && $0.flow == flow && $0.wait == .join
      }
      guard let arrived else { return }
      consumed.append(arrived)
    }
    try emit(.joinCompleted(node: token.node, scope: token.scope, consumed: consumed.map(\.id)))
    try leave(token.node, in: token.scope, after: lineage(of: consumed))
  }

  private mutating func waitForTimer(_ token: Token, _ timer: TimerDefinition) throws(Rejection) {
    let due: Timestamp
    switch setting(of: timer, in: token.scope) {
    case .once(let once): due = once
    case .cycle(let first): due = first.planned
    case .never: due = context.now
    case .unknown(let message):
      try failExpression(token, message)
      return
    }
    let id = try schedule(.delay, for: token.id, due: due)
    try emit(.tokenWaiting(token: token.id, reason: .timer(id)))
  }

  private mutating func open(_ subprocess: Subprocess, for token: Token) throws(Rejection) {
    if let open = openScope(of: token) {
      // Its end could not be decided and is looked at again.
      try emit(.tokenWaiting(token: token.id, reason: .scope(open.id)))
      thinned.append(open.id)
      return
    }
    let variables = instance.visibleVariables(in: token.scope)
    let locals: Context
    do {
      locals = try evaluate(subprocess.inputs, variables)
    } catch {
      try failExpression(token, error.description)
      return
    }
    let watches: [Watch]
    do {
      watches = try self.watches(of: token.node, variables.merging(locals))
    } catch {
      try failExpression(token, error.description)
      return
    }
    if !instance.timers.contains(where: { $0.token == token.id }) {
      try watchBoundary(of: token.id, at: token.node)
      guard instance.token(token.id)?.state == token.state else { return }
    }
    let scope = ScopeID(instance.nextID)
    try emit(
      .scopeEntered(
        scope: scope, node: token.node, parent: token.scope, token: token.id,
        kind: subprocess.event == nil ? .subprocess : .eventSubprocess))
    try emit(.tokenWaiting(token: token.id, reason: .scope(scope)))
    if !locals.isEmpty {
      let list = locals.entries.map { VariableChange(name: $0.name, value: $0.value) }
      try emit(.variablesChanged(scope: scope, changes: list))
    }
    try open(watches, of: scope, host: token.id)
    try enter(subprocess.start, in: scope, via: nil, after: token.after)
  }
}

/// Event subprocesses: what may happen to a scope while it is open, beside it or in its place (BPMN 2.0, 10.5.6).
///
/// A token comes to the node of the event subprocess as if along a flow, in the scope around it, so that this scope
/// does not end before it. An interrupting one ends everything else in that scope first and closes what would start
/// others.
extension Stepper {
  /// What the event subprocesses of a scope wait for, in document order.
  func watches(of scope: NodeIndex?, _ variables: Context) throws(ExpressionError) -> [Watch] {
    var watches: [Watch] = []
    for node in definition.eventSubprocesses where definition[node].parent == scope {
      guard case .subprocess(let subprocess) = definition[node].kind, let event = subprocess.event else { continue }
      if let watch = try watch(event.trigger, at: node, variables) { watches.append(watch) }
    }
    return watches
  }

  /// Opens them. Timers belong to the token that waits for the scope, and to none in the outermost.
  mutating func open(_ watches: [Watch], of scope: ScopeID, host: TokenID) throws(Rejection) {
    for watch in watches {
      switch watch.kind {
      case .timer(let due, let cycle): try schedule(.eventStart(watch.node), for: host, due: due, cycle: cycle)
      case .subscription(let kind, let name, let key):
        _ = try openSubscription(kind, name, key, for: .none, in: scope, at: watch.node)
      }
    }
  }

  /// Closes what would start the event subprocesses of a scope.
  mutating func closeEventSubprocesses(of scope: ScopeID) throws(Rejection) {
    guard !definition.eventSubprocesses.isEmpty else { return }
    let host: TokenID
    if scope == .root {
      host = .none
    } else if let open = instance.scope(scope) {
      host = open.token
    } else {
      return
    }
    for timer in instance.timers where timer.token == host {
      guard case .eventStart = timer.kind else { continue }
      try emit(.timerCancelled(timer: timer.id))
    }
    for subscription in instance.subscriptions where subscription.token == .none && subscription.scope == scope {
      try emit(.subscriptionClosed(subscription: subscription.id))
    }
  }

  /// Starts an event subprocess of a scope; what came with its trigger is kept in the scope around it.
  mutating func startEventSubprocess(
    _ node: NodeIndex, in scope: ScopeID, code: String?, trigger: EventTrigger, _ delivery: EventDelivery? = nil
  ) throws(Rejection) {
    guard case .subprocess(let subprocess) = definition[node].kind, let event = subprocess.event else { return }
    let variables = instance.visibleVariables(in: scope)
    let kept: Context?
    var problem: String?
    do {
      kept = try outputs(of: trigger, delivery, variables)
    } catch {
      kept = nil
      problem = error.description
    }
    try emit(.eventSubprocessTriggered(node: node, scope: scope, code: code))
    if event.isInterrupting { try interrupt(scope) }
    if let kept { try assign(kept, from: scope) }
    let token = nextToken()
    try enter(node, in: scope, via: nil)
    // It has been set off and must not be lost: its token rests on an incident.
    if let problem { try failExpression(try require(token), problem) }
  }

  /// Ends everything in a scope but the scope itself.
  mutating func interrupt(_ scope: ScopeID) throws(Rejection) {
    try closeEventSubprocesses(of: scope)
    try terminateTokens(in: scope, immediately: false)
    try endRuns(over: scope)
  }

  /// Whether a token stands for an event subprocess. What fails inside of one is not caught by another of the same
  /// scope: it goes on to the scope's own boundary.
  func isEventSubprocess(_ node: NodeIndex) -> Bool {
    guard case .subprocess(let subprocess) = definition[node].kind else { return false }
    return subprocess.event != nil
  }

  /// The scope that the event subprocess timer of a host token is for.
  func scope(openedBy host: TokenID) -> ScopeID? {
    host == .none ? .root : instance.scopes.first { $0.token == host && $0.kind.holdsNodes }?.id
  }
}

extension ScopeInstance.Kind {
  /// Whether the nodes of its subprocess lie in it, and so its event subprocesses.
  var holdsNodes: Bool {
    switch self {
    case .subprocess, .eventSubprocess: true
    case .loop, .iteration: false
    }
  }
}

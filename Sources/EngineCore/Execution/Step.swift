/// Decides what a command does to an instance.
///
/// A pure function: no clock, no identity, no chance, no input or output; equal arguments give equal transitions. What
/// the rules do not allow is refused with a named reason and changes nothing.
///
/// - Complexity: O(live tokens of the instance + nodes passed).
public func step(
  _ instance: ProcessInstance, _ command: InstanceCommand, in context: StepContext
) throws(Rejection) -> Transition {
  let languages = context.extensions.languages
  if languages.isEmpty { return try decide(instance, command, context) }
  let result = StepExtensions.$languagesAtHand.withValue(languages) {
    Result { () throws(Rejection) in try decide(instance, command, context) }
  }
  return try result.get()
}

private func decide(
  _ instance: ProcessInstance, _ command: InstanceCommand, _ context: StepContext
) throws(Rejection) -> Transition {
  var stepper = Stepper(instance: instance, context: context)
  try stepper.perform(command)
  try stepper.settle()
  stepper.instance.version += 1
  return Transition(
    instance: stepper.instance, entries: stepper.entries, changes: stepper.changes, effects: stepper.effects)
}

/// One step in the making: the instance as it is after the events so far.
///
/// Rules never write the instance; they emit events, and `apply` changes it. Tokens whose node has yet to be looked at
/// wait in `created`, in the order in which they came into being.
struct Stepper {
  var instance: ProcessInstance
  var entries: [HistoryEntry] = []
  var changes = ChangeSet()
  var effects: [Effect] = []
  var created: [TokenID] = []
  /// Scopes that have lost something in this step, and so may have nothing left to do.
  var thinned: [ScopeID] = []
  var freeSlots: Int
  var handlerSlots: [String: Int]
  /// The number that the next called instance gets.
  var nextInstance: InstanceID
  /// The called instance that has just completed and can be undone, and the token that waited for it.
  var undoableChild: (token: TokenID, child: InstanceID)?
  var nodesPassed = 0
  /// Variables have changed since conditions were last looked at.
  var conditionsAreStale = false
  let context: StepContext

  init(instance: ProcessInstance, context: StepContext) {
    self.instance = instance
    self.context = context
    freeSlots = context.freeSlots
    handlerSlots = context.handlerSlots
    nextInstance = context.nextInstance
  }

  var definition: ProcessDefinition {
    _read { yield context.definition }
  }

  mutating func emit(_ event: ProcessEvent) throws(Rejection) {
    let entry = HistoryEntry(sequence: instance.sequence + 1, at: context.now, event: event)
    noteLoss(event)
    do {
      try instance.apply(entry, changes: &changes)
    } catch {
      throw error.asBrokenInvariant
    }
    if case .variablesChanged = event { conditionsAreStale = true }
    entries.append(entry)
  }

  /// Remembers the scope that an event takes something from, so that nobody has to look through all scopes.
  private mutating func noteLoss(_ event: ProcessEvent) {
    let scope: ScopeID?
    switch event {
    case .tokenCompleted(let token, _, _), .tokenSkipped(let token, _, _), .tokenTerminated(let token, _):
      scope = instance.token(token)?.scope
    case .scopeCompleted(let inner, _), .scopeTerminated(let inner): scope = instance.scope(inner)?.parent
    case .sagaCompleted(let run), .sagaAbandoned(let run), .sagaAbsorbed(let run, _):
      scope = instance.run(run)?.target
    default: scope = nil
    }
    if let scope, scope != .root { thinned.append(scope) }
  }

  mutating func nextToken() -> TokenID { TokenID(instance.nextID) }

  func require(_ id: TokenID) throws(Rejection) -> Token {
    guard let token = instance.token(id) else { throw instance.unknown(id) }
    return token
  }

  /// Lets everything pass that needs nobody outside, until only waiting and executing tokens are left. A suspended
  /// instance stays as it is: recovery may have changed its tokens, and what follows from that follows on resume.
  mutating func settle() throws(Rejection) {
    if instance.isSuspended || instance.isCorrupted { return }
    if instance.state == .cancelling { return try finishCancelling() }
    while true {
      if conditionsAreStale, !instance.isSuspended, !instance.subscriptions.isEmpty {
        try lookAtConditions()
      } else if !created.isEmpty {
        try pass(created.removeFirst())
      } else if let run = nextRun() {
        try advance(run)
      } else if let scope = emptyScope() {
        try complete(scope)
      } else if let (join, scope) = nextInclusiveJoin() {
        try fire(join, in: scope)
      } else {
        break
      }
    }
    if !instance.state.isEnd, instance.tokens.isEmpty, instance.runs.isEmpty, instance.sequence > 0 {
      try closeEventSubprocesses(of: .root)
      try emit(.processCompleted)
    }
  }

  private mutating func pass(_ id: TokenID) throws(Rejection) {
    // A token may have ended since it was created: a terminate end event, a failure elsewhere.
    guard let token = instance.token(id), token.state == .created || token.state == .ready else { return }
    nodesPassed += 1
    if nodesPassed > CoreLimits.nodesPerUnit {
      if token.state == .created {
        if token.mode == .forward { try watchBoundary(of: id, at: token.node) }
        if instance.token(id)?.state == .created { try emit(.tokenReady(token: id, cause: .unitLimit)) }
      }
      effects.append(.tokenReady(id))
      return
    }
    try execute(token)
  }

  /// A scope that is done, the youngest first: one that compensation has emptied is not.
  private mutating func emptyScope() -> ScopeInstance? {
    if thinned.count > 1 { thinned.sort() }
    while let id = thinned.popLast() {
      if let scope = instance.scope(id), isDone(scope) { return scope }
    }
    return nil
  }

  private func isDone(_ scope: ScopeInstance) -> Bool {
    // A loop ends by its own decision.
    scope.kind != .loop
      && !instance.tokens.contains { $0.scope == scope.id }
      && !instance.scopes.contains { $0.parent == scope.id }
      && !instance.runs.contains { run in
        run.target == scope.id || scope.kind == .iteration && run.target == scope.parent
          || run.phase == .draining && instance.isForwardWork(scope.id, of: run)
      }
  }

  /// Takes back that a handler begins in this very step; false when it runs already, or does not run.
  mutating func takeBackStart(of token: TokenID) -> Bool {
    let before = effects.count
    effects.removeAll { effect in
      guard case .startWork(let work) = effect, work.token == token else { return false }
      freeSlots += 1
      if let left = handlerSlots[work.handler] { handlerSlots[work.handler] = left + 1 }
      return true
    }
    return effects.count < before
  }

  private mutating func complete(_ scope: ScopeInstance) throws(Rejection) {
    switch scope.kind {
    case .subprocess, .eventSubprocess:
      let host = try require(scope.token)
      if host.mode == .compensation {
        try completeHandler(scope, of: host)
      } else {
        try completeSubprocess(scope)
      }
    case .iteration: try completeIteration(scope)
    case .loop: break
    }
  }

  private mutating func completeSubprocess(_ scope: ScopeInstance) throws(Rejection) {
    var host = try require(scope.token)
    let gathered: Value?
    do {
      gathered = try self.gathered(by: host, instance.visibleVariables(in: scope.id))
    } catch {
      try failExpression(host, error.description)
      return
    }
    let isWhole = definition[scope.node].compensation != nil
    let isShelved = !isWhole && undoingScope(around: host.scope) == nil && compensationHandler(in: scope.node) != nil
    if isWhole || isShelved { try forgetLineage(inside: scope.id, of: host) }
    host = try require(scope.token)
    var after = host.after
    if isShelved { after = try shelve(scope, of: host) }
    try emit(.scopeCompleted(scope: scope.id, keepsRecords: !isWhole))
    try end(host, with: .tokenCompleted(token: host.id, node: host.node, mode: host.mode))
    if isWhole { after = try record(host) }
    try proceed(from: host, gathered: gathered, after: after)
  }
}

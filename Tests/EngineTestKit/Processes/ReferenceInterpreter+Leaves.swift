import EngineCore

/// What an instance rests at: how it is begun, how it ends.
extension ReferenceInterpreter {
  func enter(_ leaf: ModelLeaf) {
    leaves.append(leaf)
    watchBoundary(of: leaf)
    execute(leaf)
  }

  /// Begins its work, for the first time or again.
  func execute(_ leaf: ModelLeaf) {
    switch leaf.role {
    case .work(let work):
      switch work.doer {
      case .handler: run(leaf, given: leaf.scope.visible)
      case .worker: leaf.state = .worker
      case .person: leaf.state = .person
      }
    case .pause(let pause):
      leaf.state = .pause
      setTimer(.pause, of: leaf, in: pause)
    case .call(let call):
      leaf.state = .calling(nil)
      effects.append(.start(call, leaf))
    case .wait(let event):
      leaf.state = .event
      watch(event.trigger, of: leaf, in: leaf.scope, .goOn(event))
    case .race(let race):
      leaf.state = .event
      for event in race.events { watch(event.trigger, of: leaf, in: leaf.scope, .branch(event)) }
    case .thrower: break
    case .host(let block):
      // A subprocess that has failed and is tried again is entered anew.
      if case .failed = leaf.state { watchBoundary(of: leaf) }
      open(block, of: leaf)
    case .handler(let handler): open(handler.scope, of: leaf)
    case .undo(let record, _) where record.child != nil:
      leaf.state = .calling(record.child)
      effects.append(.undo(leaf))
    case .undo(let record, let compensation):
      run(leaf, given: record.snapshot.merging(compensation.context))
    }
  }

  private func open(_ block: ScopeBlock, of leaf: ModelLeaf) {
    var variables = Context()
    for local in block.locals { variables[local.name] = Value(local.value) }
    let inner = ModelScope(parent: leaf.scope, block: block, variables: variables)
    inner.host = leaf
    leaf.state = .inside(inner)
    watchForHandlers(of: inner)
    beginWay(block.body, in: inner)
  }

  private func run(_ leaf: ModelLeaf, given: Context) {
    leaf.attempt += 1
    leaf.begunAt = family.moment
    leaf.given = given
    leaf.alternatives.append(given)
    leaf.state = .running
  }

  /// Takes up what came of a piece of work.
  func finish(_ leaf: ModelLeaf, _ outcome: WorkOutcome) {
    if state == .cancelling { return stop(leaf, outcome) }
    if isComingToRest(leaf) {
      comeToRest(leaf, outcome)
      return
    }
    if case .waiting = outcome {
      leaf.state = .elsewhere
      return
    }
    leaf.isOutcomeUnknown = false
    switch outcome {
    case .completed(let result): complete(leaf, result)
    case .businessError(let code, _): fail(leaf, code: code)
    case .failed(let failure):
      leaf.failures += 1
      let (attempts, backoff) = policy(of: leaf)
      if failure.isRetryable, leaf.failures < attempts {
        leaf.state = .retry
        setTimer(.retry, of: leaf, in: backoff)
      } else {
        fail(leaf, code: failure.code)
      }
    case .cancelled: fail(leaf, code: "CANCELLED")
    case .waiting: break
    }
  }

  private func policy(of leaf: ModelLeaf) -> (attempts: Int, backoff: Duration) {
    switch leaf.role {
    case .work(let work): (work.attempts, work.backoff)
    case .undo(let record, _): (record.undo.attempts, record.undo.backoff)
    case .call, .pause, .wait, .race, .thrower, .host, .handler: (1, .zero)
    }
  }

  private func complete(_ leaf: ModelLeaf, _ result: Value) {
    let value = result["value"] ?? .null
    let child = undoableChild(of: leaf)
    remove(leaf)
    switch leaf.role {
    case .undo(let record, let run):
      record.state = .done
      if let variable = record.undo.variable { run.context[variable] = value }
    case .work(let work):
      if let variable = work.variable { leaf.scope.assign(variable, value) }
      record(leaf)
      leaf.then()
    case .call(let call):
      keep(result, of: call, from: child, at: leaf)
      leaf.then()
    case .pause, .wait, .race, .thrower, .host, .handler: leaf.then()
    }
  }

  /// A handler that was asked to stop reports.
  func comeToRest(_ leaf: ModelLeaf, _ outcome: WorkOutcome) {
    switch outcome {
    case .completed(let result):
      if case .work(let work) = leaf.role, let variable = work.variable {
        leaf.scope.assign(variable, result["value"] ?? .null)
      }
      let child = undoableChild(of: leaf)
      remove(leaf)
      if case .call(let call) = leaf.role { keep(result, of: call, from: child, at: leaf) }
      record(leaf)
    case .businessError, .failed: remove(leaf)
    case .cancelled: leaveInDoubt(leaf)
    case .waiting: if leaf.undo == nil { remove(leaf) } else { leaf.state = .elsewhere }
    }
  }

  /// Nobody knows whether it happened: somebody has to say so if it matters.
  func leaveInDoubt(_ leaf: ModelLeaf) {
    stopWatching(leaf)
    if leaf.undo == nil {
      remove(leaf)
    } else {
      leaf.state = .failed(.inDoubt)
    }
  }

  /// Remembers a step that has succeeded, if it can be undone.
  func record(_ leaf: ModelLeaf) {
    guard let undo = leaf.undo else { return }
    records.append(ModelRecord(step: leaf.name, undo: undo, snapshot: leaf.scope.visible, owner: leaf.scope))
  }

  func remove(_ leaf: ModelLeaf) {
    stopWatching(leaf)
    leaves.removeAll { $0 === leaf }
  }

  /// Ends a leaf from outside, with all that is inside of it.
  func kill(_ leaf: ModelLeaf) {
    guard isAlive(leaf) else { return }
    if case .inside(let inner) = leaf.state { close(inner) }
    if case .calling(let child?) = leaf.state { effects.append(.end(child)) }
    remove(leaf)
  }

  func killAll(in scope: ModelScope) {
    for leaf in leaves where leaf.scope === scope { kill(leaf) }
  }

  /// Ends an open scope from outside. What was done in it can still be undone.
  func close(_ scope: ModelScope) {
    stopWatchingForHandlers(of: scope)
    killAll(in: scope)
    endRuns { $0.target === scope }
    scope.ways = 0
    if let parent = scope.parent {
      for record in records where record.owner === scope { record.owner = parent }
    }
  }

  /// Ends compensations in the middle; a step that was being undone has not been undone.
  func endRuns(where holds: (ModelRun) -> Bool) {
    for run in runs where holds(run) {
      for record in records where record.state == .running && record.owner === run.target { record.state = .pending }
      timers.removeAll { timer in
        if case .grace(let owner) = timer.purpose { owner === run } else { false }
      }
    }
    runs.removeAll(where: holds)
  }
}

extension Stepper {
  /// Does what a command asks, up to the first nodes; `settle` lets the rest pass.
  mutating func perform(_ command: InstanceCommand) throws(Rejection) {
    try check(command)
    switch command {
    case .start(let businessKey, let variables, let parent):
      try start(businessKey, variables, parent)
    case .startBy(let node, let businessKey, let delivery):
      try start(at: node, businessKey, delivery)
    case .deliver(let id, let delivery):
      try deliver(delivery, to: id)
    case .claim(let id):
      guard let token = instance.token(id), token.state == .ready else {
        throw Rejection(.tokenInvalidTransition, "token \(id) of instance \(instance.id) is not ready")
      }
      created.append(token.id)
    case .recover(let id):
      try recover(try require(id))
    case .giveBack(let id, let attempt, let note):
      try giveBack(try require(id), attempt: attempt, note)
    case .finishWork(let id, let attempt, let outcome, let note):
      let token = try require(id)
      guard token.state == .executing, token.attempt == attempt else {
        throw Rejection(.tokenInvalidTransition, "token \(id) is no longer at attempt \(attempt)")
      }
      if instance.deferred.contains(where: { $0.token == id }) {
        throw Rejection(.tokenFinalizedTwice, "the outcome of token \(id) is stored already and waits for resume")
      }
      if let note { try emit(.attemptNoted(token: id, attempt: attempt, text: note)) }
      try take(outcome, for: token)
    case .finishTask(let id, let fence, let outcome):
      try finishTask(id, fence: fence, outcome)
    case .finishChild(let id, let child, let outcome, let canBeUndone):
      try finishChild(id, child, outcome, canBeUndone: canBeUndone)
    case .escalateChild(let id, let child, let code):
      try escalateChild(id, child, code)
    case .fireTimer(let id):
      try fire(id)
    case .rescheduleTimer(let id, let due):
      try reschedule(id, due: due)
    case .lockTask(let id, let worker, let until):
      try lock(id, worker: worker, until: until)
    case .extendLease(let id, let fence, let until):
      try extend(id, fence: fence, until: until)
    case .retry(let id):
      try retry(id)
    case .skip(let id, let outputs):
      try skip(try require(id), outputs: outputs)
    case .resolve(let id, let outputs, let note):
      try resolve(try require(id), outputs: outputs, note: note)
    case .cancel where instance.isCorrupted:
      try endCorrupted(with: .processCancelled, immediately: false)
    case .terminate where instance.isCorrupted:
      try endCorrupted(with: .processTerminated, immediately: true)
    case .corrupt(let reason):
      try emit(.processCorrupted(reason: reason))
    case .cancel:
      try cancel()
    case .terminate:
      try endInstance(with: .processTerminated, immediately: true)
    case .compensate(let reason, let target):
      try compensate(target, reason: reason)
    case .suspend:
      try emit(.processSuspended(byDefinition: false))
    case .hold:
      try emit(.processSuspended(byDefinition: true))
    case .resume, .release:
      try resume()
    case .setVariables(let list):
      try emit(.variablesChanged(scope: .root, changes: list))
    }
  }

  /// What the state of the instance does not allow, whatever the command.
  private func check(_ command: InstanceCommand) throws(Rejection) {
    switch command {
    case .start, .startBy: return
    default: break
    }
    if instance.isCorrupted {
      switch command {
      case .cancel, .terminate: break
      default:
        throw Rejection(.instanceCorrupted, "instance \(instance.id) is corrupted: only cancel or terminate move it")
      }
    }
    if instance.state.isEnd {
      switch command {
      case .compensate where instance.state == .completed: break
      case .compensate where instance.state == .compensated:
        throw Rejection(.nothingToCompensate, "instance \(instance.id) is compensated: nothing is left to undo")
      case .finishTask(let id, let fence, _):
        _ = try require(id, holding: fence)
      case .extendLease(let id, let fence, _):
        _ = try require(id, holding: fence)
      case .finishWork(let id, _, _, _), .finishChild(let id, _, _, _):
        throw instance.unknown(id)
      case .deliver(let id, _):
        throw Rejection(.subscriptionUnknown, "instance \(instance.id) has ended: subscription \(id) is closed")
      default:
        throw Rejection(.instanceEnded, "instance \(instance.id) is \(instance.state.name)")
      }
    }
    if instance.state == .cancelling, !instance.isCorrupted { try checkWhileCancelling(command) }
    switch command {
    case .suspend where instance.isSuspended, .hold where instance.isSuspended:
      throw Rejection(.instanceSuspended, "instance \(instance.id) is already suspended")
    case .resume where !instance.isSuspended, .release where !instance.isSuspended:
      throw Rejection(.instanceNotSuspended, "instance \(instance.id) is not suspended")
    case .resume where context.isDefinitionSuspended:
      throw Rejection(
        .definitionSuspended,
        "instance \(instance.id) goes on with its definition \(definition.key), which is suspended: resume that")
    case .start, .startBy, .deliver, .finishWork, .finishTask, .escalateChild, .cancel, .terminate, .resume,
      .setVariables, .recover, .giveBack, .suspend, .hold, .release, .corrupt, .rescheduleTimer, .extendLease:
      break
    case .claim, .finishChild, .fireTimer, .lockTask, .retry, .skip, .resolve, .compensate:
      if instance.isSuspended {
        throw Rejection(.instanceSuspended, "instance \(instance.id) is suspended: resume it first")
      }
    }
  }

  private mutating func start(
    _ businessKey: String?, _ variables: Context, _ parent: ParentLink?
  ) throws(Rejection) {
    try emit(.processStarted(businessKey: businessKey))
    if let parent { try emit(.processCalled(parent)) }
    if !variables.isEmpty {
      let list = variables.entries.map { VariableChange(name: $0.name, value: $0.value) }
      try emit(.variablesChanged(scope: .root, changes: list))
    }
    try openProcess(at: definition.start)
  }

  private mutating func start(
    at node: NodeIndex, _ businessKey: String?, _ delivery: EventDelivery
  ) throws(Rejection) {
    guard let event = definition.startEvents.first(where: { $0.node == node }) else {
      throw Rejection(.invalidArgument, "process \(definition.key) has no such start event")
    }
    let variables: Context
    do {
      variables = try outputs(of: event.trigger, delivery, Context())
    } catch {
      throw Rejection(.invalidArgument, error.description)
    }
    try emit(.processStarted(businessKey: businessKey))
    if !variables.isEmpty {
      let list = variables.entries.map { VariableChange(name: $0.name, value: $0.value) }
      try emit(.variablesChanged(scope: .root, changes: list))
    }
    try openProcess(at: node)
  }

  /// The outermost scope begins: what its event subprocesses wait for is open before the first node.
  private mutating func openProcess(at node: NodeIndex) throws(Rejection) {
    if !definition.eventSubprocesses.isEmpty {
      let watches: [Watch]
      do {
        watches = try self.watches(of: nil, instance.variables[.root])
      } catch {
        throw Rejection(.invalidArgument, error.description)
      }
      try open(watches, of: .root, host: .none)
    }
    try enter(node, in: .root, via: nil)
    if context.isDefinitionSuspended { try holdAtTheStart() }
  }

  /// Nothing advances from the beginning on: the first tokens are there, and wait until the definition goes on.
  private mutating func holdAtTheStart() throws(Rejection) {
    for id in created {
      guard let token = instance.token(id), token.state == .created else { continue }
      try watchBoundary(of: id, at: token.node)
      if instance.token(id)?.state == .created { try emit(.tokenReady(token: id, cause: .suspended)) }
    }
    created = []
    try emit(.processSuspended(byDefinition: true))
  }

  /// Takes an outcome up at once, or keeps it until the instance is resumed.
  mutating func take(_ outcome: WorkOutcome, for token: Token) throws(Rejection) {
    if instance.isSuspended, !isHandover(outcome, of: token) {
      try emit(.outcomeDeferred(token: token.id, outcome: outcome))
    } else {
      try finish(token, outcome)
    }
  }

  private mutating func recover(_ token: Token) throws(Rejection) {
    guard token.state == .executing, token.epoch < context.epoch else {
      throw Rejection(.tokenInvalidTransition, "token \(token.id) is not left over from an older epoch")
    }
    if instance.deferred.contains(where: { $0.token == token.id }) {
      throw Rejection(.tokenInvalidTransition, "the outcome of token \(token.id) is stored and waits for resume")
    }
    try emit(.tokenReady(token: token.id, cause: .recovery))
    let recovered = try require(token.id)
    if instance.state == .cancelling {
      try stop(recovered, after: .cancelled)
    } else if let run = drainingRun(over: recovered) {
      try comeToRestAfterCrash(recovered, in: run)
    } else if recovered.crashes >= CoreLimits.crashesPerStep {
      let message = sentence(aboutCrashesOf: recovered)
      if recovered.mode == .compensation {
        try haltCompensation(recovered, Failure(code: Self.crashCode, message: message), as: .crashLoop)
      } else {
        try raiseIncident(.crashLoop, for: recovered.id, code: Self.crashCode, message: message)
      }
    } else {
      effects.append(.tokenReady(recovered.id))
    }
  }

  private mutating func giveBack(_ token: Token, attempt: Int, _ note: String?) throws(Rejection) {
    guard token.state == .executing, token.attempt == attempt else {
      throw Rejection(.tokenInvalidTransition, "token \(token.id) is no longer at attempt \(attempt)")
    }
    if instance.deferred.contains(where: { $0.token == token.id }) {
      throw Rejection(.tokenInvalidTransition, "the outcome of token \(token.id) is stored and waits for resume")
    }
    if let note { try emit(.attemptNoted(token: token.id, attempt: attempt, text: note)) }
    try emit(.tokenReady(token: token.id, cause: .engineStopped))
    let token = try require(token.id)
    if instance.state == .cancelling {
      try stop(token, after: .cancelled)
    } else if let run = drainingRun(over: token) {
      try comeToRestAfterCrash(token, in: run)
    } else {
      effects.append(.tokenReady(token.id))
    }
  }

  /// The engine died over a step that compensation had asked to stop, or over its probe. The attempt is lost and must
  /// not begin again, however often that has happened; a probe only asks and may.
  private mutating func comeToRestAfterCrash(_ token: Token, in run: CompensationRun) throws(Rejection) {
    if !token.isProbing {
      try comeToRest(token, .cancelled, in: run)
    } else if token.crashes >= CoreLimits.crashesPerStep {
      try park(token, because: sentence(aboutCrashesOf: token))
    } else {
      effects.append(.tokenReady(token.id))
    }
  }

  private static let crashCode = "CRASH_LOOP"

  private func sentence(aboutCrashesOf token: Token) -> String {
    let node = definition[token.node].id
    let what =
      switch token.workMode {
      case .forward: node
      case .compensation: "the compensation of \(node)"
      case .probe: "the probe of \(node)"
      }
    return "the engine died \(token.crashes) times while \(what) was executing"
  }

  private mutating func resume() throws(Rejection) {
    let deferred = instance.deferred
    try emit(.processResumed)
    thinned = instance.scopes.map(\.id)
    if !deferred.isEmpty { try emit(.outcomesReplayed) }
    for deferred in deferred {
      switch deferred {
      case .work(let id, let outcome):
        if let token = instance.token(id) { try finish(token, outcome) }
      case .event(let id, let delivery):
        try deliverDeferred(delivery, to: id)
      case .escalation(let id, let code):
        if let token = instance.token(id) { try escalate(code, from: .token(token)) }
      }
    }
    conditionsAreStale = true
    for token in instance.tokens {
      if token.state == .ready { effects.append(.tokenReady(token.id)) }
      if case .child(let child)? = token.wait { effects.append(.awaitChild(child)) }
    }
    for timer in instance.timers { effects.append(.timerPending(timer.id, due: timer.due)) }
  }
}

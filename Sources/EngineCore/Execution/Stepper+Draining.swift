/// Forward work comes to rest before anything is undone: handlers get a grace, and of each step it becomes known
/// whether it happened.
extension Stepper {
  /// Ends the forward work of a run, as far as that can be done at once.
  mutating func drain(_ run: CompensationRun) throws(Rejection) {
    try closeEventSubprocesses(of: run.target)
    // The scope is over: neither its deadline nor a message may cut its compensation short.
    if let host = instance.scope(run.target)?.token { try closeWatches(of: host) }
    for token in forwardTokens(of: run) {
      guard let token = instance.token(token.id) else { continue }
      try quiesce(token)
    }
    if forwardTokens(of: run).contains(where: isStopping) {
      try schedule(.grace(run.id), for: .none, due: context.now + CoreLimits.grace)
    }
  }

  /// The tokens that have to come to rest before a run undoes anything.
  func forwardTokens(of run: CompensationRun) -> [Token] {
    instance.tokens.filter { $0.mode == .forward && instance.isForwardWork($0.scope, of: run) }
  }

  /// Whether a step leaves a record when it completes. Nobody undoes the undoing of something.
  func isUndoable(_ token: Token) -> Bool {
    definition[token.node].compensation != nil && undoingScope(around: token.scope) == nil
  }

  /// Ends what can be ended at once. Running handlers are asked to stop; a step of which nobody knows whether it
  /// happened is in doubt; the tokens of open subprocesses wait until everything inside has come to rest.
  private mutating func quiesce(_ token: Token) throws(Rejection) {
    // A probe goes on: it only asks.
    if token.isProbing, token.state != .failed { return }
    if let inner = openScope(of: token) {
      try closeEventSubprocesses(of: inner.id)
      try closeWatches(of: token.id)
      return
    }
    switch token.state {
    case .executing where takeBackStart(of: token.id):
      try settleDoubt(token)
    case .executing:
      try closeWatches(of: token.id)
      effects.append(.stopWork(token.id, immediately: false))
    case .waiting:
      switch token.wait {
      // A throw event waits for a run that this one takes over.
      case .compensation?: try closeWatches(of: token.id)
      case .child(let child)?:
        try closeWatches(of: token.id)
        effects.append(.compensateChild(child))
      case .externalTask? where isStopping(token): try closeWatches(of: token.id)
      case .timer?, .userTask?, .externalTask?, .join?, .scope?, .subscription?, .events?, nil: try settleDoubt(token)
      }
    case .created, .ready, .failed:
      try settleDoubt(token)
    case .completed, .terminated:
      break
    }
  }

  /// Whether somebody is at work on a step and may still say that it happened: a handler, or the worker that has taken
  /// its task when that can be undone.
  private func isStopping(_ token: Token) -> Bool {
    if token.isProbing { return false }
    if token.state == .executing { return true }
    guard token.wait == .externalTask, isUndoable(token) else { return false }
    return instance.externalTasks.contains { $0.token == token.id && $0.worker != nil }
  }

  private mutating func settleDoubt(_ token: Token) throws(Rejection) {
    let incident = instance.incident(of: token.id)
    guard isUndoable(token) else {
      try terminate(token, immediately: false)
      return
    }
    if let incident, incident.code == Self.outputCode, incident.kind == .expressionFailed {
      try park(token, because: Self.sentence(aboutOutputs: incident.message))
    } else if token.isOutcomeUnknown || incident?.kind == .inDoubt {
      try decideLater(token)
    } else {
      if incident?.kind == .workFailed { try recordFailure(of: token) }
      try terminate(token, immediately: false)
    }
  }

  /// A step is in doubt: its probe finds out whether it happened, else an operator says so.
  private mutating func decideLater(_ token: Token) throws(Rejection) {
    if instance.incident(of: token.id)?.kind == .inDoubt { return }
    if definition[token.node].activity?.probe != nil, !token.isProbing {
      try startProbe(of: token)
    } else {
      try park(token, because: nil)
    }
  }

  /// The run whose forward work a token belongs to while that comes to rest.
  func drainingRun(over token: Token) -> CompensationRun? {
    guard token.mode == .forward, !instance.runs.isEmpty else { return nil }
    return instance.runs.last { $0.phase == .draining && instance.isForwardWork(token.scope, of: $0) }
  }

  /// Somebody who was asked to stop reports.
  mutating func comeToRest(_ token: Token, _ outcome: WorkOutcome, in run: CompensationRun) throws(Rejection) {
    if token.isProbing {
      try takeAnswer(outcome, about: token)
      return
    }
    switch outcome {
    case .completed(let result):
      try complete(token, result: result)
    case .businessError(let code, let message):
      try comeToRest(token, after: Failure(code: code, message: message, isRetryable: false))
    case .failed(let failure):
      try comeToRest(token, after: failure)
    case .cancelled:
      if isUndoable(token) {
        try decideLater(token)
      } else {
        try terminate(token, immediately: false)
      }
    case .waiting(let reference, let limit):
      // It may still turn out to have happened; where that does not matter, nobody waits for it.
      if isUndoable(token) {
        try handOver(token, as: reference, limit: limit)
      } else {
        try terminate(token, immediately: false)
      }
    }
  }

  private mutating func comeToRest(_ token: Token, after failure: Failure) throws(Rejection) {
    try emit(
      .tokenFailed(token: token.id, node: token.node, attempt: token.attempt, failure: failure, counts: false))
    try recordFailure(of: token)
    try end(token, with: .tokenTerminated(token: token.id, node: token.node))
  }

  /// A step that failed for good may have happened in part: some definitions have it undone like one that succeeded.
  mutating func recordFailure(of token: Token) throws(Rejection) {
    guard token.mode == .forward, definition[token.node].activity?.compensation?.includesFailure == true else { return }
    let after = try record(token)
    if !after.isEmpty { try emit(.lineageGathered(token: token.id, after: after)) }
  }

  /// Handlers and workers had their time: those that have not reported are stopped, and their steps are in doubt.
  mutating func endGrace(of run: RunID) throws(Rejection) {
    guard let run = instance.run(run), run.phase == .draining else { return }
    for token in forwardTokens(of: run) where isStopping(token) {
      if token.state == .executing { effects.append(.stopWork(token.id, immediately: true)) }
      if isUndoable(token) {
        try decideLater(token)
      } else {
        try end(token, with: .tokenTerminated(token: token.id, node: token.node))
      }
    }
  }

  /// Whether forward work of a run is still coming to rest.
  func isDraining(_ run: CompensationRun) -> Bool {
    forwardTokens(of: run).contains {
      isStopping($0) || $0.isProbing || $0.isWaitingForChild || instance.incident(of: $0.id)?.kind == .inDoubt
    }
  }

  mutating func cancelGrace(of run: RunID) throws(Rejection) {
    for timer in instance.timers where timer.kind == .grace(run) {
      try emit(.timerCancelled(timer: timer.id))
    }
  }
}

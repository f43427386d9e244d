/// Compensation: forward work comes to rest, then records are undone one at a time, the latest completion first.
extension Stepper {
  mutating func startRun(
    target: ScopeID, code: String, message: String, then: CompensationRun.Continuation
  ) throws(Rejection) {
    let run = RunID(instance.nextID)
    let capped = String(message.prefix(CoreLimits.messageLength))
    try emit(.sagaStarted(run: run, target: target, code: code, message: capped, then: then))
    try closeEventSubprocesses(of: target)
    // The scope has failed: neither its deadline nor a message may cut its compensation short.
    if let scope = instance.scope(target) { try closeWatches(of: scope.token) }
    for token in forwardTokens(within: target) {
      guard let token = instance.token(token.id) else { continue }
      try quiesce(token)
    }
    if forwardTokens(within: target).contains(where: { $0.state == .executing }) {
      try schedule(.grace(run), for: .none, due: context.now + CoreLimits.grace)
    }
  }

  /// The forward tokens of a scope and of the scopes inside it.
  private func forwardTokens(within scope: ScopeID) -> [Token] {
    instance.tokens.filter { $0.mode == .forward && instance.isScope($0.scope, within: scope) }
  }

  /// Ends what can be ended at once. Running handlers are asked to stop; a step of which nobody knows whether it
  /// happened is in doubt; the tokens of open subprocesses wait until everything inside has come to rest.
  private mutating func quiesce(_ token: Token) throws(Rejection) {
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
      if case .child(let child)? = token.wait {
        try closeWatches(of: token.id)
        effects.append(.compensateChild(child))
      } else {
        try settleDoubt(token)
      }
    case .created, .ready, .failed:
      try settleDoubt(token)
    case .completed, .terminated:
      break
    }
  }

  private mutating func settleDoubt(_ token: Token) throws(Rejection) {
    let isInDoubt = token.isOutcomeUnknown || instance.incident(of: token.id)?.kind == .inDoubt
    if isInDoubt, definition[token.node].compensation != nil {
      try park(token)
    } else {
      try terminate(token, immediately: false)
    }
  }

  /// A step is in doubt: an operator says whether it happened.
  private mutating func park(_ token: Token) throws(Rejection) {
    if instance.incident(of: token.id)?.kind == .inDoubt { return }
    if let incident = instance.incident(of: token.id) {
      try emit(.incidentResolved(incident: incident.id))
      try emit(.tokenReady(token: token.id, cause: .operatorRetry))
    }
    try closeWatches(of: token.id)
    let node = definition[token.node].id
    try raiseIncident(
      .inDoubt, for: token.id, code: "IN_DOUBT",
      message: "nobody knows whether \(node) happened: retry undoes it, skip takes it as not done")
  }

  /// The run whose forward work a token belongs to while that comes to rest.
  func drainingRun(over token: Token) -> CompensationRun? {
    guard token.mode == .forward else { return nil }
    return instance.runs.last { $0.phase == .draining && instance.isScope(token.scope, within: $0.target) }
  }

  /// A handler that was asked to stop reports.
  mutating func comeToRest(_ token: Token, _ outcome: WorkOutcome, in run: CompensationRun) throws(Rejection) {
    switch outcome {
    case .completed(let result):
      try complete(token, result: result)
    case .businessError(let code, let message):
      try comeToRest(token, after: Failure(code: code, message: message, isRetryable: false))
    case .failed(let failure):
      try comeToRest(token, after: failure)
    case .cancelled:
      if definition[token.node].compensation != nil {
        try park(token)
      } else {
        try terminate(token, immediately: false)
      }
    }
  }

  private mutating func comeToRest(_ token: Token, after failure: Failure) throws(Rejection) {
    try emit(
      .tokenFailed(token: token.id, node: token.node, attempt: token.attempt, failure: failure, counts: false))
    try end(token, with: .tokenTerminated(token: token.id, node: token.node))
  }

  /// Handlers had their time: those that have not reported are stopped, and their steps are in doubt.
  mutating func endGrace(of run: RunID) throws(Rejection) {
    guard let run = instance.run(run), run.phase == .draining else { return }
    for token in forwardTokens(within: run.target) where token.state == .executing {
      effects.append(.stopWork(token.id, immediately: true))
      if definition[token.node].compensation != nil {
        try park(token)
      } else {
        try end(token, with: .tokenTerminated(token: token.id, node: token.node))
      }
    }
  }

  /// A run that can go on now: the widest one first.
  func nextRun() -> CompensationRun? {
    for run in instance.runs where canAdvance(run) { return run }
    return nil
  }

  private func canAdvance(_ run: CompensationRun) -> Bool {
    switch run.phase {
    case .draining:
      let isBusy = forwardTokens(within: run.target).contains {
        $0.state == .executing || $0.isWaitingForChild || instance.incident(of: $0.id)?.kind == .inDoubt
      }
      return !isBusy && !narrowerRuns(than: run).contains { isWorking($0) }
    case .running:
      if instance.runs.contains(where: { $0.phase == .draining && $0.id != run.id && covers($0, run) }) { return false }
      return !instance.tokens.contains { $0.compensates?.run == run.id && $0.state != .failed }
        && !hasUnresolvedStep(run, unlessSkippingFailures: policy(of: run) == .continue)
    case .halted:
      return false
    }
  }

  private func covers(_ wide: CompensationRun, _ narrow: CompensationRun) -> Bool {
    instance.isScope(narrow.target, within: wide.target) && wide.id != narrow.id
  }

  private func narrowerRuns(than run: CompensationRun) -> [CompensationRun] {
    instance.runs.filter { covers(run, $0) && $0.id < run.id }
  }

  private func isWorking(_ run: CompensationRun) -> Bool {
    instance.tokens.contains { $0.compensates?.run == run.id && $0.state != .failed }
  }

  private func policy(of run: CompensationRun) -> CompensationFailurePolicy {
    sagaPolicy(of: run.target).onCompensationFailure
  }

  /// Whether a failed step keeps the run from going on: always, unless it may pass failures and has more to do.
  private func hasUnresolvedStep(_ run: CompensationRun, unlessSkippingFailures mayPass: Bool) -> Bool {
    let hasFailed = instance.tokens.contains { $0.compensates?.run == run.id && $0.state == .failed }
    return hasFailed && !(mayPass && nextRecord(of: run) != nil)
  }

  private func nextRecord(of run: CompensationRun) -> CompensationRecord? {
    instance.records.last { $0.state == .pending && instance.isScope($0.owner, within: run.target) }
  }

  mutating func advance(_ run: CompensationRun) throws(Rejection) {
    switch run.phase {
    case .draining:
      try comeToRest(run)
    case .running, .halted:
      if let record = nextRecord(of: run) {
        try undo(record, in: run)
      } else {
        try finish(run)
      }
    }
  }

  /// Everything has come to rest: open subprocesses are closed, narrower runs are taken over.
  private mutating func comeToRest(_ run: CompensationRun) throws(Rejection) {
    for narrower in narrowerRuns(than: run) {
      for token in instance.tokens where token.compensates?.run == narrower.id {
        try end(token, with: .tokenTerminated(token: token.id, node: token.node))
      }
      try cancelGrace(of: narrower.id)
      try emit(.sagaAbsorbed(run: narrower.id, by: run.id))
    }
    for token in forwardTokens(within: run.target) { try terminate(token, immediately: false) }
    try cancelGrace(of: run.id)
    try emit(.sagaPhaseChanged(run: run.id, phase: .running))
  }

  mutating func cancelGrace(of run: RunID) throws(Rejection) {
    for timer in instance.timers where timer.kind == .grace(run) {
      try emit(.timerCancelled(timer: timer.id))
    }
  }

  private mutating func undo(_ record: CompensationRecord, in run: CompensationRun) throws(Rejection) {
    let token = nextToken()
    try emit(
      .compensationTokenCreated(
        token: token, run: run.id, record: record.id, node: record.node, scope: run.target))
    created.append(token)
  }

  /// Executes a compensation token that is created or ready.
  mutating func beginCompensation(_ token: Token) throws(Rejection) {
    guard let assignment = assignment(of: token) else { return }
    try begin(assignment, for: token)
  }

  mutating func haltCompensation(_ token: Token, _ failure: Failure) throws(Rejection) {
    guard let reference = token.compensates else { return }
    try emit(.compensationFailed(run: reference.run, record: reference.record, token: token.id))
    try halt(reference.run)
    try raiseIncident(.compensationFailed, for: token.id, code: failure.code, message: failure.message)
  }

  mutating func halt(_ id: RunID) throws(Rejection) {
    guard let run = instance.run(id), run.phase == .running, policy(of: run) == .halt else { return }
    try emit(.sagaPhaseChanged(run: id, phase: .halted))
  }

  /// An operator moved a failed step of a run: the run goes on.
  mutating func unhalt(_ id: RunID) throws(Rejection) {
    guard instance.run(id)?.phase == .halted else { return }
    try emit(.sagaPhaseChanged(run: id, phase: .running))
  }

  private mutating func finish(_ run: CompensationRun) throws(Rejection) {
    try emit(.sagaCompleted(run: run.id))
    switch run.then {
    case .endInstance:
      try emit(.processCompensated)
    case .throwError:
      guard let scope = instance.scope(run.target), let host = instance.token(scope.token) else { return }
      try emit(.scopeTerminated(scope: scope.id))
      try rethrow(run, at: host)
    }
  }

  /// The scope has been undone; its error goes on to whatever is around it.
  private mutating func rethrow(_ run: CompensationRun, at host: Token) throws(Rejection) {
    let message = run.message
    // The host waits for a scope that is gone; what follows ends it or keeps it as an incident.
    try raise(code: run.code, message: message, from: .token(host))
  }
}

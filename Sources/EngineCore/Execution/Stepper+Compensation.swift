/// Compensation: forward work comes to rest, then records are undone, in strict order one at a time and the latest
/// completion first.
extension Stepper {
  mutating func startRun(
    target: ScopeID, code: String, message: String, then: CompensationRun.Continuation,
    extent: CompensationExtent = .everything
  ) throws(Rejection) {
    let id = RunID(instance.nextID)
    let capped = String(message.prefix(CoreLimits.messageLength))
    try emit(.sagaStarted(run: id, target: target, code: code, message: capped, then: then, extent: extent))
    if let run = instance.run(id), run.phase == .draining { try drain(run) }
  }

  /// A run that can go on now: the widest one first.
  func nextRun() -> CompensationRun? {
    for run in instance.runs where canAdvance(run) { return run }
    return nil
  }

  private func canAdvance(_ run: CompensationRun) -> Bool {
    switch run.phase {
    case .draining:
      return !isDraining(run) && !narrowerRuns(than: run).contains { isWorking($0) }
    case .running:
      if instance.runs.contains(where: { isAheadOf($0, run) }) { return false }
      let steps = steps(of: run)
      if !policy(of: run).mayPassFailures, steps.contains(where: { $0.state == .failed }) { return false }
      return !nextRecords(of: run).isEmpty || steps.isEmpty
    case .halted:
      return false
    }
  }

  /// Whether a run has to wait for another one: a wider one that will take it over, or an older one of the same scope.
  private func isAheadOf(_ other: CompensationRun, _ run: CompensationRun) -> Bool {
    if other.phase == .draining { return other.id != run.id && instance.isForwardWork(run.target, of: other) }
    return other.target == run.target && other.id < run.id
  }

  func narrowerRuns(than run: CompensationRun) -> [CompensationRun] {
    instance.runs.filter { instance.isScope($0.target, within: run.target) && $0.id < run.id }
  }

  /// The compensation tokens of a run.
  private func steps(of run: CompensationRun) -> [Token] {
    instance.tokens.filter { $0.compensates?.run == run.id }
  }

  private func isWorking(_ run: CompensationRun) -> Bool { steps(of: run).contains { $0.state != .failed } }

  func policy(of run: CompensationRun) -> SagaPolicy { instance.policy(of: run, in: definition) }

  /// What can be undone now. Steps that have failed hold it up, unless the run may leave them behind.
  private func nextRecords(of run: CompensationRun) -> [CompensationRecord] {
    let failed = steps(of: run).filter { $0.state == .failed }.compactMap { $0.compensates?.record }
    return instance.recordsToUndo(
      in: run, of: definition, passing: policy(of: run).mayPassFailures ? failed : [])
  }

  mutating func advance(_ run: CompensationRun) throws(Rejection) {
    switch run.phase {
    case .draining:
      try comeToRest(run)
    case .running, .halted:
      let records = nextRecords(of: run)
      for record in records { try undo(record, in: run) }
      if records.isEmpty { try finish(run) }
    }
  }

  /// Everything has come to rest: open subprocesses are closed, narrower runs are taken over.
  private mutating func comeToRest(_ run: CompensationRun) throws(Rejection) {
    for narrower in narrowerRuns(than: run) {
      for token in steps(of: narrower) { try terminate(token, immediately: false) }
      try cancelGrace(of: narrower.id)
      try emit(.sagaAbsorbed(run: narrower.id, by: run.id))
    }
    for token in forwardTokens(of: run) { try terminate(token, immediately: false) }
    try cancelGrace(of: run.id)
    try emit(.sagaPhaseChanged(run: run.id, phase: .running))
  }

  /// Begins to undo one record: everything that is ever undone comes through here.
  private mutating func undo(_ record: CompensationRecord, in run: CompensationRun) throws(Rejection) {
    let token = nextToken()
    try emit(
      .compensationTokenCreated(
        token: token, run: run.id, record: record.id, node: record.node, scope: run.target))
    created.append(token)
  }

  /// Executes a compensation token that is created or ready.
  mutating func beginCompensation(_ token: Token) throws(Rejection) {
    if let record = token.compensates.flatMap({ instance.record($0.record) }), let shelf = record.shelf {
      try openHandler(for: token, undoing: record, shelf: shelf)
      return
    }
    guard let assignment = assignment(of: token) else { return }
    try begin(assignment, for: token)
  }

  /// A compensation failed for good: its run halts, and an incident says why.
  mutating func haltCompensation(
    _ token: Token, _ failure: Failure, as kind: Incident.Kind = .compensationFailed
  ) throws(Rejection) {
    guard let reference = token.compensates else { return }
    try emit(.compensationFailed(run: reference.run, record: reference.record, token: token.id))
    try halt(reference.run)
    try raiseIncident(kind, for: token.id, code: failure.code, message: failure.message)
  }

  mutating func halt(_ id: RunID) throws(Rejection) {
    guard let run = instance.run(id), run.phase == .running, !policy(of: run).mayPassFailures else { return }
    try emit(.sagaPhaseChanged(run: id, phase: .halted))
  }

  /// An operator moved a failed step of a run: the run goes on when that was the last one.
  mutating func unhalt(_ id: RunID) throws(Rejection) {
    guard let run = instance.run(id), run.phase == .halted, !steps(of: run).contains(where: { $0.state == .failed })
    else { return }
    try emit(.sagaPhaseChanged(run: id, phase: .running))
  }

  /// Ends a run that has more to undo, since nobody wants it any more.
  mutating func abandon(_ run: CompensationRun) throws(Rejection) {
    for token in steps(of: run) { try terminate(token, immediately: false) }
    try cancelGrace(of: run.id)
    if instance.run(run.id) != nil { try emit(.sagaAbandoned(run: run.id)) }
  }

  private mutating func finish(_ run: CompensationRun) throws(Rejection) {
    try emit(.sagaCompleted(run: run.id))
    switch run.then {
    case .endInstance:
      try emit(.processCompensated)
    case .throwError, .cancelTransaction, .awaitOperator:
      guard let scope = instance.scope(run.target), let host = instance.token(scope.token) else { return }
      // A loop has scopes of its executions, in which nothing is left.
      try closeScopes(inside: scope.id, immediately: false)
      try putBack(scope.id)
      try emit(.scopeTerminated(scope: scope.id))
      // The host waits for a scope that is gone; what follows ends it or keeps it as an incident.
      switch run.then {
      case .throwError: try raise(code: run.code, message: run.message, from: .token(host))
      case .cancelTransaction: try leaveCancelled(host)
      case .endInstance, .resume, .awaitOperator, .goBack, .leave:
        try raiseIncident(
          .workFailed, for: host.id, code: "COMPENSATED",
          message: "an operator had it undone: retry begins it again, skip goes on behind it")
      }
    case .resume:
      if let waiter = instance.token(run.extent.waiter) { try finishNode(waiter) }
    case .goBack:
      if let node = run.extent.resumption { try goOn(behind: node, in: run.target) }
    case .leave:
      // Of a completed instance a part was undone, and by now perhaps all of it.
      guard instance.state == .compensating, instance.runs.isEmpty else { return }
      let isLeft = instance.records.contains { $0.state == .pending && $0.owner == .root }
      try emit(isLeft ? .completionKept : .processCompensated)
    }
  }
}

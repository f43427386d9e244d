/// Whether an event may happen to an instance as it is: the part of the lifecycle tables that `apply` looks at first.
///
/// The problem: an event that makes no sense, stored once, makes every later state wrong, and nobody knows since when.
/// The idea: before anything is changed, what the event is about must exist, be alive and be in a state that the event
/// can follow; the rule that is broken has a name. States of tokens, instances, records and runs have tables of their
/// own (`canBecome`); timers, tasks, incidents and scopes are there or not, and each number is given out once.
extension ProcessInstance {
  /// - Complexity: O(log n) for most events; O(n) for those that end a scope.
  func admit(_ event: ProcessEvent) throws(Rejection) {
    try admitToState(event)
    switch event {
    case .tokenArrived(let arrival):
      try requireNew(arrival.token, "token")
      try requireOpen(arrival.scope)
    case .tokenClaimed(let id, let attempt, _):
      guard let token = token(id) else { throw unknown(id) }
      guard attempt >= token.attempt else {
        throw Rejection(
          .tokenInvalidTransition, "attempt \(attempt) of token \(id) cannot follow attempt \(token.attempt)")
      }
    case .tokenFailed(let id, _, _, _, _):
      guard let token = token(id) else { throw unknown(id) }
      guard token.state == .executing || token.state == .waiting else {
        throw Rejection(.tokenInvalidTransition, "token \(id) is \(token.state.name): nothing of it can fail")
      }
    case .attemptNoted(let id, let attempt, _):
      guard let token = token(id) else { throw unknown(id) }
      guard token.state == .executing, token.attempt == attempt else {
        throw Rejection(
          .tokenInvalidTransition, "token \(id) is \(token.state.name): its attempt \(attempt) has nothing to say")
      }
    case .joinCompleted(let node, let scope, let consumed):
      try admitJoin(node, scope, consumed)
    case .scopeEntered, .scopeCompleted, .scopeTerminated:
      try admitToScopes(event)
    case .timerScheduled(let timer, let token, _, _):
      try requireNew(timer, "timer")
      if token != .none, self.token(token) == nil { throw unknown(token) }
    case .userTaskCreated(let token, _, _, _):
      try requireNoTask(token, among: userTasks.contains { $0.token == token })
    case .externalTaskCreated(let token, _):
      try requireNoTask(token, among: externalTasks.contains { $0.token == token })
    case .workHandedOver(let token, _, _):
      try admitHandover(token)
    case .externalTaskLocked(let token, let worker, let attempt, _):
      try admitLock(token, worker, attempt)
    case .sagaStarted, .sagaPhaseChanged, .compensationTokenCreated, .compensationFailed:
      try admitToCompensation(event)
    case .incidentRaised(let incident, _, _, _, _):
      try requireNew(incident, "incident")
    case .subscriptionOpened(let subscription):
      try requireNew(subscription.id, "subscription")
      try requireOpen(subscription.scope)
      if subscription.token != .none, token(subscription.token) == nil { throw unknown(subscription.token) }
    case .eventDeferred:
      try requireSuspended()
    case .outcomeDeferred(let token, _):
      try requireSuspended()
      if deferred.contains(where: { $0.token == token }) {
        throw Rejection(.tokenFinalizedTwice, "an outcome of token \(token) waits for resume already")
      }
    default: break
    }
  }

  /// What the state of the whole instance allows: an end state never changes, but that what completed can be undone.
  private func admitToState(_ event: ProcessEvent) throws(Rejection) {
    switch event {
    case .processStarted where sequence > 0:
      throw Rejection(.instanceInvalidTransition, "instance \(id) has started already")
    case .processSuspended where isSuspended:
      throw Rejection(.instanceSuspended, "instance \(id) is suspended already")
    case .processResumed where !isSuspended:
      throw Rejection(.instanceNotSuspended, "instance \(id) is not suspended")
    case .processCompleted where state == .compensating, .completionKept where state != .compensating:
      throw Rejection(.instanceInvalidTransition, "instance \(id) is \(state.name) and does not complete like that")
    case .sagaStarted where state == .completed, .processCorrupted: return
    default:
      if state.isEnd {
        throw Rejection(
          .instanceInvalidTransition, "instance \(id) is \(state.name), and nothing happens to it any more")
      }
      if state == .cancelling, !Self.mayHappenWhileCancelling(event) {
        throw Rejection(
          .instanceInvalidTransition, "instance \(id) is being cancelled, and nothing begins in it any more")
      }
    }
  }

  /// Whether an event ends something, or keeps what a handler that was asked to stop has reported.
  private static func mayHappenWhileCancelling(_ event: ProcessEvent) -> Bool {
    switch event {
    case .processCancelled, .processTerminated, .processCorrupted, .tokenCompleted, .tokenFailed, .tokenTerminated,
      .scopeTerminated, .subscriptionClosed, .timerFired, .timerCancelled, .timerRescheduled, .variablesChanged,
      .compensationRecorded, .childRecorded, .compensationCompleted, .sagaAbandoned, .recordsHandedOver,
      .incidentResolved, .outcomesReplayed, .userTaskCompleted, .externalTaskCompleted, .externalTaskFailed,
      .externalTaskReleased, .lineageGathered, .attemptNoted:
      true
    case .tokenReady(_, let cause):
      switch cause {
      case .recovery, .engineStopped: true
      case .noRoom, .retry, .operatorRetry, .unitLimit, .suspended: false
      }
    case .timerScheduled(_, _, let kind, _): kind == .grace(.none)
    case .processStarted, .processCompleted, .processCompensated, .completionKept, .processFailed, .cancellationStarted,
      .processSuspended, .processResumed, .processCalled, .tokenArrived, .tokenClaimed, .tokenSkipped, .tokenWaiting,
      .joinCompleted, .scopeEntered, .scopeCompleted, .boundaryTriggered, .subscriptionOpened, .subscriptionTriggered,
      .conditionChanged, .eventSubprocessTriggered, .messageThrown, .signalThrown, .escalationThrown, .timerRepeats,
      .userTaskCreated, .externalTaskCreated, .externalTaskLocked, .workHandedOver, .sagaStarted, .sagaPhaseChanged,
      .compensationTokenCreated, .compensationSkipped, .compensationFailed, .sagaCompleted, .sagaAbsorbed,
      .probeStarted, .incidentRaised, .outcomeDeferred, .eventDeferred:
      false
    }
  }

  private func admitJoin(_ node: NodeIndex, _ scope: ScopeID, _ consumed: [TokenID]) throws(Rejection) {
    var flows: [FlowIndex?] = []
    for id in consumed {
      guard let token = token(id), token.wait == .join, token.scope == scope, token.node == node else {
        throw Rejection(.joinIncomplete, "token \(id) of instance \(self.id) does not wait at the join")
      }
      if flows.contains(token.flow) {
        throw Rejection(.joinIncomplete, "two tokens of one flow cannot complete a join of instance \(self.id)")
      }
      flows.append(token.flow)
    }
    if flows.isEmpty { throw Rejection(.joinIncomplete, "no token completes the join of instance \(id)") }
  }

  private func admitToScopes(_ event: ProcessEvent) throws(Rejection) {
    switch event {
    case .scopeEntered(let scope, _, let parent, let token, let kind):
      try requireNew(scope, "scope")
      try requireOpen(parent)
      if kind != .eventSubprocess || token != .none, self.token(token) == nil { throw unknown(token) }
    case .scopeCompleted(let scope, _), .scopeTerminated(let scope):
      try requireOpen(scope)
      if let token = tokens.first(where: { $0.scope == scope }) {
        throw Rejection(.scopeNotEmpty, "scope \(scope) of instance \(id) cannot end while token \(token.id) is live")
      }
      if let inner = scopes.first(where: { $0.parent == scope }) {
        throw Rejection(.scopeNotEmpty, "scope \(scope) of instance \(id) cannot end while scope \(inner.id) is open")
      }
    default: break
    }
  }

  private func admitLock(_ token: TokenID, _ worker: String, _ attempt: Int) throws(Rejection) {
    guard let live = self.token(token) else { throw unknown(token) }
    guard let task = externalTasks.first(where: { $0.token == token }) else { return }
    // A lease that is extended keeps its number; every other lock raises it.
    guard attempt > live.attempt || attempt == live.attempt && task.worker == worker else {
      throw Rejection(
        .externalTaskLeaseConflict, "lock \(attempt) of the task of token \(token) cannot follow lock \(live.attempt)")
    }
  }

  /// Only who is at work can hand it over.
  private func admitHandover(_ id: TokenID) throws(Rejection) {
    guard let token = token(id) else { throw unknown(id) }
    let isHeld = token.wait == .externalTask && externalTasks.contains { $0.token == id && $0.worker != nil }
    guard token.state == .executing || isHeld else {
      throw Rejection(
        .tokenInvalidTransition, "token \(id) is \(token.state.name), and nobody is at work who could hand it over")
    }
  }

  private func admitToCompensation(_ event: ProcessEvent) throws(Rejection) {
    switch event {
    case .sagaStarted(let run, let target, _, _, _, _):
      try requireNew(run, "compensation run")
      try requireOpen(target)
    case .sagaPhaseChanged(let id, let phase):
      guard let run = run(id) else { return }
      guard run.phase.canBecome(phase) else {
        throw Rejection(
          .runInvalidTransition, "compensation run \(id) is \(run.phase.name) and cannot become \(phase.name)")
      }
    case .compensationTokenCreated(let token, let run, _, _, let scope):
      try requireNew(token, "token")
      try requireOpen(scope)
      guard let run = self.run(run) else {
        throw Rejection(.runUnknown, "instance \(id) has no compensation run \(run)")
      }
      guard run.phase == .running else {
        throw Rejection(.runInvalidTransition, "compensation run \(run.id) is \(run.phase.name) and undoes nothing now")
      }
    case .compensationFailed(_, let id, _):
      guard let record = record(id) else { return }
      guard record.state == .running else {
        throw Rejection(
          .recordInvalidTransition, "record \(id) is \(record.state.name): its undoing cannot fail")
      }
    default: break
    }
  }

  private func requireNew(_ number: some Identifier, _ what: String) throws(Rejection) {
    guard number.rawValue >= nextID else {
      throw Rejection(.identifierReused, "the number of \(what) \(number) of instance \(id) was given out before")
    }
  }

  private func requireSuspended() throws(Rejection) {
    guard isSuspended else {
      throw Rejection(.instanceNotSuspended, "instance \(id) is not suspended: nothing has to wait for resume")
    }
  }

  private func requireOpen(_ scope: ScopeID) throws(Rejection) {
    guard scope == .root || self.scope(scope) != nil else {
      throw Rejection(.scopeUnknown, "instance \(id) has no open scope \(scope)")
    }
  }

  private func requireNoTask(_ token: TokenID, among isOpen: Bool) throws(Rejection) {
    guard self.token(token) != nil else { throw unknown(token) }
    if isOpen { throw Rejection(.taskExists, "token \(token) of instance \(id) has an open task already") }
  }
}

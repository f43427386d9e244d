extension EventDescriber {
  /// The node and the token that an event is about.
  struct Subject {
    var node: NodeIndex?
    var token: TokenID?
    var mode: TokenMode?
  }

  func subject(of event: ProcessEvent) -> Subject {
    switch event {
    case .processStarted, .processCompleted, .processCompensated, .completionKept, .processFailed, .processCancelled,
      .processTerminated, .processSuspended, .processResumed, .processCorrupted, .processCalled, .variablesChanged,
      .sagaStarted, .sagaPhaseChanged, .sagaCompleted, .sagaAbandoned, .sagaAbsorbed, .recordsHandedOver,
      .outcomesReplayed, .cancellationStarted:
      Subject()
    case .subscriptionOpened(let subscription): subject(subscription)
    case .subscriptionTriggered(let id, _), .subscriptionClosed(let id), .conditionChanged(let id, _),
      .eventDeferred(let id, _):
      subscriptions[id].map(subject) ?? Subject()
    case .eventSubprocessTriggered(let node, _, _): Subject(node: node)
    case .messageThrown(let token, let node, _), .signalThrown(let token, let node, _, _),
      .escalationThrown(let token, let node, _):
      Subject(node: node, token: token, mode: .forward)
    case .tokenArrived(let arrival):
      Subject(node: arrival.node, token: arrival.token, mode: .forward)
    case .tokenCompleted(let token, let node, let mode), .tokenSkipped(let token, let node, let mode):
      Subject(node: node, token: token, mode: mode)
    case .tokenFailed(let token, let node, _, _, _), .tokenTerminated(let token, let node):
      Subject(node: node, token: token, mode: tokens[token]?.mode ?? .forward)
    case .tokenClaimed(let token, _, _), .tokenReady(let token, _), .tokenWaiting(let token, _),
      .userTaskCreated(let token, _, _, _), .userTaskCompleted(let token), .externalTaskCreated(let token, _),
      .externalTaskLocked(let token, _, _, _), .externalTaskReleased(let token), .externalTaskCompleted(let token),
      .externalTaskFailed(let token), .workHandedOver(let token, _, _), .outcomeDeferred(let token, _),
      .lineageGathered(let token, _), .attemptNoted(let token, _, _),
      .incidentRaised(_, let token, _, _, _):
      subject(token)
    case .incidentResolved(let incident):
      incidents[incident].map(subject) ?? Subject()
    case .joinCompleted(let node, _, _):
      Subject(node: node)
    case .scopeEntered(_, let node, _, let token, _):
      Subject(node: node, token: token, mode: .forward)
    case .scopeCompleted(let scope, _), .scopeTerminated(let scope):
      Subject(node: scopes[scope])
    case .boundaryTriggered(let node, let host, _):
      Subject(node: node, token: host, mode: tokens[host]?.mode)
    case .timerScheduled(_, let token, let kind, _):
      subject(KnownTimer(token: token, kind: kind))
    case .timerFired(let timer), .timerCancelled(let timer), .timerRescheduled(let timer, _),
      .timerRepeats(let timer, _, _):
      timers[timer].map(subject) ?? Subject()
    case .compensationRecorded(let node, let token, _, _, _, _), .probeStarted(let token, let node):
      Subject(node: node, token: token, mode: .forward)
    case .childRecorded(let record, _):
      Subject(node: records[record], mode: .forward)
    case .compensationTokenCreated(let token, _, _, let node, _):
      Subject(node: node, token: token, mode: .compensation)
    case .compensationCompleted(_, let record, let token, _), .compensationSkipped(_, let record, let token),
      .compensationFailed(_, let record, let token):
      Subject(node: records[record], token: token, mode: .compensation)
    }
  }

  private func subject(_ token: TokenID) -> Subject {
    Subject(node: tokens[token]?.node, token: token, mode: tokens[token]?.mode)
  }

  /// What would start an event subprocess has no token.
  private func subject(_ subscription: Subscription) -> Subject {
    guard subscription.token != .none else { return Subject(node: subscription.node) }
    return Subject(node: subscription.node, token: subscription.token, mode: .forward)
  }

  /// A grace timer belongs to a compensation run, or to cancelling, and has no token.
  private func subject(_ timer: KnownTimer) -> Subject {
    switch timer.kind {
    case .delay, .retry, .boundary, .branch, .workLimit: subject(timer.token)
    case .eventStart(let node): Subject(node: node)
    case .grace: Subject()
    }
  }
}

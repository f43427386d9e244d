extension EventDescriber {
  /// What an event says beyond its node and token, in any order.
  func members(of event: ProcessEvent) -> [EventDescription.Member] {
    switch event {
    case .processStarted(let key):
      list(("businessKey", text(key)))
    case .processCompleted, .processCompensated, .completionKept, .processCancelled, .processTerminated,
      .cancellationStarted,
      .processResumed, .tokenCompleted, .tokenSkipped, .tokenTerminated, .userTaskCompleted, .externalTaskReleased,
      .externalTaskCompleted, .externalTaskFailed, .outcomesReplayed:
      []
    case .processFailed(let code): list(("code", .string(code)))
    case .processSuspended(let byDefinition): list(("by", byDefinition ? "definition" : nil))
    case .processCorrupted(let reason): list(("reason", .string(reason)))
    case .processCalled(let parent):
      list(("parent", number(parent.instance)), ("parentToken", number(parent.token)), ("depth", Value(parent.depth)))
    case .childRecorded(_, let child): list(("child", number(child)))
    case .tokenArrived, .tokenClaimed, .tokenFailed, .attemptNoted, .tokenReady, .tokenWaiting, .joinCompleted,
      .scopeEntered, .scopeCompleted, .scopeTerminated, .boundaryTriggered:
      tokenMembers(of: event)
    case .timerScheduled, .timerFired, .timerCancelled, .timerRescheduled, .timerRepeats, .userTaskCreated,
      .externalTaskCreated,
      .externalTaskLocked, .workHandedOver:
      waitMembers(of: event)
    case .subscriptionOpened, .subscriptionTriggered, .subscriptionClosed, .conditionChanged,
      .eventSubprocessTriggered, .messageThrown, .signalThrown, .escalationThrown, .eventDeferred:
      eventMembers(of: event)
    case .variablesChanged(let scope, let changes): variableMembers(scope, changes)
    case .compensationRecorded, .sagaStarted, .sagaPhaseChanged, .compensationTokenCreated, .compensationCompleted,
      .compensationSkipped, .compensationFailed, .sagaCompleted, .sagaAbandoned, .sagaAbsorbed, .probeStarted,
      .lineageGathered,
      .recordsHandedOver:
      compensationMembers(of: event)
    case .incidentRaised(let incident, _, let kind, let code, let message):
      list(
        ("incident", number(incident)), ("kind", .string(kind.name)), ("code", .string(code)),
        ("message", .string(message)))
    case .incidentResolved(let incident): list(("incident", number(incident)))
    case .outcomeDeferred(_, let outcome): outcomeMembers(outcome)
    }
  }

  private func tokenMembers(of event: ProcessEvent) -> [EventDescription.Member] {
    switch event {
    case .tokenArrived(let arrival):
      list(
        ("attempt", arrival.state == .executing ? Value(1) : nil), ("scope", nested(arrival.scope)),
        ("from", source(of: arrival.flow)), ("state", .string(arrival.state.name)))
    case .tokenClaimed(_, let attempt, let epoch):
      list(("attempt", Value(attempt)), ("epoch", Value(epoch)))
    case .tokenFailed(_, _, let attempt, let failure, let counts):
      list(
        ("attempt", Value(attempt)), ("counts", .boolean(counts)), ("code", .string(failure.code)),
        ("message", .string(failure.message)), ("detail", text(failure.detail)),
        ("retryable", .boolean(failure.isRetryable)))
    case .attemptNoted(_, let attempt, let text): list(("attempt", Value(attempt)), ("detail", .string(text)))
    case .tokenReady(_, let cause): list(("cause", .string(cause.name)))
    case .tokenWaiting(_, let reason):
      list(("reason", .string(reason.name)), ("timer", timer(in: reason)), ("child", child(in: reason)))
    case .joinCompleted(_, let scope, let consumed):
      list(("consumed", .list(consumed.map { number($0) })), ("scope", nested(scope)))
    case .scopeEntered(let scope, _, let parent, _, let kind):
      list(("scope", number(scope)), ("parent", nested(parent)), ("kind", .string(kind.name)))
    case .scopeCompleted(let scope, let keepsRecords):
      list(("scope", number(scope)), ("keepsRecords", .boolean(keepsRecords)))
    case .scopeTerminated(let scope): list(("scope", number(scope)))
    case .boundaryTriggered(_, let host, let code):
      list(("host", tokens[host].map { .string(name(of: $0.node)) }), ("code", text(code)))
    default: []
    }
  }

  private func waitMembers(of event: ProcessEvent) -> [EventDescription.Member] {
    switch event {
    case .timerScheduled(let timer, _, let kind, let due):
      timerMembers(timer, kind) + list(("due", .string(due.iso8601)))
    case .timerFired(let timer), .timerCancelled(let timer):
      timerMembers(timer, timers[timer]?.kind)
    case .timerRescheduled(let timer, let due):
      timerMembers(timer, timers[timer]?.kind) + list(("due", .string(due.iso8601)))
    case .timerRepeats(let timer, _, let left):
      timerMembers(timer, timers[timer]?.kind) + list(("left", left.map { Value($0) }))
    case .userTaskCreated(_, let assignee, let candidates, let due):
      list(
        ("assignee", text(assignee)), ("due", text(due?.iso8601)),
        ("candidates", candidates.isEmpty ? nil : .list(candidates.map(Value.string))))
    case .externalTaskCreated(_, let topic): list(("topic", .string(topic)))
    case .externalTaskLocked(_, let worker, let attempt, let until):
      list(("attempt", Value(attempt)), ("until", .string(until.iso8601)), ("worker", .string(worker)))
    case .workHandedOver(_, let holder, let reference):
      list(("holder", .string(holder)), ("reference", .string(reference)))
    default: []
    }
  }

  private func compensationMembers(of event: ProcessEvent) -> [EventDescription.Member] {
    switch event {
    case .compensationRecorded(_, _, _, let owner, let after, let shelf):
      list(("owner", nested(owner)), ("after", numbers(after)), ("shelf", shelf.map { Value($0.rawValue) }))
    case .sagaStarted(let run, let target, let code, let message, let then, let extent):
      list(
        ("run", number(run)), ("scope", nested(target)), ("code", .string(code)), ("message", .string(message)),
        ("then", .string(then.name)), ("only", extent.node.map { .string(name(of: $0)) }),
        ("backTo", extent.resumption.map { .string(name(of: $0)) }))
    case .sagaPhaseChanged(let run, let phase): list(("run", number(run)), ("phase", .string(phase.name)))
    case .compensationTokenCreated(_, let run, let record, _, _), .compensationSkipped(let run, let record, _),
      .compensationFailed(let run, let record, _):
      list(("run", number(run)), ("record", number(record)))
    case .compensationCompleted(let run, let record, _, let outputs):
      list(
        ("run", number(run)), ("record", number(record)), ("outputs", outputs.isEmpty ? nil : .context(outputs)))
    case .sagaCompleted(let run): list(("run", number(run)))
    case .sagaAbandoned(let run): list(("run", number(run)))
    case .sagaAbsorbed(let run, let by): list(("run", number(run)), ("by", number(by)))
    case .lineageGathered(_, let after): list(("after", numbers(after)))
    case .recordsHandedOver(let source, let target): list(("from", number(source)), ("to", number(target)))
    default: []
    }
  }

  private func variableMembers(_ scope: ScopeID, _ changes: [VariableChange]) -> [EventDescription.Member] {
    var values = Context()
    for change in changes { values[change.name] = change.value }
    let removed = changes.filter { $0.value == nil }.map { Value.string($0.name) }
    return list(
      ("scope", nested(scope)), ("variables", .context(values)), ("removed", removed.isEmpty ? nil : .list(removed)))
  }

  private func outcomeMembers(_ outcome: WorkOutcome) -> [EventDescription.Member] {
    switch outcome {
    case .completed(let result): list(("outcome", "completed"), ("result", result))
    case .businessError(let code, let message):
      list(("outcome", "error"), ("code", .string(code)), ("message", .string(message)))
    case .failed(let failure):
      list(
        ("outcome", "failed"), ("code", .string(failure.code)), ("message", .string(failure.message)),
        ("detail", text(failure.detail)))
    case .cancelled: list(("outcome", "cancelled"))
    case .waiting(let reference, _): list(("outcome", "waiting"), ("reference", .string(reference)))
    }
  }

  private func timerMembers(_ timer: TimerID, _ kind: Timer.Kind?) -> [EventDescription.Member] {
    var boundary: Value?
    var run: Value?
    switch kind {
    case .boundary(let event): boundary = .string(name(of: event))
    case .branch(let event), .eventStart(let event): boundary = .string(name(of: event))
    case .grace(let id): run = id == .none ? nil : number(id)
    case .delay, .retry, .workLimit, nil: break
    }
    return list(("timer", number(timer)), ("kind", text(kind?.name)), ("boundary", boundary), ("run", run))
  }

  private func timer(in reason: WaitReason) -> Value? {
    if case .timer(let timer) = reason { return number(timer) }
    return nil
  }

  private func child(in reason: WaitReason) -> Value? {
    if case .child(let child) = reason { return number(child) }
    return nil
  }

  private func source(of flow: FlowIndex?) -> Value? {
    guard let flow, definition.flows.indices.contains(flow.rawValue) else { return nil }
    return .string(name(of: definition[flow].source))
  }

  /// The outermost scope is what is meant when none is named.
  func nested(_ scope: ScopeID) -> Value? { scope == .root ? nil : number(scope) }

  func number(_ identifier: some Identifier) -> Value { Value(identifier.rawValue) }

  private func numbers(_ identifiers: [some Identifier]) -> Value? {
    identifiers.isEmpty ? nil : .list(identifiers.map { Value($0.rawValue) })
  }

  func text(_ text: String?) -> Value? { text.map(Value.string) }

  func list(_ pairs: (name: String, value: Value?)...) -> [EventDescription.Member] {
    pairs.compactMap { pair in pair.value.map { EventDescription.Member(name: pair.name, value: $0) } }
  }
}

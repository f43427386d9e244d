/// Applies one event to an instance: the only thing that ever changes an instance.
///
/// Folding the stored history through here gives the stored state, at every commit. An event that the lifecycle tables
/// do not allow is refused with a named invariant violation before anything is changed.
public func apply(_ entry: HistoryEntry, to instance: inout ProcessInstance) throws(Rejection) {
  var changes = ChangeSet()
  try instance.apply(entry, changes: &changes)
}

extension ProcessInstance {
  /// Applies one event and notes which parts of the instance it touched.
  package mutating func apply(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    guard entry.sequence == sequence + 1 else {
      throw Rejection(.historyGap, "event \(entry.sequence) cannot follow event \(sequence) of instance \(id)")
    }
    try admit(entry.event)
    switch entry.event {
    case .processStarted, .processCompleted, .processCompensated, .completionKept, .processFailed, .processCancelled,
      .processTerminated, .processSuspended, .processResumed, .processCorrupted, .cancellationStarted:
      try applyToHeader(entry, changes: &changes)
    case .processCalled(let parent):
      self.parent = parent
      changes.changesHeader = true
    case .childRecorded(let record, let child):
      try setChild(child, of: record, changes: &changes)
    case .tokenArrived, .tokenClaimed, .tokenCompleted, .tokenSkipped, .tokenFailed, .tokenReady, .tokenTerminated,
      .tokenWaiting, .joinCompleted:
      try applyToTokens(entry, changes: &changes)
    case .scopeEntered, .scopeCompleted, .scopeTerminated, .boundaryTriggered, .variablesChanged:
      try applyToScopes(entry, changes: &changes)
    case .subscriptionOpened, .subscriptionTriggered, .subscriptionClosed, .conditionChanged,
      .eventSubprocessTriggered, .messageThrown, .signalThrown, .escalationThrown, .eventDeferred:
      try applyToEvents(entry, changes: &changes)
    case .timerScheduled, .timerFired, .timerCancelled, .timerRescheduled, .timerRepeats, .userTaskCreated,
      .userTaskCompleted,
      .externalTaskCreated, .externalTaskLocked, .externalTaskReleased, .externalTaskCompleted, .externalTaskFailed,
      .workHandedOver:
      try applyToWaits(entry, changes: &changes)
    case .compensationRecorded, .sagaStarted, .sagaPhaseChanged, .compensationTokenCreated, .compensationCompleted,
      .compensationSkipped, .compensationFailed, .sagaCompleted, .sagaAbandoned, .sagaAbsorbed, .probeStarted,
      .lineageGathered,
      .recordsHandedOver:
      try applyToCompensation(entry, changes: &changes)
    case .incidentRaised, .incidentResolved, .outcomeDeferred, .outcomesReplayed:
      try applyToIncidents(entry, changes: &changes)
    case .attemptNoted: break
    }
    sequence = entry.sequence
    updatedAt = entry.at
  }

  private mutating func applyToHeader(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    changes.changesHeader = true
    switch entry.event {
    case .processStarted(let key):
      businessKey = key
      changes.isNewInstance = true
    case .processCompleted, .completionKept: try end(as: .completed, at: entry.at, changes: &changes)
    case .processCompensated: try end(as: .compensated, at: entry.at, changes: &changes)
    case .processFailed(let code):
      try end(as: .failed, at: entry.at, changes: &changes)
      errorCode = code
    case .cancellationStarted:
      try move(to: .cancelling)
      isSuspended = false
      isHeld = false
    case .processCancelled: try end(as: .cancelled, at: entry.at, changes: &changes)
    case .processTerminated: try end(as: .terminated, at: entry.at, changes: &changes)
    case .processSuspended(let byDefinition):
      isSuspended = true
      isHeld = byDefinition
    case .processResumed:
      isSuspended = false
      isHeld = false
    case .processCorrupted: isCorrupted = true
    default: break
    }
  }

  mutating func move(to next: InstanceState) throws(Rejection) {
    guard state.canBecome(next) else {
      throw Rejection(.instanceInvalidTransition, "instance \(id) is \(state.name) and cannot become \(next.name)")
    }
    state = next
  }

  private mutating func end(
    as next: InstanceState, at instant: Timestamp, changes: inout ChangeSet
  ) throws(Rejection) {
    if let token = tokens.first {
      throw Rejection(
        .instanceInvalidTransition, "instance \(id) cannot become \(next.name) while token \(token.id) is live")
    }
    try move(to: next)
    closeSubscriptions(of: .root, changes: &changes)
    endedAt = instant
    // Nothing of it could be held back any more.
    isSuspended = false
    isHeld = false
    if !deferred.isEmpty {
      deferred = []
      changes.changesDeferred = true
    }
  }

  private mutating func applyToIncidents(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    switch entry.event {
    case .incidentRaised(let incident, let token, let kind, let code, let message):
      try moveToken(token, to: .failed, at: entry.at, changes: &changes)
      incidents.append(
        Incident(id: incident, token: token, kind: kind, code: code, message: message, raisedAt: entry.at))
      use(incident.rawValue)
      changes.incidents.insert(incident)
    case .incidentResolved(let incident):
      guard let index = incidents.firstIndex(where: { $0.id == incident }) else {
        throw Rejection(.incidentUnknown, "instance \(id) has no open incident \(incident)")
      }
      incidents.remove(at: index)
      changes.incidents.delete(incident)
    case .outcomeDeferred(let token, let outcome):
      guard self.token(token) != nil else { throw unknown(token) }
      deferred.append(.work(token, outcome))
      changes.changesDeferred = true
    case .outcomesReplayed:
      deferred = []
      changes.changesDeferred = true
    default: break
    }
  }

  /// Makes sure that an identifier is not given out again.
  mutating func use(_ identifier: Int64) { nextID = max(nextID, identifier + 1) }
}

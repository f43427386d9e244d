import EngineCore

/// History as stores hold it: one row per unit of work, its events as a JSON array of arrays `[[code, …], …]`.
///
/// Positions and numbers instead of names: an instance of ten steps must fit into two kilobytes, and the text is
/// written on every commit. `v_event` shows it readably.
package enum EventCodec {
  /// Writes the events of one unit.
  package static func encode(_ entries: [HistoryEntry], into writer: inout JSONWriter) {
    writer.beginArray()
    for entry in entries { write(entry.event, &writer) }
    writer.endArray()
  }

  private static func write(_ event: ProcessEvent, _ writer: inout JSONWriter) {
    switch event {
    case .processStarted(let businessKey):
      put(.processStarted, &writer) { $0.writeString(businessKey) }
    case .processCompleted: put(.processCompleted, &writer)
    case .completionKept: put(.completionKept, &writer)
    case .cancellationStarted: put(.cancellationStarted, &writer)
    case .processCompensated: put(.processCompensated, &writer)
    case .processFailed(let code): put(.processFailed, &writer) { $0.writeString(code) }
    case .processCancelled: put(.processCancelled, &writer)
    case .processTerminated: put(.processTerminated, &writer)
    case .processSuspended(let byDefinition): put(.processSuspended, &writer, byDefinition ? 1 : nil)
    case .processResumed: put(.processResumed, &writer)
    case .processCorrupted(let reason): put(.processCorrupted, &writer) { $0.writeString(reason) }
    case .processCalled(let parent):
      put(.processCalled, &writer, parent.instance.rawValue, parent.token.rawValue, Int64(parent.depth))
    case .childRecorded(let record, let child): put(.childRecorded, &writer, record.rawValue, child.rawValue)
    case .tokenArrived, .tokenClaimed, .tokenCompleted, .tokenSkipped, .tokenFailed, .attemptNoted, .tokenReady,
      .tokenTerminated, .tokenWaiting, .joinCompleted:
      writeToken(event, &writer)
    case .scopeEntered, .scopeCompleted, .scopeTerminated, .boundaryTriggered, .timerScheduled, .timerFired,
      .timerCancelled, .timerRescheduled, .timerRepeats, .userTaskCreated, .userTaskCompleted, .externalTaskCreated,
      .externalTaskLocked, .externalTaskReleased, .externalTaskCompleted, .externalTaskFailed,
      .workHandedOver:
      writeWait(event, &writer)
    case .subscriptionOpened, .subscriptionTriggered, .subscriptionClosed, .conditionChanged,
      .eventSubprocessTriggered, .messageThrown, .signalThrown, .escalationThrown, .eventDeferred:
      writeEvent(event, &writer)
    case .variablesChanged, .compensationRecorded, .sagaStarted, .sagaPhaseChanged, .compensationTokenCreated,
      .compensationCompleted, .compensationSkipped, .compensationFailed, .sagaCompleted, .sagaAbandoned, .sagaAbsorbed,
      .incidentRaised, .incidentResolved, .outcomeDeferred, .outcomesReplayed, .probeStarted, .lineageGathered,
      .recordsHandedOver:
      writeRest(event, &writer)
    }
  }

  private static func writeToken(_ event: ProcessEvent, _ writer: inout JSONWriter) {
    switch event {
    case .tokenArrived(let arrival):
      put(.tokenArrived, &writer) {
        $0.writeInteger(arrival.token.rawValue)
        $0.writeInteger(arrival.node.rawValue)
        $0.writeInteger(arrival.scope.rawValue)
        $0.writeInteger(arrival.flow?.rawValue ?? -1)
        $0.writeInteger(arrival.state.rawValue)
        if arrival.epoch != 0 || !arrival.after.isEmpty { $0.writeInteger(arrival.epoch) }
        if !arrival.after.isEmpty { write(arrival.after, &$0) }
      }
    case .tokenClaimed(let token, let attempt, let epoch):
      put(.tokenClaimed, &writer, token.rawValue, Int64(attempt), epoch)
    case .tokenCompleted(let token, let node, let mode):
      put(.tokenCompleted, &writer, token.rawValue, Int64(node.rawValue), Int64(mode.rawValue))
    case .tokenSkipped(let token, let node, let mode):
      put(.tokenSkipped, &writer, token.rawValue, Int64(node.rawValue), Int64(mode.rawValue))
    case .tokenFailed(let token, let node, let attempt, let failure, let counts):
      put(.tokenFailed, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeInteger(node.rawValue)
        $0.writeInteger(attempt)
        $0.write(failure.json)
        $0.writeBoolean(counts)
      }
    case .attemptNoted(let token, let attempt, let text):
      put(.attemptNoted, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeInteger(attempt)
        $0.writeString(text)
      }
    case .tokenReady(let token, let cause):
      put(.tokenReady, &writer, token.rawValue, Int64(cause.rawValue))
    case .tokenTerminated(let token, let node):
      put(.tokenTerminated, &writer, token.rawValue, Int64(node.rawValue))
    case .tokenWaiting(let token, let reason):
      put(.tokenWaiting, &writer, token.rawValue, Int64(reason.code), reason.argument)
    case .joinCompleted(let node, let scope, let consumed):
      put(.joinCompleted, &writer) {
        $0.writeInteger(node.rawValue)
        $0.writeInteger(scope.rawValue)
        write(consumed, &$0)
      }
    default: break
    }
  }

  private static func writeWait(_ event: ProcessEvent, _ writer: inout JSONWriter) {
    switch event {
    case .scopeEntered(let scope, let node, let parent, let token, let kind):
      put(
        .scopeEntered, &writer, scope.rawValue, Int64(node.rawValue), parent.rawValue, token.rawValue,
        Int64(kind.rawValue))
    case .scopeCompleted(let scope, let keepsRecords):
      put(.scopeCompleted, &writer, scope.rawValue, keepsRecords ? 1 : 0)
    case .scopeTerminated(let scope): put(.scopeTerminated, &writer, scope.rawValue)
    case .boundaryTriggered(let node, let host, let code):
      put(.boundaryTriggered, &writer) {
        $0.writeInteger(node.rawValue)
        $0.writeInteger(host.rawValue)
        $0.writeString(code)
      }
    case .timerScheduled(let timer, let token, let kind, let due):
      put(
        .timerScheduled, &writer, timer.rawValue, token.rawValue, Int64(kind.code), kind.argument,
        due.microseconds)
    case .timerFired(let timer): put(.timerFired, &writer, timer.rawValue)
    case .timerCancelled(let timer): put(.timerCancelled, &writer, timer.rawValue)
    case .timerRescheduled(let timer, let due):
      put(.timerRescheduled, &writer, timer.rawValue, due.microseconds)
    case .timerRepeats(let timer, let anchor, let left):
      put(.timerRepeats, &writer) {
        $0.writeInteger(timer.rawValue)
        $0.writeInteger(anchor.microseconds)
        if let left { $0.writeInteger(Int64(left)) } else { $0.writeNull() }
      }
    case .userTaskCreated(let token, let assignee, let candidates, let due):
      put(.userTaskCreated, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeString(assignee)
        $0.write(.list(candidates.map(Value.string)))
        if let due { $0.writeInteger(due.microseconds) } else { $0.writeNull() }
      }
    case .userTaskCompleted(let token): put(.userTaskCompleted, &writer, token.rawValue)
    case .externalTaskCreated(let token, let topic):
      put(.externalTaskCreated, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeString(topic)
      }
    case .externalTaskLocked(let token, let worker, let attempt, let until):
      put(.externalTaskLocked, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeString(worker)
        $0.writeInteger(attempt)
        $0.writeInteger(until.microseconds)
      }
    case .externalTaskReleased(let token): put(.externalTaskReleased, &writer, token.rawValue)
    case .externalTaskCompleted(let token): put(.externalTaskCompleted, &writer, token.rawValue)
    case .externalTaskFailed(let token): put(.externalTaskFailed, &writer, token.rawValue)
    case .workHandedOver(let token, let holder, let reference):
      put(.workHandedOver, &writer) {
        $0.writeInteger(token.rawValue)
        $0.writeString(holder)
        $0.writeString(reference)
      }
    default: break
    }
  }

  private static func writeRest(_ event: ProcessEvent, _ writer: inout JSONWriter) {
    switch event {
    case .variablesChanged(let scope, let changes):
      put(.variablesChanged, &writer) {
        $0.writeInteger(scope.rawValue)
        write(changes, &$0)
      }
    case .compensationRecorded(let node, let token, let visibleScopes, let owner, let after, let shelf):
      put(.compensationRecorded, &writer) {
        $0.writeInteger(node.rawValue)
        $0.writeInteger(token.rawValue)
        write(visibleScopes, &$0)
        $0.writeInteger(owner.rawValue)
        if !after.isEmpty || shelf != nil { write(after, &$0) }
        if let shelf { $0.writeInteger(shelf.rawValue) }
      }
    case .sagaStarted(let run, let target, let code, let message, let then, let extent):
      put(.sagaStarted, &writer) {
        $0.writeInteger(run.rawValue)
        $0.writeInteger(target.rawValue)
        $0.writeString(code)
        $0.writeString(message)
        $0.writeInteger(then.rawValue)
        if extent != .everything { $0.write(extent.json) }
      }
    case .sagaPhaseChanged(let run, let phase):
      put(.sagaPhaseChanged, &writer, run.rawValue, Int64(phase.rawValue))
    case .compensationTokenCreated(let token, let run, let record, let node, let scope):
      put(
        .compensationTokenCreated, &writer, token.rawValue, run.rawValue, record.rawValue, Int64(node.rawValue),
        scope.rawValue)
    case .compensationCompleted(let run, let record, let token, let outputs):
      put(.compensationCompleted, &writer) {
        $0.writeInteger(run.rawValue)
        $0.writeInteger(record.rawValue)
        $0.writeInteger(token.rawValue)
        $0.write(outputs)
      }
    case .compensationSkipped(let run, let record, let token):
      put(.compensationSkipped, &writer, run.rawValue, record.rawValue, token.rawValue)
    case .compensationFailed(let run, let record, let token):
      put(.compensationFailed, &writer, run.rawValue, record.rawValue, token.rawValue)
    case .sagaCompleted(let run): put(.sagaCompleted, &writer, run.rawValue)
    case .sagaAbandoned(let run): put(.sagaAbandoned, &writer, run.rawValue)
    case .sagaAbsorbed(let run, let by): put(.sagaAbsorbed, &writer, run.rawValue, by.rawValue)
    case .incidentRaised(let incident, let token, let kind, let code, let message):
      put(.incidentRaised, &writer) {
        $0.writeInteger(incident.rawValue)
        $0.writeInteger(token.rawValue)
        $0.writeInteger(kind.rawValue)
        $0.writeString(code)
        $0.writeString(message)
      }
    case .incidentResolved(let incident): put(.incidentResolved, &writer, incident.rawValue)
    case .outcomeDeferred(let token, let outcome):
      put(.outcomeDeferred, &writer) {
        $0.writeInteger(token.rawValue)
        $0.write(outcome.json)
      }
    case .outcomesReplayed: put(.outcomesReplayed, &writer)
    case .probeStarted(let token, let node): put(.probeStarted, &writer, token.rawValue, Int64(node.rawValue))
    case .lineageGathered(let token, let after):
      put(.lineageGathered, &writer) {
        $0.writeInteger(token.rawValue)
        write(after, &$0)
      }
    case .recordsHandedOver(let source, let target):
      put(.recordsHandedOver, &writer, source.rawValue, target.rawValue)
    default: break
    }
  }

  /// The common events are a code and a few numbers. Spelled out, because variadic parameters allocate.
  static func put(
    _ code: EventCode, _ writer: inout JSONWriter, _ first: Int64? = nil, _ second: Int64? = nil,
    _ third: Int64? = nil, _ fourth: Int64? = nil, _ fifth: Int64? = nil
  ) {
    writer.beginArray()
    writer.writeInteger(code.rawValue)
    if let first { writer.writeInteger(first) }
    if let second { writer.writeInteger(second) }
    if let third { writer.writeInteger(third) }
    if let fourth { writer.writeInteger(fourth) }
    if let fifth { writer.writeInteger(fifth) }
    writer.endArray()
  }

  static func put(_ code: EventCode, _ writer: inout JSONWriter, _ body: (inout JSONWriter) -> Void) {
    writer.beginArray()
    writer.writeInteger(code.rawValue)
    body(&writer)
    writer.endArray()
  }

  private static func write<ID: Identifier>(_ identifiers: [ID], _ writer: inout JSONWriter) {
    writer.beginArray()
    for identifier in identifiers { writer.writeInteger(identifier.rawValue) }
    writer.endArray()
  }

  /// `[[name, value], …]`; a removed variable has no value.
  private static func write(_ changes: [VariableChange], _ writer: inout JSONWriter) {
    writer.beginArray()
    for change in changes {
      writer.beginArray()
      writer.writeString(change.name)
      if let value = change.value { writer.write(value) }
      writer.endArray()
    }
    writer.endArray()
  }
}

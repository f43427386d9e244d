import EngineCore

/// Why stored text is not what it should be. The store is damaged, or a newer sagatop wrote it.
package struct DecodingFault: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

extension EventCodec {
  /// Reads the events of one unit.
  package static func decode(_ text: [UInt8]) throws(DecodingFault) -> [ProcessEvent] {
    let value: Value
    do {
      value = try JSONParser.parse(text, maximumDepth: JSONParser.maximumDepth)
    } catch {
      throw DecodingFault("history is no JSON: \(error)")
    }
    guard case .list(let list) = value else { throw DecodingFault("history is no list of events") }
    var events: [ProcessEvent] = []
    events.reserveCapacity(list.count)
    for element in list {
      var fields = try FieldReader(element)
      let code = Int(try fields.integer())
      guard let kind = EventCode(rawValue: code) else { throw DecodingFault("there is no event of kind \(code)") }
      events.append(try event(kind, &fields))
      guard fields.isAtEnd else { throw DecodingFault("an event of kind \(code) has too many fields") }
    }
    return events
  }

  private static func event(_ kind: EventCode, _ fields: inout FieldReader) throws(DecodingFault) -> ProcessEvent {
    switch kind {
    case .processStarted: return .processStarted(businessKey: try fields.optionalString())
    case .processCompleted: return .processCompleted
    case .completionKept: return .completionKept
    case .cancellationStarted: return .cancellationStarted
    case .processCompensated: return .processCompensated
    case .processFailed: return .processFailed(code: try fields.string())
    case .processCancelled: return .processCancelled
    case .processTerminated: return .processTerminated
    case .processSuspended:
      return .processSuspended(byDefinition: fields.isAtEnd ? false : try fields.integer() != 0)
    case .processResumed: return .processResumed
    case .processCorrupted: return .processCorrupted(reason: try fields.string())
    case .processCalled:
      return .processCalled(
        ParentLink(instance: try fields.id(), token: try fields.id(), depth: Int(try fields.integer())))
    case .childRecorded: return .childRecorded(record: try fields.id(), child: try fields.id())
    case .tokenArrived, .tokenClaimed, .tokenCompleted, .tokenSkipped, .tokenFailed, .attemptNoted, .tokenReady,
      .tokenTerminated, .tokenWaiting, .joinCompleted:
      return try tokenEvent(kind, &fields)
    case .scopeEntered, .scopeCompleted, .scopeTerminated, .boundaryTriggered, .timerScheduled, .timerFired,
      .timerCancelled, .timerRescheduled, .timerRepeats, .userTaskCreated, .userTaskCompleted, .externalTaskCreated,
      .externalTaskLocked, .externalTaskReleased, .externalTaskCompleted, .externalTaskFailed,
      .workHandedOver:
      return try waitEvent(kind, &fields)
    case .subscriptionOpened, .subscriptionTriggered, .subscriptionClosed, .conditionChanged,
      .eventSubprocessTriggered, .messageThrown, .signalThrown, .escalationThrown, .eventDeferred:
      return try readEvent(kind, &fields)
    case .variablesChanged, .compensationRecorded, .sagaStarted, .sagaPhaseChanged, .compensationTokenCreated,
      .compensationCompleted, .compensationSkipped, .compensationFailed, .sagaCompleted, .sagaAbandoned, .sagaAbsorbed,
      .incidentRaised, .incidentResolved, .outcomeDeferred, .outcomesReplayed, .probeStarted, .lineageGathered,
      .recordsHandedOver:
      return try restEvent(kind, &fields)
    }
  }

  private static func tokenEvent(
    _ kind: EventCode, _ fields: inout FieldReader
  ) throws(DecodingFault) -> ProcessEvent {
    switch kind {
    case .tokenArrived:
      let token: TokenID = try fields.id()
      let node = try fields.node()
      let scope: ScopeID = try fields.id()
      let flow = Int(try fields.integer())
      let state: TokenState = try fields.code()
      let epoch = fields.isAtEnd ? 0 : try fields.integer()
      let after: [RecordID] = fields.isAtEnd ? [] : try fields.ids()
      return .tokenArrived(
        TokenArrival(
          token: token, node: node, scope: scope, flow: flow < 0 ? nil : FlowIndex(rawValue: flow), state: state,
          epoch: epoch, after: after))
    case .tokenClaimed:
      return .tokenClaimed(token: try fields.id(), attempt: Int(try fields.integer()), epoch: try fields.integer())
    case .tokenCompleted:
      return .tokenCompleted(token: try fields.id(), node: try fields.node(), mode: try fields.code())
    case .tokenSkipped:
      return .tokenSkipped(token: try fields.id(), node: try fields.node(), mode: try fields.code())
    case .tokenFailed:
      return .tokenFailed(
        token: try fields.id(), node: try fields.node(), attempt: Int(try fields.integer()),
        failure: try Failure(json: try fields.value()), counts: try fields.boolean())
    case .attemptNoted:
      return .attemptNoted(token: try fields.id(), attempt: Int(try fields.integer()), text: try fields.string())
    case .tokenReady: return .tokenReady(token: try fields.id(), cause: try fields.code())
    case .tokenTerminated: return .tokenTerminated(token: try fields.id(), node: try fields.node())
    case .tokenWaiting:
      let token: TokenID = try fields.id()
      let code = Int(try fields.integer())
      return .tokenWaiting(token: token, reason: try WaitReason(code: code, argument: try fields.integer()))
    default:
      return .joinCompleted(node: try fields.node(), scope: try fields.id(), consumed: try fields.ids())
    }
  }

  private static func waitEvent(
    _ kind: EventCode, _ fields: inout FieldReader
  ) throws(DecodingFault) -> ProcessEvent {
    switch kind {
    case .scopeEntered:
      return .scopeEntered(
        scope: try fields.id(), node: try fields.node(), parent: try fields.id(), token: try fields.id(),
        kind: try fields.code())
    case .scopeCompleted:
      return .scopeCompleted(scope: try fields.id(), keepsRecords: try fields.integer() != 0)
    case .scopeTerminated: return .scopeTerminated(scope: try fields.id())
    case .boundaryTriggered:
      return .boundaryTriggered(node: try fields.node(), host: try fields.id(), code: try fields.optionalString())
    case .timerScheduled:
      let timer: TimerID = try fields.id()
      let token: TokenID = try fields.id()
      let code = Int(try fields.integer())
      let timerKind = try Timer.Kind(code: code, argument: try fields.integer())
      return .timerScheduled(timer: timer, token: token, kind: timerKind, due: try fields.timestamp())
    case .timerFired: return .timerFired(timer: try fields.id())
    case .timerCancelled: return .timerCancelled(timer: try fields.id())
    case .timerRescheduled: return .timerRescheduled(timer: try fields.id(), due: try fields.timestamp())
    case .timerRepeats:
      return .timerRepeats(
        timer: try fields.id(), anchor: try fields.timestamp(), left: try fields.optionalInteger().map { Int($0) })
    case .userTaskCreated:
      let token: TokenID = try fields.id()
      let assignee = try fields.optionalString()
      let candidates = try fields.strings()
      let due = try fields.optionalTimestamp()
      return .userTaskCreated(token: token, assignee: assignee, candidates: candidates, due: due)
    case .userTaskCompleted: return .userTaskCompleted(token: try fields.id())
    case .externalTaskCreated: return .externalTaskCreated(token: try fields.id(), topic: try fields.string())
    case .externalTaskLocked:
      return .externalTaskLocked(
        token: try fields.id(), worker: try fields.string(), attempt: Int(try fields.integer()),
        until: try fields.timestamp())
    case .externalTaskReleased: return .externalTaskReleased(token: try fields.id())
    case .externalTaskCompleted: return .externalTaskCompleted(token: try fields.id())
    case .workHandedOver:
      return .workHandedOver(token: try fields.id(), holder: try fields.string(), reference: try fields.string())
    default: return .externalTaskFailed(token: try fields.id())
    }
  }

  private static func restEvent(
    _ kind: EventCode, _ fields: inout FieldReader
  ) throws(DecodingFault) -> ProcessEvent {
    switch kind {
    case .variablesChanged:
      return .variablesChanged(scope: try fields.id(), changes: try fields.changes())
    case .compensationRecorded:
      return .compensationRecorded(
        node: try fields.node(), token: try fields.id(), visibleScopes: try fields.ids(), owner: try fields.id(),
        after: fields.isAtEnd ? [] : try fields.ids(), shelf: fields.isAtEnd ? nil : try fields.id())
    case .sagaStarted:
      return .sagaStarted(
        run: try fields.id(), target: try fields.id(), code: try fields.string(), message: try fields.string(),
        then: try fields.code(), extent: fields.isAtEnd ? .everything : try CompensationExtent(json: try fields.value())
      )
    case .sagaPhaseChanged: return .sagaPhaseChanged(run: try fields.id(), phase: try fields.code())
    case .compensationTokenCreated:
      return .compensationTokenCreated(
        token: try fields.id(), run: try fields.id(), record: try fields.id(), node: try fields.node(),
        scope: try fields.id())
    case .compensationCompleted:
      let run: RunID = try fields.id()
      let record: RecordID = try fields.id()
      let token: TokenID = try fields.id()
      return .compensationCompleted(
        run: run, record: record, token: token, outputs: try fields.context())
    case .compensationSkipped:
      return .compensationSkipped(run: try fields.id(), record: try fields.id(), token: try fields.id())
    case .compensationFailed:
      return .compensationFailed(run: try fields.id(), record: try fields.id(), token: try fields.id())
    case .sagaCompleted: return .sagaCompleted(run: try fields.id())
    case .sagaAbandoned: return .sagaAbandoned(run: try fields.id())
    case .sagaAbsorbed: return .sagaAbsorbed(run: try fields.id(), by: try fields.id())
    case .incidentRaised:
      return .incidentRaised(
        incident: try fields.id(), token: try fields.id(), kind: try fields.code(), code: try fields.string(),
        message: try fields.string())
    case .incidentResolved: return .incidentResolved(incident: try fields.id())
    case .outcomeDeferred:
      return .outcomeDeferred(token: try fields.id(), outcome: try WorkOutcome(json: try fields.value()))
    case .probeStarted: return .probeStarted(token: try fields.id(), node: try fields.node())
    case .lineageGathered: return .lineageGathered(token: try fields.id(), after: try fields.ids())
    case .recordsHandedOver: return .recordsHandedOver(from: try fields.id(), to: try fields.id())
    default: return .outcomesReplayed
    }
  }
}

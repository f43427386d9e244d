import EngineCore

/// One event of each type, with the name that other programs know it by.
enum EventSamples {
  static let all: [(event: ProcessEvent, type: String)] = instance + tokens + waits + events + compensation

  private static let at = Timestamp(microseconds: 0)
  private static let token = TokenID(1)
  private static let node = NodeIndex(rawValue: 0)

  private static let instance: [(event: ProcessEvent, type: String)] = [
    (.processStarted(businessKey: "A-17"), "processStarted"),
    (.processCompleted, "processCompleted"),
    (.processCompensated, "processCompensated"),
    (.completionKept, "completionKept"),
    (.processFailed(code: "E"), "processFailed"),
    (.processCancelled, "processCancelled"),
    (.cancellationStarted, "cancellationStarted"),
    (.processTerminated, "processTerminated"),
    (.processSuspended(byDefinition: false), "processSuspended"),
    (.processResumed, "processResumed"),
    (.processCorrupted(reason: "r"), "processCorrupted"),
    (.processCalled(ParentLink(instance: InstanceID(7), token: token, depth: 1)), "processCalled"),
    (.variablesChanged(scope: .root, changes: [VariableChange(name: "a", value: 1)]), "variablesChanged"),
    (
      .incidentRaised(incident: IncidentID(4), token: token, kind: .workFailed, code: "E", message: "m"),
      "incidentRaised"
    ),
    (.incidentResolved(incident: IncidentID(4)), "incidentResolved"),
    (.outcomeDeferred(token: token, outcome: .cancelled), "outcomeDeferred"),
    (.outcomesReplayed, "outcomesReplayed"),
    (.eventDeferred(subscription: SubscriptionID(8), delivery: EventDelivery(event: "m-1")), "eventDeferred"),
  ]

  private static let tokens: [(event: ProcessEvent, type: String)] = [
    (
      .tokenArrived(TokenArrival(token: token, node: node, scope: .root, flow: nil, state: .created, epoch: 0)),
      "tokenArrived"
    ),
    (.tokenClaimed(token: token, attempt: 1, epoch: 1), "tokenClaimed"),
    (.tokenCompleted(token: token, node: node, mode: .forward), "tokenCompleted"),
    (.tokenSkipped(token: token, node: node, mode: .forward), "tokenSkipped"),
    (
      .tokenFailed(token: token, node: node, attempt: 1, failure: Failure(code: "E", message: "m"), counts: true),
      "tokenFailed"
    ),
    (.attemptNoted(token: token, attempt: 1, text: "t"), "attemptNoted"),
    (.tokenReady(token: token, cause: .noRoom), "tokenReady"),
    (.tokenTerminated(token: token, node: node), "tokenTerminated"),
    (.tokenWaiting(token: token, reason: .userTask), "tokenWaiting"),
    (.joinCompleted(node: node, scope: .root, consumed: [token]), "joinCompleted"),
    (
      .scopeEntered(scope: ScopeID(3), node: node, parent: .root, token: token, kind: .subprocess), "scopeEntered"
    ),
    (.scopeCompleted(scope: ScopeID(3), keepsRecords: true), "scopeCompleted"),
    (.scopeTerminated(scope: ScopeID(3)), "scopeTerminated"),
    (.boundaryTriggered(node: node, host: token, code: nil), "boundaryTriggered"),
  ]

  private static let waits: [(event: ProcessEvent, type: String)] = [
    (.timerScheduled(timer: TimerID(2), token: token, kind: .delay, due: at), "timerScheduled"),
    (.timerFired(timer: TimerID(2)), "timerFired"),
    (.timerCancelled(timer: TimerID(2)), "timerCancelled"),
    (.timerRescheduled(timer: TimerID(2), due: at), "timerRescheduled"),
    (.timerRepeats(timer: TimerID(2), anchor: at, left: 2), "timerRepeats"),
    (.userTaskCreated(token: token, assignee: nil, candidates: [], due: nil), "userTaskCreated"),
    (.userTaskCompleted(token: token), "userTaskCompleted"),
    (.externalTaskCreated(token: token, topic: "t"), "externalTaskCreated"),
    (.externalTaskLocked(token: token, worker: "w", attempt: 1, until: at), "externalTaskLocked"),
    (.externalTaskReleased(token: token), "externalTaskReleased"),
    (.externalTaskCompleted(token: token), "externalTaskCompleted"),
    (.externalTaskFailed(token: token), "externalTaskFailed"),
    (.workHandedOver(token: token, holder: "h", reference: "r"), "workHandedOver"),
  ]

  private static let events: [(event: ProcessEvent, type: String)] = [
    (
      .subscriptionOpened(
        Subscription(
          id: SubscriptionID(8), token: token, scope: .root, node: node, kind: .message, name: "m", openedAt: at)),
      "subscriptionOpened"
    ),
    (.subscriptionTriggered(subscription: SubscriptionID(8), event: "m-1"), "subscriptionTriggered"),
    (.subscriptionClosed(subscription: SubscriptionID(8)), "subscriptionClosed"),
    (.conditionChanged(subscription: SubscriptionID(8), holds: true), "conditionChanged"),
    (.eventSubprocessTriggered(node: node, scope: .root, code: nil), "eventSubprocessTriggered"),
    (.messageThrown(token: token, node: node, message: OutgoingMessage(name: "m")), "messageThrown"),
    (.signalThrown(token: token, node: node, name: "s", variables: [:]), "signalThrown"),
    (.escalationThrown(token: token, node: node, code: "LATE"), "escalationThrown"),
  ]

  private static let compensation: [(event: ProcessEvent, type: String)] = [
    (.compensationRecorded(node: node, token: token, visibleScopes: [], owner: .root), "compensationRecorded"),
    (.childRecorded(record: RecordID(6), child: InstanceID(9)), "childRecorded"),
    (.sagaStarted(run: RunID(5), target: .root, code: "E", message: "m", then: .endInstance), "sagaStarted"),
    (.sagaPhaseChanged(run: RunID(5), phase: .running), "sagaPhaseChanged"),
    (
      .compensationTokenCreated(token: token, run: RunID(5), record: RecordID(6), node: node, scope: .root),
      "compensationTokenCreated"
    ),
    (.compensationCompleted(run: RunID(5), record: RecordID(6), token: token, outputs: [:]), "compensationCompleted"),
    (.compensationSkipped(run: RunID(5), record: RecordID(6), token: token), "compensationSkipped"),
    (.compensationFailed(run: RunID(5), record: RecordID(6), token: token), "compensationFailed"),
    (.sagaCompleted(run: RunID(5)), "sagaCompleted"),
    (.sagaAbandoned(run: RunID(5)), "sagaAbandoned"),
    (.sagaAbsorbed(run: RunID(5), by: RunID(7)), "sagaAbsorbed"),
    (.probeStarted(token: token, node: node), "probeStarted"),
    (.lineageGathered(token: token, after: [RecordID(6)]), "lineageGathered"),
    (.recordsHandedOver(from: ScopeID(3), to: ScopeID(8)), "recordsHandedOver"),
  ]
}

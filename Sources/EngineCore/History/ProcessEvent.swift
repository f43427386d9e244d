/// An immutable fact about a state change of one process instance; history is the ordered list of them.
///
/// An event says everything that `apply` needs: it reads no definition, clock or chance. Facts that hold for more than
/// one reader are spelled out; everything else is an identifier.
public enum ProcessEvent: Sendable, Hashable {
  // The instance.
  case processStarted(businessKey: String?)
  case processCompleted
  case processCompensated
  case processFailed(code: String)
  case processCancelled
  case processTerminated
  case processSuspended
  case processResumed
  case processCorrupted(reason: String)

  // Calls.
  /// Another instance called this one and waits for its end.
  case processCalled(ParentLink)
  /// The step of a record was done by a called instance; undoing it means undoing that instance.
  case childRecorded(record: RecordID, child: InstanceID)

  // Tokens.
  /// A token came to a node. `state` is what it begins as.
  case tokenArrived(TokenArrival)
  /// A ready token begins its next attempt.
  case tokenClaimed(token: TokenID, attempt: Int, epoch: Int64)
  /// The node was executed.
  case tokenCompleted(token: TokenID, node: NodeIndex, mode: TokenMode)
  /// An operator said that the node counts as done.
  case tokenSkipped(token: TokenID, node: NodeIndex, mode: TokenMode)
  /// One attempt failed; what follows is in the events after it.
  case tokenFailed(token: TokenID, node: NodeIndex, attempt: Int, failure: Failure, counts: Bool)
  /// It may be executed again.
  case tokenReady(token: TokenID, cause: ReadyCause)
  case tokenTerminated(token: TokenID, node: NodeIndex)
  /// The scheduled next attempt waits for its timer.
  case tokenWaiting(token: TokenID, reason: WaitReason)

  // Gateways, scopes and boundary events.
  /// The last branch arrived: these tokens were consumed.
  case joinCompleted(node: NodeIndex, scope: ScopeID, consumed: [TokenID])
  case scopeEntered(scope: ScopeID, node: NodeIndex, parent: ScopeID, token: TokenID, kind: ScopeInstance.Kind)
  /// `keepsRecords`: its records go to its parent; otherwise the scope is undone as a whole.
  case scopeCompleted(scope: ScopeID, keepsRecords: Bool)
  case scopeTerminated(scope: ScopeID)
  case boundaryTriggered(node: NodeIndex, host: TokenID, code: String?)

  // Messages, signals, conditions and escalations.
  case subscriptionOpened(Subscription)
  /// What was waited for has come; `event` names the message or signal. What follows is in the events after it.
  case subscriptionTriggered(subscription: SubscriptionID, event: String?)
  case subscriptionClosed(subscription: SubscriptionID)
  /// A condition that is still watched holds, or no longer.
  case conditionChanged(subscription: SubscriptionID, holds: Bool)
  /// An event subprocess of a scope begins; `code` is that of an error or escalation.
  case eventSubprocessTriggered(node: NodeIndex, scope: ScopeID, code: String?)
  case messageThrown(token: TokenID, node: NodeIndex, message: OutgoingMessage)
  case signalThrown(token: TokenID, node: NodeIndex, name: String, variables: Context)
  case escalationThrown(token: TokenID, node: NodeIndex, code: String)

  // Timers.
  case timerScheduled(timer: TimerID, token: TokenID, kind: Timer.Kind, due: Timestamp)
  case timerFired(timer: TimerID)
  case timerCancelled(timer: TimerID)
  case timerRescheduled(timer: TimerID, due: Timestamp)
  /// The timer that was just scheduled is one of a cycle: when that was set, and how often it will still go off.
  case timerRepeats(timer: TimerID, anchor: Timestamp, left: Int?)

  // Tasks.
  case userTaskCreated(token: TokenID, assignee: String?, candidates: [String], due: Timestamp?)
  case userTaskCompleted(token: TokenID)
  case externalTaskCreated(token: TokenID, topic: String)
  case externalTaskLocked(token: TokenID, worker: String, attempt: Int, until: Timestamp)
  case externalTaskReleased(token: TokenID)
  case externalTaskCompleted(token: TokenID)
  case externalTaskFailed(token: TokenID)

  // Variables. A nil value removes the name.
  case variablesChanged(scope: ScopeID, changes: [VariableChange])

  // Compensation.
  /// The record's identifier is the sequence of this event.
  case compensationRecorded(
    node: NodeIndex, token: TokenID, visibleScopes: [ScopeID], owner: ScopeID, after: [RecordID] = [],
    shelf: ScopeID? = nil)
  case sagaStarted(
    run: RunID, target: ScopeID, code: String, message: String, then: CompensationRun.Continuation,
    extent: CompensationExtent = .everything)
  /// Forward work has come to rest; records are undone from here on.
  case sagaPhaseChanged(run: RunID, phase: CompensationRun.Phase)
  case compensationTokenCreated(token: TokenID, run: RunID, record: RecordID, node: NodeIndex, scope: ScopeID)
  case compensationCompleted(run: RunID, record: RecordID, token: TokenID, outputs: Context)
  case compensationSkipped(run: RunID, record: RecordID, token: TokenID)
  case compensationFailed(run: RunID, record: RecordID, token: TokenID)
  case sagaCompleted(run: RunID)
  /// A wider run took over what this one had left to do.
  case sagaAbsorbed(run: RunID, by: RunID)
  /// A step in doubt is asked after: its token becomes ready and runs the probe instead of the work.
  case probeStarted(token: TokenID, node: NodeIndex)
  /// What was recorded inside a subprocess comes before whatever follows its token.
  case lineageGathered(token: TokenID, after: [RecordID])
  /// The records of one scope belong to another: to the shelf of a subprocess that has a compensation event subprocess,
  /// and from there to the scope of that event subprocess.
  case recordsHandedOver(from: ScopeID, to: ScopeID)

  // What people have to know or did.
  case incidentRaised(incident: IncidentID, token: TokenID, kind: Incident.Kind, code: String, message: String)
  case incidentResolved(incident: IncidentID)
  case outcomeDeferred(token: TokenID, outcome: WorkOutcome)
  case eventDeferred(subscription: SubscriptionID, delivery: EventDelivery)
  /// Deferred outcomes have been taken up again.
  case outcomesReplayed
}

/// How a token comes to a node.
public struct TokenArrival: Sendable, Hashable {
  /// The new token.
  public let token: TokenID
  /// Where it came to.
  public let node: NodeIndex
  /// Its scope.
  public let scope: ScopeID
  /// The flow it came through; nil at a start and behind a boundary event.
  public let flow: FlowIndex?
  /// What it begins as: `created` when its node is looked at in the same unit, `ready`, or `executing` when a handler
  /// had room at once (then this was its first attempt).
  public let state: TokenState
  /// The lease epoch of an `executing` token; zero otherwise.
  public let epoch: Int64
  /// The latest compensation records on the ways that led here; kept only where a definition asks for causal order.
  public let after: [RecordID]

  /// Describes an arrival.
  public init(
    token: TokenID, node: NodeIndex, scope: ScopeID, flow: FlowIndex?, state: TokenState, epoch: Int64,
    after: [RecordID] = []
  ) {
    self.token = token
    self.node = node
    self.scope = scope
    self.flow = flow
    self.state = state
    self.epoch = epoch
    self.after = after
  }
}

/// Why a token may be executed (again). Raw values are what stores hold; they never change.
public enum ReadyCause: Int, Sendable, Hashable, CaseIterable {
  /// There was no room for its handler, or nobody here knows it.
  case noRoom = 0
  /// Its pause is over.
  case retry = 1
  /// Its engine died; whether the attempt took effect is unknown.
  case recovery = 2
  /// An operator asked for one more try.
  case operatorRetry = 3
  /// The unit it was in had passed enough nodes.
  case unitLimit = 4
}

/// One variable with its new value; nil removes it.
public struct VariableChange: Sendable, Hashable {
  /// The name.
  public let name: String
  /// The new value.
  public let value: Value?

  /// Makes a change.
  public init(name: String, value: Value?) {
    self.name = name
    self.value = value
  }
}

/// An event with its place in the history of its instance.
public struct HistoryEntry: Sendable, Hashable {
  /// Ascending by one within the instance, from 1.
  public let sequence: Int64
  /// When the unit it belongs to was made.
  public let at: Timestamp
  /// What happened.
  public let event: ProcessEvent

  /// Places an event in history.
  public init(sequence: Int64, at: Timestamp, event: ProcessEvent) {
    self.sequence = sequence
    self.at = at
    self.event = event
  }
}

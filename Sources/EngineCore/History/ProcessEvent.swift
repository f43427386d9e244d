/// An immutable fact about a state change of one process instance; history is the ordered list of them.
///
/// An event says everything that `apply` needs: it reads no definition, clock or chance. Facts that hold for more than
/// one reader are spelled out; everything else is an identifier.
public enum ProcessEvent: Sendable, Hashable {
  // The instance.
  /// The first event of an instance, with the name that the outside world has for it.
  case processStarted(businessKey: String?)
  /// Nothing is left to do.
  case processCompleted
  /// All that could be undone was undone, and the instance ends with that.
  case processCompensated
  /// A part of a completed instance has been undone: it is completed as before, and the rest can still be undone.
  case completionKept
  /// An error end event that nobody catches ended it.
  case processFailed(code: String)
  /// An operator cancels it, or the instance that called it does: handlers that run were asked to stop, and it ends
  /// when they have. A suspension is over with that.
  case cancellationStarted
  /// An operator ended it in good order, or the instance that called it did.
  case processCancelled
  /// An operator ended it at once.
  case processTerminated
  /// Nothing advances from here on: somebody has suspended it, or the definition that it runs.
  case processSuspended(byDefinition: Bool)
  /// It advances again.
  case processResumed
  /// An invariant broke: only cancel and terminate move it.
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
  /// What an attempt said beside its outcome, e.g. on standard error; its outcome is in the events after it. It changes
  /// nothing.
  case attemptNoted(token: TokenID, attempt: Int, text: String)
  /// It may be executed again.
  case tokenReady(token: TokenID, cause: ReadyCause)
  /// The token was ended from outside, before its node was done.
  case tokenTerminated(token: TokenID, node: NodeIndex)
  /// The token waits for something outside its node; the reason is the only one it has.
  case tokenWaiting(token: TokenID, reason: WaitReason)

  // Gateways, scopes and boundary events.
  /// The last branch arrived: these tokens were consumed.
  case joinCompleted(node: NodeIndex, scope: ScopeID, consumed: [TokenID])
  /// A subprocess, a loop or one execution of it begins; `token` waits for its end.
  case scopeEntered(scope: ScopeID, node: NodeIndex, parent: ScopeID, token: TokenID, kind: ScopeInstance.Kind)
  /// `keepsRecords`: its records go to its parent; otherwise the scope is undone as a whole.
  case scopeCompleted(scope: ScopeID, keepsRecords: Bool)
  /// The scope was ended from outside; its records go to its parent.
  case scopeTerminated(scope: ScopeID)
  /// A boundary event of `host` goes off; `code` is that of an error or escalation.
  case boundaryTriggered(node: NodeIndex, host: TokenID, code: String?)

  // Messages, signals, conditions and escalations.
  /// Something is waited for from now on.
  case subscriptionOpened(Subscription)
  /// What was waited for has come; `event` names the message or signal. What follows is in the events after it.
  case subscriptionTriggered(subscription: SubscriptionID, event: String?)
  /// It is no longer waited for, and has not come.
  case subscriptionClosed(subscription: SubscriptionID)
  /// A condition that is still watched holds, or no longer.
  case conditionChanged(subscription: SubscriptionID, holds: Bool)
  /// An event subprocess of a scope begins; `code` is that of an error or escalation.
  case eventSubprocessTriggered(node: NodeIndex, scope: ScopeID, code: String?)
  /// A message is sent; it is correlated after the commit.
  case messageThrown(token: TokenID, node: NodeIndex, message: OutgoingMessage)
  /// A signal is sent to everybody who waits for it.
  case signalThrown(token: TokenID, node: NodeIndex, name: String, variables: Context)
  /// An escalation was raised; who catches it is in the events after it.
  case escalationThrown(token: TokenID, node: NodeIndex, code: String)

  // Timers.
  /// A timer is pending; the token of a grace timer is `.none`.
  case timerScheduled(timer: TimerID, token: TokenID, kind: Timer.Kind, due: Timestamp)
  /// It fell due, or an operator fired it.
  case timerFired(timer: TimerID)
  /// It is no longer needed.
  case timerCancelled(timer: TimerID)
  /// It falls due at another time.
  case timerRescheduled(timer: TimerID, due: Timestamp)
  /// The timer that was just scheduled is one of a cycle: when that was set, and how often it will still go off.
  case timerRepeats(timer: TimerID, anchor: Timestamp, left: Int?)

  // Tasks.
  /// A person is asked; nil for the assignee means anyone.
  case userTaskCreated(token: TokenID, assignee: String?, candidates: [String], due: Timestamp?)
  /// The person is done.
  case userTaskCompleted(token: TokenID)
  /// Workers can fetch the task of a token by its topic.
  case externalTaskCreated(token: TokenID, topic: String)
  /// A worker took the task or keeps it for longer; `attempt` is its fencing number.
  case externalTaskLocked(token: TokenID, worker: String, attempt: Int, until: Timestamp)
  /// The task is free again.
  case externalTaskReleased(token: TokenID)
  /// The worker is done.
  case externalTaskCompleted(token: TokenID)
  /// The worker could not do it, and the task is gone until the next attempt.
  case externalTaskFailed(token: TokenID)
  /// The work goes on elsewhere under a reference: whoever held it (a handler, or the worker of a task) is done with
  /// its part, and somebody will complete it.
  case workHandedOver(token: TokenID, holder: String, reference: String)

  // Variables.
  /// Variables of a scope were set; a nil value removes the name.
  case variablesChanged(scope: ScopeID, changes: [VariableChange])

  // Compensation.
  /// The record's identifier is the sequence of this event.
  case compensationRecorded(
    node: NodeIndex, token: TokenID, visibleScopes: [ScopeID], owner: ScopeID, after: [RecordID] = [],
    shelf: ScopeID? = nil)
  /// A compensation run begins; `then` says what follows its end.
  case sagaStarted(
    run: RunID, target: ScopeID, code: String, message: String, then: CompensationRun.Continuation,
    extent: CompensationExtent = .everything)
  /// Forward work has come to rest; records are undone from here on.
  case sagaPhaseChanged(run: RunID, phase: CompensationRun.Phase)
  /// The next record is being undone, by a token of its own.
  case compensationTokenCreated(token: TokenID, run: RunID, record: RecordID, node: NodeIndex, scope: ScopeID)
  /// A record was undone; its outputs are there for the ones after it.
  case compensationCompleted(run: RunID, record: RecordID, token: TokenID, outputs: Context)
  /// An operator said that a record need not be undone.
  case compensationSkipped(run: RunID, record: RecordID, token: TokenID)
  /// The undoing of a record failed for good; an incident follows.
  case compensationFailed(run: RunID, record: RecordID, token: TokenID)
  /// All that the run was to undo is settled.
  case sagaCompleted(run: RunID)
  /// The run ends before its time: nobody wants the rest undone any more, or what it belonged to has ended.
  case sagaAbandoned(run: RunID)
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
  /// A token rests until a person moves it.
  case incidentRaised(incident: IncidentID, token: TokenID, kind: Incident.Kind, code: String, message: String)
  /// The incident is over: its token was moved or has ended.
  case incidentResolved(incident: IncidentID)
  /// The outcome of work came in while the instance was suspended.
  case outcomeDeferred(token: TokenID, outcome: WorkOutcome)
  /// A message or signal came in while the instance was suspended.
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
  /// Its engine stopped in good order, or lost its lease, and stopped the attempt; whether it took effect is unknown.
  case engineStopped = 5
  /// Its instance was suspended before it could begin.
  case suspended = 6
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

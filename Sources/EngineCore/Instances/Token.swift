/// The right to execute one node of one instance, and the only unit of concurrency.
///
/// A token names one run of one node: when the node is done the token ends, and its successors are new tokens.
public struct Token: Sendable, Hashable, Identifiable {
  /// Unique within the instance; also the identity of this run of the activity.
  public let id: TokenID
  /// Where it stands.
  public let node: NodeIndex
  /// The scope instance it belongs to.
  public let scope: ScopeID
  /// Forward or compensation.
  public let mode: TokenMode
  /// The flow it came through; joins count by it.
  public let flow: FlowIndex?
  /// Where it is in its life.
  public var state: TokenState
  /// What it waits for; set exactly when it is waiting.
  public var wait: WaitReason?
  /// How often its work was started; it never goes back. For external work it is the fencing number.
  public var attempt: Int
  /// Reported failures and timeouts that count against the retry policy.
  public var failures: Int
  /// How often an engine died while it was executing.
  public var crashes: Int
  /// The lease epoch under which it is being executed.
  public var epoch: Int64
  /// Whether an attempt was lost without an outcome and none has been stored since.
  public var isOutcomeUnknown: Bool
  /// When it came into its present state.
  public var since: Timestamp
  /// What it undoes, in compensation mode.
  public let compensates: CompensationReference?
  /// Whether its work is not done again but asked after: did the attempt of which nobody knows take effect?
  public var isProbing = false
  /// The latest compensation records on the ways that led here; kept only where a definition asks for causal order.
  public var after: [RecordID] = []

  /// What whoever works for it is told that it does.
  public var workMode: TokenMode { isProbing ? .probe : mode }

  /// Whether it waits for an instance that it called.
  var isWaitingForChild: Bool {
    if case .child? = wait { true } else { false }
  }

  /// Makes a token that has just been created.
  public init(
    id: TokenID, node: NodeIndex, scope: ScopeID, mode: TokenMode = .forward, flow: FlowIndex? = nil,
    since: Timestamp, compensates: CompensationReference? = nil
  ) {
    self.id = id
    self.node = node
    self.scope = scope
    self.mode = mode
    self.flow = flow
    self.since = since
    self.compensates = compensates
    state = .created
    wait = nil
    attempt = 0
    failures = 0
    crashes = 0
    epoch = 0
    isOutcomeUnknown = false
  }
}

/// The step of a compensation run that a compensation token executes.
public struct CompensationReference: Sendable, Hashable {
  /// The run.
  public let run: RunID
  /// The record that is undone.
  public let record: RecordID

  /// Names a step of a run.
  public init(run: RunID, record: RecordID) {
    self.run = run
    self.record = record
  }
}

/// The one stored reason why a token waits.
public enum WaitReason: Sendable, Hashable {
  /// For time: a timer catch event, or the pause before a retry.
  case timer(TimerID)
  /// For a person.
  case userTask
  /// For a worker outside.
  case externalTask
  /// For the other branches of a join.
  case join
  /// For the tokens inside a subprocess.
  case scope(ScopeID)
  /// For the end of an instance that it called.
  case child(InstanceID)
  /// For a message, a signal or a condition.
  case subscription(SubscriptionID)
  /// For the first of several events, at an event-based gateway: its timers and subscriptions.
  case events
  /// At a compensation throw event, for what it has undone.
  case compensation(RunID)

  /// The word used in views and JSON.
  public var name: String {
    switch self {
    case .timer: "timer"
    case .userTask: "user task"
    case .externalTask: "external task"
    case .join: "join"
    case .scope: "subprocess"
    case .child: "called instance"
    case .subscription: "event"
    case .events: "events"
    case .compensation: "compensation"
    }
  }
}

/// A pending timer. Firing or cancelling removes it.
public struct Timer: Sendable, Hashable, Identifiable {
  /// Unique within the instance.
  public let id: TimerID
  /// The token it belongs to; `.none` for a grace timer, which belongs to a run or to the cancelling of the instance.
  public let token: TokenID
  /// What it is for.
  public let kind: Kind
  /// When it falls due.
  public var due: Timestamp
  /// How far it is in its cycle; nil when it falls due once.
  public var cycle: CycleProgress?

  /// What a timer is for.
  public enum Kind: Sendable, Hashable {
    /// The token waits at a timer catch event.
    case delay
    /// The token waits at an event-based gateway, and this catch event may come first.
    case branch(NodeIndex)
    /// An event subprocess starts. It belongs to the token of the scope around it, or to none in the outermost scope.
    case eventStart(NodeIndex)
    /// The token waits before its next attempt.
    case retry
    /// A boundary timer event of the token's node.
    case boundary(NodeIndex)
    /// Running handlers get this long to end before compensation goes on without them, or with `.none` the instance
    /// ends as cancelled.
    case grace(RunID)
    /// The work of the token goes on elsewhere and must be completed by then.
    case workLimit

    /// The event that it sets off, where that is not the node of its token.
    public var event: NodeIndex? {
      switch self {
      case .boundary(let event), .branch(let event), .eventStart(let event): event
      case .delay, .retry, .grace, .workLimit: nil
      }
    }

    /// The word used in views and JSON.
    public var name: String {
      switch self {
      case .delay: "delay"
      case .retry: "retry"
      case .boundary: "timeout"
      case .grace: "grace"
      case .branch: "delay"
      case .eventStart: "start"
      case .workLimit: "limit"
      }
    }
  }

  /// Makes a timer.
  public init(id: TimerID, token: TokenID, kind: Kind, due: Timestamp, cycle: CycleProgress? = nil) {
    self.id = id
    self.token = token
    self.kind = kind
    self.due = due
    self.cycle = cycle
  }
}

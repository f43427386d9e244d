/// A process as people write it: nodes that name each other, not yet connected.
///
/// Every format ends here: YAML, JSON and the result builder make drafts, and `assemble` makes the one
/// `ProcessDefinition` out of them, so that equal processes become equal definitions whoever wrote them.
public struct ProcessDraft: Sendable {
  /// The name that leads to the plain end of the scope it is used in.
  public static let end = "end"

  /// The key of the process.
  public var key: String
  /// What people read.
  public var name: String?
  /// What happens to completed steps when a step fails for good.
  public var saga: SagaPolicy
  /// How an engine treats its instances among others.
  public var policy = OperatingPolicy()
  /// What starts an instance besides being asked for; each begins at the first node.
  public var starts: [EventTrigger]
  /// The outermost scope.
  public var scope: ScopeDraft

  /// Makes a draft.
  public init(
    key: String, name: String? = nil, saga: SagaPolicy = .none, starts: [EventTrigger] = [],
    scope: ScopeDraft = ScopeDraft()
  ) {
    self.key = key
    self.name = name
    self.saga = saga
    self.starts = starts
    self.scope = scope
  }
}

/// The inside of a process or subprocess.
public struct ScopeDraft: Sendable {
  /// The name of the first node; nil for the first one written down.
  public var start: String?
  /// The nodes in document order.
  public var nodes: [NodeDraft]
  /// Whether it is a transaction, which a cancel end inside it undoes.
  public var isTransaction: Bool

  /// Makes a scope.
  public init(start: String? = nil, nodes: [NodeDraft] = [], isTransaction: Bool = false) {
    self.start = start
    self.nodes = nodes
    self.isTransaction = isTransaction
  }
}

/// One node with what it leads to.
public struct NodeDraft: Sendable {
  /// The identifier.
  public var id: String
  /// What people read; the identifier unless given.
  public var name: String?
  /// What it does.
  public var kind: Kind
  /// Where it leads, in order.
  public var branches: [BranchDraft]
  /// What may happen to it from outside, in order.
  public var events: [EventDraft]
  /// How it is executed more than once.
  public var loop: LoopDefinition?
  /// What was already found to be wrong with it.
  public var issues: [DefinitionIssue]

  /// What a node does. `NodeKind` says more about each.
  public enum Kind: Sendable {
    /// Work.
    case activity(Activity)
    /// A choice between its branches.
    case choice
    /// All branches at once or, where some have conditions, every one whose condition holds.
    case fork
    /// Waits for branches that lead to it.
    case join(JoinedBranches)
    /// Waits for a time.
    case wait(TimerDefinition)
    /// An end.
    case end(EndKind)
    /// Waits for something other than a time.
    case catches(EventTrigger)
    /// Throws something and goes on.
    case `throws`(ThrowKind)
    /// Goes on at the link of that name.
    case jump(to: String)
    /// Where links of that name land.
    case landing(String)
    /// Takes the way of the event that comes first.
    case first
    /// An event subprocess.
    case handler(ScopeDraft, EventStart, saga: SagaPolicy)
    /// Undoes completed steps of its scope: all, or those of the activity with this name.
    case compensationThrow(activity: String?)
    /// An end that does the same.
    case compensationEnd(activity: String?)
    /// The rule of a program.
    case custom(CustomNode)
    /// A scope of its own.
    case subprocess(ScopeDraft, inputs: [Mapping], saga: SagaPolicy, compensation: Compensation?)
  }

  /// Makes a node.
  public init(
    id: String, name: String? = nil, kind: Kind, branches: [BranchDraft] = [], events: [EventDraft] = [],
    issues: [DefinitionIssue] = []
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.branches = branches
    self.events = events
    self.issues = issues
  }
}

/// Which branches a join waits for.
public enum JoinedBranches: String, Sendable, Hashable, CaseIterable {
  /// One token from each flow that leads to it.
  case all
  /// Every token that can still come: those of the branches that were taken.
  case taken
}

/// One way out of a node.
public struct BranchDraft: Sendable {
  /// The name of the node it leads to, or `ProcessDraft.end`.
  public var target: String
  /// When it is taken.
  public var role: Role

  /// When a branch is taken.
  public enum Role: Sendable {
    /// Always.
    case always
    /// When a condition holds and, in a choice, none before it did.
    case when(Expression)
    /// When no condition holds.
    case otherwise
  }

  /// Makes a branch.
  public init(to target: String, _ role: Role = .always) {
    self.target = target
    self.role = role
  }
}

/// A boundary event of a node.
public struct EventDraft: Sendable {
  /// The identifier; derived from the node and the trigger unless given.
  public var id: String?
  /// What people read.
  public var name: String?
  /// What sets it off.
  public var trigger: EventTrigger
  /// Whether it ends the node.
  public var isInterrupting: Bool
  /// Where it leads.
  public var target: String

  /// Makes an event.
  public init(
    id: String? = nil, name: String? = nil, trigger: EventTrigger, isInterrupting: Bool = true,
    target: String
  ) {
    self.id = id
    self.name = name
    self.trigger = trigger
    self.isInterrupting = isInterrupting
    self.target = target
  }

  /// The identifier it has unless one is given: `approve.after-1h`, `approve.error-REJECTED`, `approve.error`. What a
  /// name cannot have becomes a hyphen: `approve.error-exit-65`.
  public func derivedID(host: String) -> String {
    switch trigger {
    case .timer(.delay(let delay)): "\(host).after-\(delay.shortText)"
    case .timer(.expression), .timer(.date): "\(host).after"
    case .timer(.cycle(let cycle)): "\(host).every" + (cycle.plainPeriod.map { "-\($0.shortText)" } ?? "")
    case .error(let code?): "\(host).error-\(code.asPartOfName)"
    case .error(nil): "\(host).error"
    case .message(let message): "\(host).message-\(message.name.asPartOfName)"
    case .signal(let signal): "\(host).signal-\(signal.name.asPartOfName)"
    case .conditional: "\(host).when"
    case .escalation(let code?): "\(host).escalation-\(code.asPartOfName)"
    case .escalation(nil): "\(host).escalation"
    case .compensation: "\(host).compensation"
    case .cancel: "\(host).cancel"
    case .link(let name): "\(host).link-\(name.asPartOfName)"
    }
  }
}

extension NodeDraft {
  /// What lies inside of it.
  var inner: ScopeDraft? {
    switch kind {
    case .subprocess(let scope, _, _, _), .handler(let scope, _, _): scope
    case .activity, .choice, .fork, .join, .wait, .end, .catches, .throws, .jump, .landing, .first,
      .compensationThrow, .compensationEnd, .custom:
      nil
    }
  }
}

/// One node of a process definition.
public struct NodeDefinition: Sendable, Hashable, Codable {
  /// The identifier; unique in its definition.
  public var id: String
  /// What people read; the identifier unless given.
  public var name: String
  /// What the node does.
  public var kind: NodeKind
  /// The enclosing subprocess, if any.
  public var parent: NodeIndex?
  /// Flows that arrive here, in document order. Filled in by the definition.
  public internal(set) var incoming: [FlowIndex] = []
  /// Flows that leave here, in document order. Filled in by the definition.
  public internal(set) var outgoing: [FlowIndex] = []
  /// Boundary events attached here, in document order. Filled in by the definition.
  public internal(set) var boundaryEvents: [NodeIndex] = []

  /// Makes a node; its flows are connected by the definition.
  public init(id: String, name: String? = nil, kind: NodeKind, parent: NodeIndex? = nil) {
    self.id = id
    self.name = name ?? id
    self.kind = kind
    self.parent = parent
  }

  private enum CodingKeys: String, CodingKey {
    case id, name, kind, parent
  }

  /// The activity at this node, if it is one.
  public var activity: Activity? {
    if case .activity(let activity) = kind { return activity }
    return nil
  }

  /// Whether tokens wait here for each other.
  public var isJoin: Bool {
    guard case .parallelGateway = kind else { return false }
    return incoming.count > 1 && outgoing.count <= 1
  }
}

/// What a node does when a token arrives (BPMN 2.0, chapter 10).
public enum NodeKind: Sendable, Hashable, Codable {
  /// Passes the token on.
  case start
  /// Ends the token, and more as its kind says.
  case end(EndKind)
  /// Work: a service, external, user or script task.
  case activity(Activity)
  /// Takes the first flow whose condition holds, else the default flow.
  case exclusiveGateway(defaultFlow: FlowIndex?)
  /// With one flow out it joins: it waits for one token from each incoming flow. With several flows out it forks: each
  /// token that arrives goes along all of them at once. A gateway of BPMN that does both becomes two nodes.
  case parallelGateway
  /// Waits for a time.
  case timerCatch(TimerDefinition)
  /// Watches an activity or a subprocess.
  case boundary(BoundaryEvent)
  /// A scope of its own with its own start.
  case subprocess(Subprocess)
}

/// What an end event ends.
public enum EndKind: Sendable, Hashable, Codable {
  /// Only the token.
  case plain
  /// The scope, by throwing a business error that a boundary event may catch.
  case error(code: String)
  /// Every token of the scope, at once.
  case terminate
}

/// A boundary event: what may happen to an activity from outside while it is at work.
public struct BoundaryEvent: Sendable, Hashable, Codable {
  /// The activity or subprocess that is watched.
  public var host: NodeIndex
  /// What sets it off.
  public var trigger: Trigger
  /// Whether the host is ended when it goes off. Errors always interrupt.
  public var isInterrupting: Bool

  /// What sets a boundary event off.
  public enum Trigger: Sendable, Hashable, Codable {
    /// Time that passes after the host was entered.
    case timer(TimerDefinition)
    /// A business error, or a failure that has used up its retries; nil catches every code.
    case error(code: String?)
  }

  /// Makes a boundary event.
  public init(host: NodeIndex, trigger: Trigger, isInterrupting: Bool = true) {
    self.host = host
    self.trigger = trigger
    self.isInterrupting = isInterrupting
  }
}

/// An embedded subprocess: a scope with its own start, variables and saga policy.
public struct Subprocess: Sendable, Hashable, Codable {
  /// The first node inside.
  public var start: NodeIndex
  /// Variables local to the scope, evaluated on entry.
  public var inputs: [Mapping]
  /// What happens to completed steps inside when a step fails for good.
  public var saga: SagaPolicy
  /// How the whole scope is undone after it has completed; nil leaves its records to the parent.
  public var compensation: Compensation?

  /// Makes a subprocess.
  public init(start: NodeIndex, inputs: [Mapping] = [], saga: SagaPolicy = .none, compensation: Compensation? = nil) {
    self.start = start
    self.inputs = inputs
    self.saga = saga
    self.compensation = compensation
  }
}

/// When a timer falls due.
public enum TimerDefinition: Sendable, Hashable, Codable {
  /// A fixed time after the timer is set.
  case delay(Duration)
  /// An expression that gives a duration (`30s`, `PT30S`, a number of seconds) or a date (ISO 8601).
  case expression(Expression)
}

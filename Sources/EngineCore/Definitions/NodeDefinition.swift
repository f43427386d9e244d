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
  /// How it is executed more than once; only activities and subprocesses are.
  public var loop: LoopDefinition?
  /// Flows that arrive here, in document order. Filled in by the definition.
  public package(set) var incoming: [FlowIndex] = []
  /// Flows that leave here, in document order. Filled in by the definition.
  public internal(set) var outgoing: [FlowIndex] = []
  /// Boundary events attached here, in document order. Filled in by the definition.
  public internal(set) var boundaryEvents: [NodeIndex] = []

  /// Makes a node; its flows are connected by the definition.
  public init(
    id: String, name: String? = nil, kind: NodeKind, parent: NodeIndex? = nil, loop: LoopDefinition? = nil
  ) {
    self.id = id
    self.name = name ?? id
    self.kind = kind
    self.parent = parent
    self.loop = loop
  }

  private enum CodingKeys: String, CodingKey {
    case id, name, kind, parent, loop
  }

  /// The activity at this node, if it is one.
  public var activity: Activity? {
    if case .activity(let activity) = kind { return activity }
    return nil
  }

  /// The subprocess at this node, if it is one.
  public var subprocess: Subprocess? {
    if case .subprocess(let subprocess) = kind { return subprocess }
    return nil
  }

  /// What is done here for a token in a mode; nil where there is nothing to do. A call activity without a compensation
  /// of its own is undone by undoing the instance that it called.
  public func work(in mode: TokenMode) -> Work? {
    switch mode {
    case .forward: return activity?.work
    case .probe: return activity?.probe
    case .compensation:
      if let compensation { return compensation.work }
      if let work = activity?.work, case .call = work { return work }
      return nil
    }
  }

  /// Whether it takes some of its flows and not others.
  var choosesFlows: Bool {
    switch kind {
    case .exclusiveGateway, .eventGateway: true
    case .inclusiveGateway: outgoing.count > 1
    case .start, .end, .activity, .parallelGateway, .catchEvent, .throwEvent, .boundary, .subprocess, .custom: false
    }
  }

  /// How its success is undone, if it is something that can be undone as a whole.
  public var compensation: Compensation? {
    switch kind {
    case .activity(let activity): activity.compensation
    case .subprocess(let subprocess): subprocess.compensation
    case .start, .end, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent, .throwEvent,
      .boundary, .custom:
      nil
    }
  }

  /// Whether a token that comes here waits for tokens of a scope that it opens.
  var opensScopes: Bool {
    if case .subprocess = kind { return true }
    return loop != nil
  }

  /// Whether tokens wait here for one from each flow.
  public var isJoin: Bool {
    guard case .parallelGateway = kind else { return false }
    return incoming.count > 1 && outgoing.count <= 1
  }

  /// Whether tokens wait here for every other one that can still come.
  public var isInclusiveJoin: Bool {
    guard case .inclusiveGateway = kind else { return false }
    return incoming.count > 1 && outgoing.count <= 1
  }
}

/// What a node does when a token arrives (BPMN 2.0, chapter 10).
public indirect enum NodeKind: Sendable, Hashable, Codable {
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
  /// Takes every flow whose condition holds or that has none, else the default flow. With one flow out it joins: it
  /// waits for every token that can still come. A gateway of BPMN that does both becomes two nodes.
  case inclusiveGateway(defaultFlow: FlowIndex?)
  /// Takes the flow whose catch event happens first.
  case eventGateway
  /// Waits for something to happen.
  case catchEvent(EventTrigger)
  /// Makes something happen and goes on.
  case throwEvent(ThrowKind)
  /// Watches an activity or a subprocess.
  case boundary(BoundaryEvent)
  /// A scope of its own with its own start.
  case subprocess(Subprocess)
  /// A rule of the program that embeds the engine.
  case custom(CustomNode)
}

/// What an end event ends.
public enum EndKind: Sendable, Hashable, Codable {
  /// Only the token.
  case plain
  /// The scope, by throwing a business error that a boundary event may catch.
  case error(code: String)
  /// Every token of the scope, at once.
  case terminate
  /// The transaction around it, which is undone.
  case cancel
  /// Only the token, which throws something before it ends.
  case throwing(ThrowKind)
}

/// A boundary event: what may happen to an activity from outside while it is at work.
public struct BoundaryEvent: Sendable, Hashable, Codable {
  /// The activity or subprocess that is watched.
  public var host: NodeIndex
  /// What sets it off.
  public var trigger: EventTrigger
  /// Whether the host is ended when it goes off. Errors always interrupt.
  public var isInterrupting: Bool

  /// Makes a boundary event.
  public init(host: NodeIndex, trigger: EventTrigger, isInterrupting: Bool = true) {
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
  /// What starts it when it is an event subprocess; nil for one that tokens come to along flows.
  public var event: EventStart?
  /// Whether it is a transaction, which a cancel end event inside it undoes.
  public var isTransaction: Bool

  /// Makes a subprocess.
  public init(
    start: NodeIndex, inputs: [Mapping] = [], saga: SagaPolicy = .none, compensation: Compensation? = nil,
    event: EventStart? = nil, isTransaction: Bool = false
  ) {
    self.start = start
    self.inputs = inputs
    self.saga = saga
    self.compensation = compensation
    self.event = event
    self.isTransaction = isTransaction
  }
}

/// A node whose rule the embedding program registers under a name: pure, synchronous, deterministic.
public struct CustomNode: Sendable, Hashable, Codable {
  /// The name of the rule.
  public var handler: String
  /// What it is told, evaluated when a token arrives.
  public var configuration: ValueTemplate
  /// What is kept of its `result`; with none, nothing is.
  public var outputs: [Mapping]

  /// Makes a node.
  public init(handler: String, configuration: ValueTemplate = .literal(.null), outputs: [Mapping] = []) {
    self.handler = handler
    self.configuration = configuration
    self.outputs = outputs
  }
}

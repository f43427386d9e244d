/// An immutable graph of nodes and sequence flows, with its saga policy: what instances are made from.
///
/// Nodes and flows are named by their index, in document order; subprocesses are flattened (`NodeDefinition.parent`
/// names the enclosing one). A definition is only useful once `DefinitionValidator` has found nothing wrong with it.
public struct ProcessDefinition: Sendable, Hashable, Codable {
  /// The key under which versions of this process are deployed, e.g. `order-fulfilment`.
  public var key: String
  /// What people read; the key unless given.
  public var name: String
  /// What happens to completed steps when a step fails for good.
  public var saga: SagaPolicy
  /// How an engine treats its instances among others.
  public var policy: OperatingPolicy
  /// Every node, in document order.
  public var nodes: [NodeDefinition]
  /// Every sequence flow, in document order.
  public var flows: [SequenceFlow]
  /// The node that the first token enters.
  public var start: NodeIndex
  /// What starts an instance besides being asked for.
  public var startEvents: [StartEvent]
  /// The gateways that wait for what can still come. Filled in when the definition is made.
  private(set) var inclusiveJoins: [InclusiveJoin] = []
  /// Every event subprocess, in document order. Filled in by the definition.
  public internal(set) var eventSubprocesses: [NodeIndex] = []
  /// Whether a subprocess asks for causal order. Filled in by the definition.
  private var hasCausalScope = false

  /// Makes a definition and fills in which flows and boundary events belong to which node.
  public init(
    key: String, name: String? = nil, saga: SagaPolicy = .none, policy: OperatingPolicy = OperatingPolicy(),
    nodes: [NodeDefinition], flows: [SequenceFlow], start: NodeIndex, startEvents: [StartEvent] = []
  ) {
    self.key = key
    self.name = name ?? key
    self.saga = saga
    self.policy = policy
    self.nodes = nodes
    self.flows = flows
    self.start = start
    self.startEvents = startEvents
    connect()
  }

  private enum CodingKeys: String, CodingKey {
    case key, name, saga, policy, nodes, flows, start, startEvents
  }

  /// Reads a definition and connects it anew; the lists that are filled in are not part of its coded form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      key: try container.decode(String.self, forKey: .key),
      name: try container.decode(String.self, forKey: .name),
      saga: try container.decode(SagaPolicy.self, forKey: .saga),
      policy: try container.decode(OperatingPolicy.self, forKey: .policy),
      nodes: try container.decode([NodeDefinition].self, forKey: .nodes),
      flows: try container.decode([SequenceFlow].self, forKey: .flows),
      start: try container.decode(NodeIndex.self, forKey: .start),
      startEvents: try container.decode([StartEvent].self, forKey: .startEvents))
  }

  /// The node at an index.
  public subscript(node: NodeIndex) -> NodeDefinition {
    // Lent, not copied: steps look at nodes all the time.
    _read { yield nodes[node.rawValue] }
  }
  /// The sequence flow at an index.
  public subscript(flow: FlowIndex) -> SequenceFlow { flows[flow.rawValue] }

  /// The identifier of a node; a damaged store must not end the process that looks at it.
  package func name(of node: NodeIndex) -> String {
    nodes.indices.contains(node.rawValue) ? self[node].id : "node \(node.rawValue)"
  }

  /// The index of a node by its identifier. O(n): for commands and tests, not for the step path.
  public func index(of id: String) -> NodeIndex? {
    nodes.firstIndex { $0.id == id }.map(NodeIndex.init(rawValue:))
  }

  /// Whether a node lies in a subprocess, at any depth.
  public func isNode(_ node: NodeIndex, inside subprocess: NodeIndex) -> Bool {
    var parent = self[node].parent
    while let current = parent {
      if current == subprocess { return true }
      parent = self[current].parent
    }
    return false
  }

  /// Whether tokens have to know which steps came before them, because something is undone in causal order.
  var keepsLineage: Bool { hasCausalScope || saga.order == .causal }

  private mutating func connect() {
    hasCausalScope = nodes.contains { $0.subprocess?.saga.order == .causal }
    for index in nodes.indices {
      nodes[index].incoming = []
      nodes[index].outgoing = []
      nodes[index].boundaryEvents = []
    }
    for (index, flow) in flows.enumerated() {
      guard nodes.indices.contains(flow.source.rawValue), nodes.indices.contains(flow.target.rawValue) else { continue }
      nodes[flow.source.rawValue].outgoing.append(FlowIndex(rawValue: index))
      nodes[flow.target.rawValue].incoming.append(FlowIndex(rawValue: index))
    }
    eventSubprocesses = nodes.indices.map(NodeIndex.init(rawValue:)).filter { node in
      if case .subprocess(let subprocess) = self[node].kind { return subprocess.event != nil }
      return false
    }
    for (index, node) in nodes.enumerated() {
      guard case .boundary(let boundary) = node.kind, nodes.indices.contains(boundary.host.rawValue) else { continue }
      nodes[boundary.host.rawValue].boundaryEvents.append(NodeIndex(rawValue: index))
    }
    inclusiveJoins = InclusiveJoin.all(in: self)
  }
}

/// The place of a node in its definition, in document order.
public struct NodeIndex: RawRepresentable, Sendable, Hashable, Comparable, Codable {
  /// The place, counted from 0.
  public let rawValue: Int
  /// Names a place.
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// Whether one comes before the other in the document.
  public static func < (left: NodeIndex, right: NodeIndex) -> Bool { left.rawValue < right.rawValue }
}

/// The place of a sequence flow in its definition, in document order.
public struct FlowIndex: RawRepresentable, Sendable, Hashable, Comparable, Codable {
  /// The place, counted from 0.
  public let rawValue: Int
  /// Names a place.
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// Whether one comes before the other in the document.
  public static func < (left: FlowIndex, right: FlowIndex) -> Bool { left.rawValue < right.rawValue }
}

/// A sequence flow: the way a token takes from one node to the next.
public struct SequenceFlow: Sendable, Hashable, Codable {
  /// Where it leaves.
  public var source: NodeIndex
  /// Where it arrives.
  public var target: NodeIndex
  /// When it is taken; only on flows that leave a gateway which chooses.
  public var condition: Expression?

  /// Makes a flow between two nodes.
  public init(from source: NodeIndex, to target: NodeIndex, condition: Expression? = nil) {
    self.source = source
    self.target = target
    self.condition = condition
  }
}

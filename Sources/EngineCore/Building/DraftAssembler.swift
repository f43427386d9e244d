extension ProcessDraft {
  /// Connects the nodes and says what is wrong with the result.
  ///
  /// - Parameters:
  ///   - handlers: the names of the handlers that there are; nil leaves them unchecked.
  ///   - extensions: the rules that there are; nil leaves their names unchecked.
  /// - Returns: the definition, which is only useful when there are no issues, and the issues in document order as far
  ///   as they have a place.
  public func assemble(
    handlers: [String]? = nil, extensions: StepExtensions? = nil
  ) -> (definition: ProcessDefinition, issues: [DefinitionIssue]) {
    var assembler = DraftAssembler()
    assembler.add(scope, parent: nil)
    assembler.connect(scope, parent: nil)
    let start = assembler.start(of: scope, parent: nil)
    let definition = ProcessDefinition(
      key: key, name: name, saga: saga, policy: policy, nodes: assembler.nodes, flows: assembler.flows, start: start,
      startEvents: starts.map { StartEvent(node: start, trigger: $0) })
    let found = DefinitionValidator.issues(
      in: definition, handlers: handlers, extensions: extensions, knownGaps: assembler.gaps)
    return (definition, assembler.issues + found)
  }
}

/// Gives every node of a draft its index, then every flow its nodes.
struct DraftAssembler {
  var nodes: [NodeDefinition] = []
  var issues: [DefinitionIssue] = []
  /// Nodes that have lost a flow because it leads nowhere.
  var gaps: Set<NodeIndex> = []
  /// In the order of the nodes that they leave.
  var flows: [SequenceFlow] = []
  var indexes: [String: NodeIndex] = [:]
  var ends: [NodeIndex?: NodeIndex] = [:]
  /// Where links land.
  var links: [Link: NodeIndex] = [:]
  private var order: [NodeIndex] = []
  private var nextInOrder = 0

  /// A link is known by its name within its scope.
  struct Link: Hashable {
    let name: String
    let parent: NodeIndex?
  }

  /// Lays out the nodes of a scope: each node, its boundary events, what lies inside of it; last the plain end.
  mutating func add(_ scope: ScopeDraft, parent: NodeIndex?) {
    for draft in scope.nodes {
      issues += draft.issues
      checkName(draft, parent)
      let node = append(
        NodeDefinition(id: draft.id, name: draft.name, kind: .parallelGateway, parent: parent, loop: draft.loop))
      order.append(node)
      if indexes[draft.id] == nil { indexes[draft.id] = node }
      for event in draft.events { addEvent(event, of: draft, host: node, parent: parent) }
      if case .landing(let name) = draft.kind { links[Link(name: name, parent: parent)] = node }
      if let inner = draft.inner { add(inner, parent: node) }
    }
    if scope.leadsToEnd {
      let id = parent.map { "\(nodes[$0.rawValue].id).\(ProcessDraft.end)" } ?? ProcessDraft.end
      ends[parent] = append(NodeDefinition(id: id, name: ProcessDraft.end, kind: .end(.plain), parent: parent))
    }
  }

  /// Connects what `add` has laid out, in the same order.
  mutating func connect(_ scope: ScopeDraft, parent: NodeIndex?) {
    for draft in scope.nodes {
      let node = order[nextInOrder]
      nextInOrder += 1
      var defaultFlow: Int?
      for branch in draft.branches {
        guard let target = resolve(branch.target, from: draft.id, node, parent) else { continue }
        switch branch.role {
        case .always: flows.append(SequenceFlow(from: node, to: target))
        case .when(let condition): flows.append(SequenceFlow(from: node, to: target, condition: condition))
        case .otherwise:
          guard defaultFlow == nil else {
            gaps.insert(node)
            continue
          }
          defaultFlow = flows.count
          flows.append(SequenceFlow(from: node, to: target))
        }
      }
      connectEvents(of: draft, host: node, parent)
      nodes[node.rawValue].kind = kind(of: draft, node, defaultFlow: defaultFlow)
      checkBranches(of: draft, node)
      if let inner = draft.inner {
        connect(inner, parent: node)
        if case .subprocess(var subprocess) = nodes[node.rawValue].kind {
          subprocess.start = start(of: inner, parent: node)
          nodes[node.rawValue].kind = .subprocess(subprocess)
        }
      }
    }
  }

  /// The first node of a scope.
  mutating func start(of scope: ScopeDraft, parent: NodeIndex?) -> NodeIndex {
    let nowhere = NodeIndex(rawValue: -1)
    let scopeID = parent.map { nodes[$0.rawValue].id }
    guard let start = scope.start else {
      return nodes.firstIndex { $0.parent == parent && $0.canComeFirst }.map(NodeIndex.init(rawValue:)) ?? nowhere
    }
    guard let index = indexes[start], nodes[index.rawValue].parent == parent else {
      let title = scopeID.map { "the subprocess \($0.inBackticks)" } ?? "the process"
      issues.append(
        DefinitionIssue(
          .noStart, node: scopeID, detail: "start", "\(title) starts at \(start.inBackticks), which it does not have",
          hint: suggestion(for: start, parent)))
      return nodes.firstIndex { $0.parent == parent && $0.canComeFirst }.map(NodeIndex.init(rawValue:)) ?? nowhere
    }
    return index
  }

  mutating func append(_ node: NodeDefinition) -> NodeIndex {
    nodes.append(node)
    return NodeIndex(rawValue: nodes.count - 1)
  }
}

extension ScopeDraft {
  /// Whether something in the scope leads to its plain end.
  var leadsToEnd: Bool {
    nodes.contains { node in
      node.branches.contains { $0.target == ProcessDraft.end } || node.events.contains { $0.target == ProcessDraft.end }
    }
  }
}

extension NodeDefinition {
  var isBoundary: Bool {
    if case .boundary = kind { true } else { false }
  }
}

extension NodeDefinition {
  /// Whether a scope can begin with it.
  fileprivate var canComeFirst: Bool {
    switch kind {
    case .boundary, .catchEvent(.link): false
    case .subprocess(let subprocess): subprocess.event == nil
    case .start, .end, .activity, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent,
      .throwEvent, .custom:
      true
    }
  }
}

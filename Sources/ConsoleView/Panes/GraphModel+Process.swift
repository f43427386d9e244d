import ConsoleCore
import EngineCore

extension GraphModel {
  /// A process as the layout wants it; ids are node indices.
  package init(_ definition: ProcessDefinition) {
    let nodes = definition.nodes.enumerated().map { index, node in GraphNode(node, id: index, of: definition) }
    let edges = definition.flows.enumerated().map { index, flow in
      GraphEdge(
        from: flow.source.rawValue, to: flow.target.rawValue,
        label: flow.condition.map { SafeText(untrusted: $0.source, limit: 200).string },
        isDefault: Self.isDefault(FlowIndex(rawValue: index), in: definition))
    }
    self.init(nodes: nodes, edges: edges)
  }

  private static func isDefault(_ flow: FlowIndex, in definition: ProcessDefinition) -> Bool {
    switch definition.nodes[safely: definition[flow].source.rawValue]?.kind {
    case .exclusiveGateway(let defaultFlow)?, .inclusiveGateway(let defaultFlow)?: return defaultFlow == flow
    case .start, .end, .activity, .parallelGateway, .eventGateway, .catchEvent, .throwEvent, .boundary, .subprocess,
      .custom, nil:
      return false
    }
  }
}

extension GraphNode {
  fileprivate init(_ node: NodeDefinition, id: Int, of definition: ProcessDefinition) {
    var host: NodeIndex?
    var isInterrupting = true
    if case .boundary(let boundary) = node.kind {
      host = boundary.host
      isInterrupting = boundary.isInterrupting
    }
    let owner = (host ?? node.parent).flatMap { definition.nodes[safely: $0.rawValue]?.id }
    self.init(
      id: id, label: SafeText(untrusted: Self.label(node.id, under: owner) + Self.mark(node.loop), limit: 200).string,
      kind: GraphNodeKind(node.kind), parent: node.parent?.rawValue, attachedTo: host?.rawValue,
      interrupting: isInterrupting)
  }

  /// A derived name such as `approve.after-20s` stands beside its owner in the picture, so the owner is left out.
  private static func label(_ id: String, under owner: String?) -> String {
    guard let owner, id.hasPrefix(owner + ".") else { return id }
    let rest = id.dropFirst(owner.count + 1)
    for word in ["after-", "error-", "message-", "signal-", "escalation-"] where rest.hasPrefix(word) {
      return word.dropLast() + " " + rest.dropFirst(word.count)
    }
    return String(rest)
  }

  /// How a node is executed more than once, behind its name.
  private static func mark(_ loop: LoopDefinition?) -> String {
    switch loop {
    case .multiInstance(let loop)?:
      switch loop.items {
      case .collection: loop.isSequential ? " (each in turn)" : " (each)"
      case .count: loop.isSequential ? " (n in turn)" : " (n times)"
      }
    case .standard?: " (again)"
    case nil: ""
    }
  }
}

extension GraphNodeKind {
  fileprivate init(_ kind: NodeKind) {
    switch kind {
    case .start: self = .start
    case .end(.plain), .end(.throwing): self = .end
    case .end(.error), .end(.cancel): self = .endError
    case .end(.terminate): self = .endTerminate
    case .activity(let activity):
      switch activity.work {
      case .handler: self = .service
      case .external: self = .external
      case .user: self = .user
      case .script: self = .script
      case .call: self = .call
      }
    case .exclusiveGateway: self = .exclusive
    case .inclusiveGateway: self = .inclusive
    case .parallelGateway: self = .parallel
    case .eventGateway: self = .eventBased
    case .catchEvent(let trigger): self.init(catching: trigger)
    case .throwEvent(let thrown): self.init(throwing: thrown)
    case .boundary(let boundary): self.init(atBorder: boundary.trigger)
    case .subprocess: self = .subprocess
    case .custom: self = .service
    }
  }

  private init(catching trigger: EventTrigger) {
    switch trigger {
    case .timer: self = .timer
    case .message: self = .message
    case .signal: self = .signal
    case .conditional: self = .conditional
    case .escalation: self = .escalation
    case .compensation, .cancel: self = .compensation
    case .error: self = .boundaryError
    case .link: self = .link
    }
  }

  private init(throwing thrown: ThrowKind) {
    switch thrown {
    case .none: self = .start
    case .link: self = .link
    case .message: self = .message
    case .signal: self = .signal
    case .escalation: self = .escalation
    case .compensation: self = .compensation
    }
  }

  private init(atBorder trigger: EventTrigger) {
    switch trigger {
    case .timer: self = .boundaryTimer
    case .error: self = .boundaryError
    case .message: self = .boundaryMessage
    case .signal: self = .boundarySignal
    case .conditional: self = .boundaryConditional
    case .escalation: self = .boundaryEscalation
    case .compensation, .cancel, .link: self = .boundaryCompensation
    }
  }
}

extension GraphBadge {
  /// What stands on each node of an instance right now, by node index.
  package static func badges(of story: InstanceStory) -> [Int: GraphBadge] {
    let instance = story.detail.instance
    var badges: [Int: GraphBadge] = [:]
    for node in story.passedNodes { badges[node.rawValue, default: GraphBadge()].passed = true }
    for token in instance.tokens {
      let node = token.node.rawValue
      if token.mode == .compensation { badges[node, default: GraphBadge()].compensating = true }
      if token.state == .failed {
        badges[node, default: GraphBadge()].failed += 1
      } else if token.mode == .forward {
        badges[node, default: GraphBadge()].tokens += 1
      }
    }
    for timer in instance.timers {
      switch timer.kind {
      case .delay, .retry, .workLimit:
        if let node = instance.token(timer.token)?.node { badges[node.rawValue, default: GraphBadge()].timers += 1 }
      case .boundary(let event), .branch(let event), .eventStart(let event):
        badges[event.rawValue, default: GraphBadge()].timers += 1
      case .grace: break
      }
    }
    return badges
  }
}

extension DefinitionValidator {
  /// Checks each scope as a whole, from the outside in; inside of what cannot be reached nothing more is said.
  mutating func checkGraph() {
    let graph = FlowGraph(definition)
    let starts = [definition.start] + definition.startEvents.map(\.node).filter { $0 != definition.start }
    var scopes: [(scope: NodeIndex?, starts: [NodeIndex])] = [(nil, starts)]
    while !scopes.isEmpty {
      let (scope, starts) = scopes.removeFirst()
      let isReached = graph.reachable(from: starts)
      for index in definition.nodes.indices where definition.nodes[index].parent == scope {
        let node = NodeIndex(rawValue: index)
        guard isReached[index] || definition.eventSubprocesses.contains(node) else {
          reportUnreachable(node, isReached, graph)
          continue
        }
        if case .subprocess(let subprocess) = definition[node].kind { scopes.append((node, [subprocess.start])) }
      }
      checkEnds(of: scope, isReached)
      for start in starts { checkJoins(of: scope, start: start, graph.reachable(from: [start])) }
    }
    checkLoops(graph)
  }

  private mutating func reportUnreachable(_ node: NodeIndex, _ isReached: [Bool], _ graph: FlowGraph) {
    // Of a piece that hangs together only its beginnings are named.
    let before = graph.predecessors[node.rawValue].filter { $0 != node.rawValue }
    guard before.isEmpty || !before.contains(where: { !isReached[$0] && !graph.reaching($0)[node.rawValue] }) else {
      return
    }
    let isLaterInRing = graph.reaching(node.rawValue)[..<node.rawValue].enumerated().contains {
      $0.element && graph.reachable(from: node.rawValue)[$0.offset]
    }
    if isLaterInRing { return }
    report(.unreachable, node, "nothing leads to \(name(node))", hint: "Lead to it with a `next`, or leave it out.")
  }

  private mutating func checkEnds(of scope: NodeIndex?, _ isReached: [Bool]) {
    var hasEnd = false
    var canComplete = false
    for index in definition.nodes.indices where definition.nodes[index].parent == scope && isReached[index] {
      guard case .end(let kind) = definition.nodes[index].kind else { continue }
      hasEnd = true
      switch kind {
      case .plain, .terminate, .throwing: canComplete = true
      case .error, .cancel: break
      }
    }
    if !hasEnd {
      report(.noEnd, scope, "\(title(of: scope)) never ends: no end can be reached", hint: "Say `next: end` somewhere.")
    }
    if let scope, !canComplete, case .subprocess(let subprocess) = definition[scope].kind,
      subprocess.compensation != nil
    {
      report(
        .pointlessCompensation, scope, detail: "compensate",
        "\(title(of: scope)) never completes, so its compensation can never run",
        hint: "Only what has completed is compensated; let it reach a plain end, or drop `compensate`.")
    }
  }

  /// Refuses loops that would keep the engine busy for ever: nothing in them waits, and nothing can change their mind.
  private mutating func checkLoops(_ graph: FlowGraph) {
    let isInstant = definition.nodes.map(\.isInstant)
    for group in graph.cycles(among: isInstant) {
      let changesSomething = group.contains { definition.nodes[$0].activity != nil }
      let canBeLeft = group.contains { node in graph.successors[node].contains { !group.contains($0) } }
      if changesSomething && canBeLeft { continue }
      let names = group.map { name(NodeIndex(rawValue: $0)) }.joined(separator: ", ")
      let node = NodeIndex(rawValue: group[0])
      report(
        .endlessLoop, node,
        group.count == 1
          ? "\(names) leads to itself and waits for nothing" : "\(names) are a loop that waits for nothing",
        hint: "Put a `wait` or some work into the loop.")
    }
  }
}

extension NodeDefinition {
  /// Whether a token passes without waiting for anything outside.
  fileprivate var isInstant: Bool {
    switch kind {
    case .start, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .throwEvent, .custom: return true
    case .activity(let activity):
      if case .script = activity.work { return true }
      return false
    case .catchEvent(.link): return true
    case .end, .eventGateway, .catchEvent, .boundary, .subprocess: return false
    }
  }
}

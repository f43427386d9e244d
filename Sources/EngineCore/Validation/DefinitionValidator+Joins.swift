extension DefinitionValidator {
  /// Checks that every join of a scope can get a token from each flow that it waits for.
  mutating func checkJoins(of scope: NodeIndex?, start: NodeIndex, _ isReached: [Bool]) {
    let joins = definition.nodes.indices.map(NodeIndex.init(rawValue:)).filter {
      definition[$0].parent == scope && definition[$0].isJoin && isReached[$0.rawValue]
    }
    guard !joins.isEmpty else { return }
    if joins.contains(start) {
      report(
        .noStart, start, "\(title(of: scope)) begins with the join \(name(start)), which would wait for itself",
        hint: "Begin with the node that comes before it.")
      return
    }
    let analysis = JoinAnalysis(definition, start: start)
    let conflicts = joins.compactMap { join in analysis.conflict(at: join).map { (join, $0, $1) } }
    // A flow that comes only through another join which never completes is that join's fault.
    let causes = conflicts.filter { join, left, right in
      [left, right].allSatisfy { analysis.canBring($0) || isOnlyBehind(join, definition[$0].source) }
    }
    for (join, left, right) in causes.isEmpty ? conflicts : causes {
      issues.append(joinConflict(join, definition[left].source, definition[right].source))
    }
  }

  private func joinConflict(_ join: NodeIndex, _ left: NodeIndex, _ right: NodeIndex) -> DefinitionIssue {
    let sources = left == right ? "\(name(left)) twice" : "\(name(left)) and \(name(right))"
    let sentence = "the join \(name(join)) waits for \(sources), which never both come"
    let graph = FlowGraph(definition)
    let id = definition[join].id
    for source in [left, right] where source == join || isOnlyBehind(join, source) {
      return DefinitionIssue(
        .joinNeverCompletes, node: id, "\(sentence): \(name(source)) comes only after \(name(join)) itself",
        hint: "Lead the loop to the node before the join's branches.")
    }
    if let choice = nearestChoice(before: left, and: right, graph) {
      return DefinitionIssue(
        .joinNeverCompletes, node: id, "\(sentence): the choice \(name(choice)) sends its token only one way",
        hint: "Lead both ways to the same next node, without a join.")
    }
    return DefinitionIssue(
      .joinNeverCompletes, node: id, sentence, hint: "Join only branches of a fork.")
  }

  /// Whether a node can be reached only through a join.
  private func isOnlyBehind(_ join: NodeIndex, _ node: NodeIndex) -> Bool {
    var isReached = Array(repeating: false, count: definition.nodes.count)
    var open: [NodeIndex] = []
    let start: NodeIndex
    if let parent = definition[join].parent, case .subprocess(let subprocess) = definition[parent].kind {
      start = subprocess.start
    } else {
      start = definition.start
    }
    open.append(start)
    while let current = open.popLast() {
      guard current != join, !isReached[current.rawValue] else { continue }
      isReached[current.rawValue] = true
      open += definition[current].outgoing.map { definition[$0].target } + definition[current].boundaryEvents
      if let link = definition[current].linkTarget { open.append(link) }
    }
    return !isReached[node.rawValue]
  }

  /// The choice that two nodes both lie behind and that is nearest to them, counted in nodes.
  private func nearestChoice(before left: NodeIndex, and right: NodeIndex, _ graph: FlowGraph) -> NodeIndex? {
    let distanceToLeft = distances(to: left, graph)
    let distanceToRight = distances(to: right, graph)
    var nearest: (node: NodeIndex, distance: Int)?
    for index in definition.nodes.indices {
      guard case .exclusiveGateway = definition.nodes[index].kind, definition.nodes[index].outgoing.count > 1,
        let first = distanceToLeft[index], let second = distanceToRight[index]
      else { continue }
      if first + second < nearest?.distance ?? .max { nearest = (NodeIndex(rawValue: index), first + second) }
    }
    return nearest?.node
  }

  private func distances(to target: NodeIndex, _ graph: FlowGraph) -> [Int: Int] {
    var distances = [target.rawValue: 0]
    var frontier = [target.rawValue]
    var distance = 0
    while !frontier.isEmpty {
      distance += 1
      var next: [Int] = []
      for node in frontier {
        for before in graph.predecessors[node] where distances[before] == nil {
          distances[before] = distance
          next.append(before)
        }
      }
      frontier = next
    }
    return distances
  }
}

/// The ways of a definition as plain lists: from each node to those it can lead to, boundary events included.
struct FlowGraph {
  /// What each node can lead to; a node leads to its boundary events, and where a link that it throws leads.
  private(set) var successors: [[Int]]
  private(set) var predecessors: [[Int]]

  init(_ definition: ProcessDefinition) {
    successors = Array(repeating: [], count: definition.nodes.count)
    predecessors = successors
    for (index, node) in definition.nodes.enumerated() {
      var targets = node.outgoing.map { definition[$0].target.rawValue } + node.boundaryEvents.map(\.rawValue)
      if let link = node.linkTarget { targets.append(link.rawValue) }
      successors[index] = targets
      for target in targets { predecessors[target].append(index) }
    }
  }

  /// Whether each node can be reached from a node; that node itself always can.
  func reachable(from start: Int) -> [Bool] { Self.flood(from: start, along: successors) }

  /// Whether each node can be reached from one of several.
  func reachable(from starts: [NodeIndex]) -> [Bool] {
    var isReached = Array(repeating: false, count: successors.count)
    for start in starts where !isReached[start.rawValue] {
      for (index, flag) in reachable(from: start.rawValue).enumerated() where flag { isReached[index] = true }
    }
    return isReached
  }

  /// Whether each node can reach a node.
  func reaching(_ target: Int) -> [Bool] { Self.flood(from: target, along: predecessors) }

  /// The groups of nodes among `members` that can reach each other, without the nodes that cannot reach themselves.
  func cycles(among members: [Bool]) -> [[Int]] {
    var isGrouped = members.map { !$0 }
    var groups: [[Int]] = []
    let inner = successors.map { $0.filter { members[$0] } }
    for node in successors.indices where !isGrouped[node] {
      let forward = Self.flood(from: node, along: inner)
      let group = successors.indices.filter {
        !isGrouped[$0] && forward[$0] && ($0 == node || Self.flood(from: $0, along: inner)[node])
      }
      for member in group { isGrouped[member] = true }
      if group.count > 1 || inner[node].contains(node) { groups.append(group) }
    }
    return groups
  }

  private static func flood(from start: Int, along edges: [[Int]]) -> [Bool] {
    var isReached = Array(repeating: false, count: edges.count)
    var open = [start]
    isReached[start] = true
    while let node = open.popLast() {
      for next in edges[node] where !isReached[next] {
        isReached[next] = true
        open.append(next)
      }
    }
    return isReached
  }
}

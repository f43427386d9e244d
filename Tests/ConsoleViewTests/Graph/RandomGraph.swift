@testable import ConsoleView

/// Graphs that no author would write, made from a seed: circles, forks, joins, boundary events, nested subprocesses.
struct RandomGraph {
  private var state: UInt64
  private var nodes: [GraphNode] = []
  private var edges: [GraphEdge] = []

  /// The graph of a seed, with 2 to 60 nodes; its flows stay in their scopes unless `crossesScopes`.
  static func model(seed: UInt64, crossesScopes: Bool = false) -> GraphModel {
    var random = RandomGraph(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    let size = random.below(59) + 2
    random.addNodes(size)
    random.addEdges(crossesScopes: crossesScopes)
    return GraphModel(nodes: random.nodes, edges: random.edges)
  }

  private init(state: UInt64) { self.state = state }

  private mutating func below(_ bound: Int) -> Int {
    // SplitMix64 (Steele, Lea and Flood 2014).
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }

  private mutating func word() -> String {
    let words = ["a", "pack", "charge card", "notify", "wait for the customer's approval", "ok?", "settle", ""]
    return words[below(words.count)]
  }

  private mutating func addNodes(_ size: Int) {
    let kinds: [GraphNodeKind] = [
      .service, .external, .user, .script, .exclusive, .parallel, .timer, .message, .end, .start,
    ]
    var depth: [Int: Int] = [:]
    var subprocesses: [Int] = []
    for id in 0..<size {
      let parent = subprocesses.isEmpty || below(3) == 0 ? nil : subprocesses[below(subprocesses.count)]
      let level = (parent.flatMap { depth[$0] } ?? 0) + 1
      depth[id] = level
      let isSubprocess = level < 4 && below(8) == 0
      let kind = isSubprocess ? GraphNodeKind.subprocess : kinds[below(kinds.count)]
      nodes.append(GraphNode(id: id, label: word(), kind: kind, parent: parent))
      if isSubprocess { subprocesses.append(id) }
      for event in 0..<(below(6) == 0 ? below(3) + 1 : 0) {
        nodes.append(
          GraphNode(
            id: 1000 + id * 10 + event, label: word(), kind: below(2) == 0 ? .boundaryTimer : .boundaryError,
            attachedTo: id, interrupting: below(2) == 0))
      }
    }
  }

  private mutating func addEdges(crossesScopes: Bool) {
    func scope(_ node: GraphNode) -> Int? {
      let host = node.attachedTo.flatMap { id in nodes.first { $0.id == id } }
      return (host ?? node).parent
    }
    for index in nodes.indices {
      let node = nodes[index]
      let targets = nodes.indices.filter {
        nodes[$0].attachedTo == nil && (crossesScopes || scope(nodes[$0]) == scope(node))
      }
      if targets.isEmpty { continue }
      for _ in 0..<(below(4) == 0 ? below(4) : 1) {
        // Mostly forward and not far, as in a document; now and then anywhere, itself included.
        let ahead = targets.filter { $0 > index }
        let target = ahead.isEmpty || below(5) == 0 ? targets[below(targets.count)] : ahead[below(min(4, ahead.count))]
        let label = below(4) == 0 ? word() : nil
        edges.append(GraphEdge(from: node.id, to: nodes[target].id, label: label, isDefault: below(8) == 0))
      }
    }
  }
}

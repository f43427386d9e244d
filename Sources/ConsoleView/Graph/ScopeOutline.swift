/// The outline of one scope.
///
/// A node is written under the last node that every way to it passes (its dominator): directly after it if it is what
/// simply follows, inside a branch if only that branch leads to it, and after all branches if several do.
struct ScopeOutline {
  private let hierarchy: GraphHierarchy
  private let blocks: [Int]
  private let flows: [ScopeFlow]
  private let leadsBack: [Bool]
  /// The flows that leave each block, by port and then in document order.
  private var leaving: [[Int]]
  /// How many forward flows enter each block.
  private var entering: [Int]
  /// The dominator of each block, nil at the start of the scope.
  private var dominators: [Int?]
  /// The blocks dominated by each block that more than one flow enters, from the top.
  private var merges: [[Int]]

  private enum Step {
    case block(Int, depth: Int)
    case line(GraphOutline.Line, jumpsTo: Int?)
  }

  static func lines(of scope: Int, _ hierarchy: GraphHierarchy, depth: Int) -> [GraphOutline.Line] {
    hierarchy.members[scope].isEmpty ? [] : ScopeOutline(scope, hierarchy).lines(depth: depth)
  }

  private init(_ scope: Int, _ hierarchy: GraphHierarchy) {
    self.hierarchy = hierarchy
    let model = hierarchy.model
    let members = hierarchy.members[scope]
    blocks = members
    var number = Array(repeating: 0, count: model.nodes.count)
    for (index, node) in members.enumerated() { number[node] = index }
    flows = hierarchy.flows[scope].map { flow in
      let event = hierarchy.boundaries[flow.source].firstIndex(of: flow.exit)
      return ScopeFlow(
        source: number[flow.source], port: event.map { $0 + 1 } ?? 0, target: number[flow.target], edge: flow.edge)
    }
    let starts = members.indices.filter { model.nodes[members[$0]].kind == .start }
    leadsBack = CycleBreaking.leadsBack(flows, blocks: members.count, starts: starts.isEmpty ? [0] : starts)
    leaving = Array(repeating: [], count: blocks.count)
    entering = Array(repeating: 0, count: blocks.count)
    dominators = Array(repeating: nil, count: blocks.count)
    merges = Array(repeating: [], count: blocks.count)
    for (index, flow) in flows.enumerated() {
      leaving[flow.source].append(index)
      if !leadsBack[index] { entering[flow.target] += 1 }
    }
    dominate()
  }

  /// Finds the dominators; forward flows have no circle, so one pass from the top is enough.
  private mutating func dominate() {
    let forward = zip(flows, leadsBack).filter { !$0.1 }.map(\.0)
    let layers = LayerAssignment.layers(forward, blocks: blocks.count)
    var sources = Array(repeating: [Int](), count: blocks.count)
    for flow in forward { sources[flow.target].append(flow.source) }
    var depth = Array(repeating: 1, count: blocks.count)
    for block in blocks.indices.sorted(by: { (layers[$0], $0) < (layers[$1], $1) }) {
      guard var common = sources[block].first else { continue }
      var isStart = false
      for other in sources[block] {
        var other = other
        while common != other, !isStart {
          if depth[common] < depth[other] { swap(&common, &other) }
          if let above = dominators[common] { common = above } else { isStart = true }
        }
      }
      if isStart { continue }
      dominators[block] = common
      depth[block] = depth[common] + 1
      if entering[block] > 1 { merges[common].append(block) }
    }
  }

  private func lines(depth: Int) -> [GraphOutline.Line] {
    var lines = [GraphOutline.Line]()
    /// The block to which the last line jumps.
    var jump: Int?
    var steps = blocks.indices.filter { dominators[$0] == nil }.reversed().map { Step.block($0, depth: depth) }
    while let step = steps.popLast() {
      switch step {
      case .line(let line, let target):
        lines.append(line)
        jump = target
      case .block(let block, let depth):
        // Nobody needs to be told to jump to what comes next.
        if jump == block, lines.last?.depth == depth { lines.removeLast() }
        jump = nil
        lines.append(title(blocks[block], depth: depth))
        lines += Self.lines(of: blocks[block], hierarchy, depth: depth + 1)
        steps += following(block, depth: depth).reversed()
      }
    }
    return lines
  }

  /// What comes after a block: its events, its branches or its one successor, and what the branches lead to together.
  private func following(_ block: Int, depth: Int) -> [Step] {
    var steps = [Step]()
    for (port, event) in hierarchy.boundaries[blocks[block]].enumerated() {
      steps.append(.line(title(event, depth: depth + 1), jumpsTo: nil))
      for flow in leaving[block] where flows[flow].port == port + 1 {
        steps += branch(flow, heading: condition(of: flow), depth: depth + 2)
      }
    }
    let plain = leaving[block].filter { flows[$0].port == 0 }
    if plain.count == 1, condition(of: plain[0]) == nil {
      // What simply follows stands on the same level, and needs no jump if it comes next anyway.
      let target = flows[plain[0]].target
      let comesNext = dominators[target] == block && !leadsBack[plain[0]] && entering[target] > 1
      if !comesNext { steps += branch(plain[0], heading: nil, depth: depth) }
    } else {
      for (position, flow) in plain.enumerated() {
        let heading = condition(of: flow) ?? "branch \(position + 1) of \(plain.count)"
        steps += branch(flow, heading: heading, depth: depth + 1)
      }
    }
    return steps + merges[block].map { .block($0, depth: depth) }
  }

  private func branch(_ flow: Int, heading: String?, depth: Int) -> [Step] {
    let target = flows[flow].target
    if leadsBack[flow] || entering[target] > 1 || dominators[target] != flows[flow].source {
      let jump = (leadsBack[flow] ? "→ back to " : "→ ") + name(blocks[target])
      let text = heading.map { "\($0) \(jump)" } ?? jump
      return [
        .line(GraphOutline.Line(depth: depth, node: nil, text: text), jumpsTo: heading == nil ? target : nil)
      ]
    }
    guard let heading else { return [.block(target, depth: depth)] }
    return [
      .line(GraphOutline.Line(depth: depth, node: nil, text: heading), jumpsTo: nil),
      .block(target, depth: depth + 1),
    ]
  }

  private func condition(of flow: Int) -> String? {
    let edge = hierarchy.model.edges[flows[flow].edge]
    guard let caption = edge.caption else { return nil }
    return edge.isDefault ? caption : "if \(caption)"
  }

  private func name(_ node: Int) -> String {
    let node = hierarchy.model.nodes[node]
    return node.label.isEmpty ? node.kind.word : node.label
  }

  private func title(_ index: Int, depth: Int) -> GraphOutline.Line {
    let node = hierarchy.model.nodes[index]
    var words = node.label.isEmpty ? [node.kind.word] : [node.label, node.kind.word]
    if hierarchy.hosts[index] != nil { words.append(node.interrupting ? "interrupts" : "does not interrupt") }
    return GraphOutline.Line(depth: depth, node: node.id, text: words.joined(separator: ", "))
  }
}

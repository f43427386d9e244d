import EngineCore

/// Small random processes of forks, joins, choices and work, and what playing them with tokens shows.
enum RandomGraph {
  private static let condition = try? Expression("x")

  /// A process in which every node has a way out; not every node need be reachable.
  static func make(_ generator: inout SeededGenerator) -> ProcessDefinition {
    let count = Int.random(in: 4...9, using: &generator)
    var kinds: [NodeKind] = [work]
    var flows: [SequenceFlow] = []
    func target(_ generator: inout SeededGenerator, after source: Int) -> NodeIndex {
      // Mostly forwards, so that many nodes are reached and loops stay few.
      let low = Int.random(in: 0..<5, using: &generator) == 0 ? 1 : min(source + 1, count)
      return NodeIndex(rawValue: Int.random(in: low...count, using: &generator))
    }
    for node in 0..<count {
      let source = NodeIndex(rawValue: node)
      var kind = work
      var exits = 1
      switch node == 0 ? 0 : Int.random(in: 0..<6, using: &generator) {
      case 0, 1:
        kind = .parallelGateway
        exits = 2
      case 2, 3: kind = .parallelGateway
      case 4:
        kind = .exclusiveGateway(defaultFlow: FlowIndex(rawValue: flows.count))
        exits = 2
      default: break
      }
      for exit in 0..<exits {
        var flow = SequenceFlow(from: source, to: target(&generator, after: node))
        if case .exclusiveGateway = kind, exit > 0 { flow.condition = condition }
        flows.append(flow)
      }
      if node == 0 { kinds[0] = kind } else { kinds.append(kind) }
    }
    kinds.append(.end(.plain))
    let nodes = kinds.enumerated().map { NodeDefinition(id: "n\($0.offset)", kind: $0.element) }
    return ProcessDefinition(key: "random", nodes: nodes, flows: flows, start: NodeIndex(rawValue: 0))
  }

  private static var work: NodeKind {
    .activity(Activity(work: .handler(name: "a", configuration: .literal(.null))))
  }

  /// The joins that complete in some run, found by playing all runs with few tokens.
  static func completedJoins(of definition: ProcessDefinition) -> Set<String> {
    let tokensAtMost = 5
    let markingsAtMost = 3_000
    var completed: Set<String> = []
    var seen: Set<[Int]> = []
    // A place for each flow, and one more for the start.
    var first = Array(repeating: 0, count: definition.flows.count + 1)
    first[definition.flows.count] = 1
    var open = [first]
    while let marking = open.popLast(), seen.count < markingsAtMost {
      guard marking.reduce(0, +) <= tokensAtMost, seen.insert(marking).inserted else { continue }
      for (index, node) in definition.nodes.enumerated() {
        var inputs = node.incoming.map(\.rawValue)
        if index == definition.start.rawValue { inputs.append(definition.flows.count) }
        let choices = node.isJoin ? [inputs] : inputs.map { [$0] }
        for consumed in choices where consumed.allSatisfy({ marking[$0] > 0 }) {
          if node.isJoin { completed.insert(node.id) }
          var exits = [node.outgoing.map(\.rawValue)]
          if case .exclusiveGateway = node.kind { exits = node.outgoing.map { [$0.rawValue] } }
          for produced in exits {
            var next = marking
            for place in consumed { next[place] -= 1 }
            for place in produced { next[place] += 1 }
            open.append(next)
          }
        }
      }
    }
    return completed
  }
}

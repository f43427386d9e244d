/// A gateway that waits for every branch that can still come (BPMN 2.0, 13.4.3), with what can come to it.
///
/// Whether something can still come is a question about the whole graph. It is answered once, when a definition is
/// made, and only for definitions that have such a gateway; on the way of a token it is a look at one element of a
/// list.
struct InclusiveJoin: Sendable, Hashable {
  /// The gateway.
  let node: NodeIndex
  /// The subprocess around it.
  let parent: NodeIndex?
  private let canReach: [Bool]

  /// Whether a token at a node may come to the gateway, along flows or through a boundary event.
  func canBeReached(from node: NodeIndex) -> Bool { canReach[node.rawValue] }

  /// The inclusive joins of a connected definition, in document order.
  ///
  /// - Complexity: O(joins · (nodes + flows)); O(nodes) when there are none.
  static func all(in definition: ProcessDefinition) -> [InclusiveJoin] {
    let joins = definition.nodes.indices.filter { definition.nodes[$0].isInclusiveJoin }
    guard !joins.isEmpty else { return [] }
    let graph = FlowGraph(definition)
    return joins.map { index in
      var canReach = graph.reaching(index)
      // The gateway itself counts only when a loop leads back to it.
      canReach[index] = graph.successors[index].contains { canReach[$0] && $0 != index }
      return InclusiveJoin(
        node: NodeIndex(rawValue: index), parent: definition.nodes[index].parent, canReach: canReach)
    }
  }
}

/// Gives every block a layer such that flows go from lower to higher layers.
///
/// Each block is as early as what leads to it allows. Then a block with more flows leaving than entering moves up to
/// what it leads to, which shortens more lines than it lengthens. A flow with a condition spans two layers, since its
/// words take a place of their own in the layer between.
enum LayerAssignment {
  /// The layer of each block. The flows must have no circle.
  static func layers(_ flows: [ScopeFlow], blocks: Int) -> [Int] {
    var leaving = Array(repeating: [Int](), count: blocks)
    var missing = Array(repeating: 0, count: blocks)
    for (index, flow) in flows.enumerated() {
      leaving[flow.source].append(index)
      missing[flow.target] += 1
    }
    let entering = missing
    var layer = Array(repeating: 0, count: blocks)
    var order = (0..<blocks).filter { missing[$0] == 0 }
    var next = 0
    while next < order.count {
      let block = order[next]
      next += 1
      for index in leaving[block] {
        let flow = flows[index]
        layer[flow.target] = max(layer[flow.target], layer[block] + span(flow))
        missing[flow.target] -= 1
        if missing[flow.target] == 0 { order.append(flow.target) }
      }
    }
    precondition(order.count == blocks, "\(blocks - order.count) blocks in a circle of forward flows")
    for block in order.reversed() where leaving[block].count > entering[block] {
      let latest = leaving[block].map { layer[flows[$0].target] - span(flows[$0]) }.min()
      if let latest { layer[block] = max(layer[block], latest) }
    }
    return layer
  }

  private static func span(_ flow: ScopeFlow) -> Int { flow.caption == nil ? 1 : 2 }
}

/// Gives the flows that lead back their lanes beside the layers.
///
/// All loops to one block share a lane. An end of a loop goes straight to the side of its node where only lines are in
/// the way; otherwise it goes through the gap below its source or above its target. Short loops get the inner lanes, so
/// that nested loops look nested.
struct LoopLanes {
  /// The side of the layers on which a lane runs.
  enum Side: Hashable, CaseIterable {
    /// The side of greater `across`: right of a picture that runs down.
    case high
    /// The side of lesser `across`.
    case low
  }

  /// How a flow leads back.
  struct Route {
    /// The flow; those that lead the same way have one route.
    var flow: Int
    /// The others that lead the same way.
    var companions: [Int] = []
    /// The conditions of all of them.
    var caption: String?
    /// Columns of the caption, cut to the form's limit.
    var columns: Int
    var lane: Int
    /// Whether it leaves its source sideways instead of through the gap below.
    var leavesSideways: Bool
  }

  /// A lane to one block.
  struct Lane {
    var target: Int
    var side: Side
    /// Whether it enters its target sideways instead of through the gap above.
    var entersSideways: Bool
    /// Gaps and layers that it passes: layer n counts 2n + 1, the gap above it 2n.
    var first: Int
    var last: Int
    /// Where it runs, across.
    var column = 0
    /// Cells beyond `column` that the words beside it need.
    var words = 0
    /// Cells from the layers that the words on its way need.
    var reach = 0
  }

  private(set) var routes: [Route] = []
  private(set) var lanes: [Lane] = []

  private let graph: LayeredGraph
  private let blocks: [GraphBlock]
  private let flows: [ScopeFlow]
  private let mainLines: [Int]
  private let metrics: GraphMetrics
  private var place: [Int]
  private var doors: [Door: Use] = [:]

  private struct Door: Hashable {
    var node: Int
    var side: Side
  }

  private enum Use {
    case entry
    case exit
  }

  init(
    _ graph: LayeredGraph, blocks: [GraphBlock], flows: [ScopeFlow], leadsBack: [Bool], mainLines: [Int],
    metrics: GraphMetrics
  ) {
    self.graph = graph
    self.blocks = blocks
    self.flows = flows
    self.mainLines = mainLines
    self.metrics = metrics
    place = Array(repeating: 0, count: graph.items.count)
    for layer in graph.layers {
      for (position, item) in layer.enumerated() { place[item] = position }
    }
    for route in Self.merged(flows, leadsBack, metrics) { add(route) }
    assignColumns()
  }

  // MARK: - Ways

  /// The ways back, without lanes yet: flows from one port to one block share a way, and their conditions are listed.
  private static func merged(_ flows: [ScopeFlow], _ leadsBack: [Bool], _ metrics: GraphMetrics) -> [Route] {
    var ways = [[Int]]()
    for flow in flows.indices where leadsBack[flow] {
      let known = ways.firstIndex { way in
        let first = flows[way[0]]
        return first.source == flows[flow].source && first.port == flows[flow].port
          && first.target == flows[flow].target
      }
      if let known { ways[known].append(flow) } else { ways.append([flow]) }
    }
    return ways.map { way in
      let captions = way.compactMap { flows[$0].caption.map { String($0.characters) } }
      let caption = captions.isEmpty ? nil : captions.joined(separator: " · ")
      return Route(
        flow: way[0], companions: Array(way.dropFirst()), caption: caption,
        columns: caption.map { metrics.condition($0).columns } ?? 0, lane: 0, leavesSideways: false)
    }
  }

  private mutating func add(_ route: Route) {
    var route = route
    let flow = flows[route.flow]
    let bias: Side = metrics.isTopDown ? .high : .low
    let costs = Side.allCases.map { side in
      (side, cost(flow, side) + (side == bias ? 0 : 1 + (route.caption == nil ? 0 : 2)))
    }
    guard let side = costs.min(by: { $0.1 < $1.1 })?.0 else { return }
    let lane = lane(to: flow.target, side: side)
    let leavesSideways = exitCost(flow, side) != nil
    if leavesSideways { doors[Door(node: exit(of: flow), side: side)] = .exit }
    let layer = graph.items[flow.source].layer
    lanes[lane].last = max(lanes[lane].last, 2 * layer + (leavesSideways ? 1 : 2))
    if route.caption != nil {
      if leavesSideways, metrics.isTopDown {
        let door = blocks[flow.source].ports[flow.port].side
        let start = side == .high ? (door.high ?? 0) + door.slot : -(door.low ?? 0)
        let origin = mainLines[flow.source] - blocks[flow.source].anchor
        let reach = side == .high ? origin + start + route.columns + 3 : start - origin + route.columns + 3
        lanes[lane].reach = max(lanes[lane].reach, reach)
      } else if metrics.isTopDown || flow.source == flow.target {
        lanes[lane].words = max(lanes[lane].words, metrics.isTopDown ? route.columns + 1 : 1)
      }
    }
    route.lane = lane
    route.leavesSideways = leavesSideways
    routes.append(route)
  }

  private func exit(of flow: ScopeFlow) -> Int { blocks[flow.source].ports[flow.port].node }

  private mutating func lane(to target: Int, side: Side) -> Int {
    if let known = lanes.firstIndex(where: { $0.target == target && $0.side == side }) { return known }
    let entersSideways = entryCost(target, side) != nil
    if entersSideways { doors[Door(node: blocks[target].node, side: side)] = .entry }
    let first = 2 * graph.items[target].layer + (entersSideways ? 1 : 0)
    lanes.append(Lane(target: target, side: side, entersSideways: entersSideways, first: first, last: first))
    return lanes.count - 1
  }

  private func cost(_ flow: ScopeFlow, _ side: Side) -> Int {
    let detour = 3
    let exit = exitCost(flow, side) ?? detour + beyond(flow.source, side).count
    let entry = entryCost(flow.target, side) ?? detour + beyond(flow.target, side).count
    return exit + entry
  }

  /// The lines crossed on leaving sideways, nil if that cannot be.
  private func exitCost(_ flow: ScopeFlow, _ side: Side) -> Int? {
    // A loop from a node to itself needs two different ways out of its row.
    if flow.source == flow.target { return nil }
    if doors[Door(node: exit(of: flow), side: side)] != nil { return nil }
    return sidewaysCost(flow.source, port: flow.port, side)
  }

  /// The lines crossed on entering sideways, nil if that cannot be.
  private func entryCost(_ target: Int, _ side: Side) -> Int? {
    if doors[Door(node: blocks[target].node, side: side)] == .exit { return nil }
    return sidewaysCost(target, port: 0, side)
  }

  private func sidewaysCost(_ block: Int, port: Int, _ side: Side) -> Int? {
    let door = blocks[block].ports[port].side
    guard (side == .high ? door.high : door.low) != nil else { return nil }
    let between = beyond(block, side)
    return between.allSatisfy { graph.isLine($0) } ? between.count : nil
  }

  /// The items of the layer between a block and the side.
  private func beyond(_ block: Int, _ side: Side) -> ArraySlice<Int> {
    let layer = graph.layers[graph.items[block].layer]
    return side == .high ? layer[(place[block] + 1)...] : layer[..<place[block]]
  }

  // MARK: - Columns

  private mutating func assignColumns() {
    let order = lanes.indices.sorted { first, second in
      let one = lanes[first]
      let other = lanes[second]
      return (one.last - one.first, one.first, first) < (other.last - other.first, other.first, second)
    }
    var assigned = [Int]()
    for index in order {
      // Measured outwards: from zero to the high side, or from zero to the low side.
      var distance = lanes[index].reach
      for layer in graph.layers.indices {
        let unit = 2 * layer + 1
        if unit < lanes[index].first || unit > lanes[index].last { continue }
        distance = max(distance, extent(of: layer, lanes[index].side))
      }
      for other in assigned where lanes[other].side == lanes[index].side {
        if lanes[other].last < lanes[index].first || lanes[index].last < lanes[other].first { continue }
        let column = lanes[other].side == .high ? lanes[other].column : -lanes[other].column
        distance = max(distance, column + metrics.laneSpacing + lanes[other].words)
      }
      lanes[index].column = lanes[index].side == .high ? distance : -distance
      assigned.append(index)
    }
  }

  /// The nearest place for a lane beside a layer.
  private func extent(of layer: Int, _ side: Side) -> Int {
    switch side {
    case .high:
      guard let last = graph.layers[layer].last else { return 0 }
      return mainLines[last] + graph.items[last].after + metrics.laneMargin
    case .low:
      guard let first = graph.layers[layer].first else { return 0 }
      return graph.items[first].before - mainLines[first] + 2
    }
  }
}

/// Lays out one scope: blocks into layers, lines through the gaps between them, loops in lanes beside them
/// (Sugiyama's method).
struct ScopeLayout {
  let blocks: [GraphBlock]
  let flows: [ScopeFlow]
  let leadsBack: [Bool]
  /// The block at which the scope begins.
  let first: Int
  let metrics: GraphMetrics
  let graph: LayeredGraph
  let mainLines: [Int]
  let lanes: LoopLanes
  /// The runs across of each line, by gap: forward pieces by segment, then loops leaving, then loops entering.
  private(set) var segmentRuns: [[ChannelRouter.Run]] = []
  private(set) var exitRuns: [[ChannelRouter.Run]] = []
  private(set) var entryRuns: [[ChannelRouter.Run]] = []
  /// Where each gap starts along the flow; gap n is above layer n, and one is below the last.
  private(set) var gapStarts: [Int] = []
  /// Where each layer starts along the flow; after the last, the end of everything.
  private(set) var layerStarts: [Int] = []

  /// The picture of a scope and of all scopes inside it.
  static func picture(of scope: Int, _ builder: GraphBlockBuilder) -> ScopePicture {
    let hierarchy = builder.hierarchy
    let blocks = hierarchy.members[scope].map { node in
      builder.block(node, inner: hierarchy.members[node].isEmpty ? nil : picture(of: node, builder))
    }
    guard !blocks.isEmpty else { return ScopePicture() }
    return ScopeLayout(blocks: blocks, scope: scope, builder).picture()
  }

  private init(blocks: [GraphBlock], scope: Int, _ builder: GraphBlockBuilder) {
    let hierarchy = builder.hierarchy
    let nodes = hierarchy.model.nodes
    self.blocks = blocks
    metrics = builder.metrics
    var number = Array(repeating: 0, count: nodes.count)
    for (index, block) in blocks.enumerated() { number[block.node] = index }
    flows = hierarchy.flows[scope].map { flow in
      let source = number[flow.source]
      let caption = hierarchy.model.edges[flow.edge].caption
      return ScopeFlow(
        source: source, port: blocks[source].ports.firstIndex { $0.node == flow.exit } ?? 0,
        target: number[flow.target], edge: flow.edge, caption: caption.map(builder.metrics.condition))
    }
    let starts = blocks.indices.filter { nodes[blocks[$0].node].kind == .start }
    first = starts.first ?? 0
    leadsBack = CycleBreaking.leadsBack(flows, blocks: blocks.count, starts: starts.isEmpty ? [0] : starts)
    let forward = zip(flows, leadsBack).filter { !$0.1 }.map(\.0)
    let layers = LayerAssignment.layers(forward, blocks: blocks.count)
    graph = CrossingReduction.reduced(
      LayeredGraph(blocks: blocks, flows: flows, leadsBack: leadsBack, layers: layers, metrics: metrics))
    mainLines = AcrossPlacement.mainLines(graph, spacing: metrics.spacing)
    lanes = LoopLanes(
      graph, blocks: blocks, flows: flows, leadsBack: leadsBack, mainLines: mainLines, metrics: metrics)
    route()
  }

  // MARK: - Gaps

  private mutating func route() {
    segmentRuns = Array(repeating: [], count: graph.segments.count)
    exitRuns = Array(repeating: [], count: lanes.routes.count)
    entryRuns = Array(repeating: [], count: lanes.lanes.count)
    var start = 0
    for gap in 0...graph.layers.count {
      gapStarts.append(start)
      start += routeGap(gap)
      layerStarts.append(start)
      if gap < graph.layers.count { start += graph.layers[gap].map { graph.items[$0].length }.max() ?? 0 }
    }
  }

  /// Routes all lines of one gap and returns its extent along the flow.
  private mutating func routeGap(_ gap: Int) -> Int {
    let segments = gap == 0 ? [] : graph.layers[gap - 1].flatMap { graph.below[$0] }
    let exits = lanes.routes.indices.filter { index in
      let route = lanes.routes[index]
      return !route.leavesSideways && graph.items[flows[route.flow].source].layer == gap - 1
    }
    let entries = lanes.lanes.indices.filter { index in
      !lanes.lanes[index].entersSideways && graph.items[lanes.lanes[index].target].layer == gap
    }
    let passing = lanes.lanes.filter { $0.first < 2 * gap && $0.last > 2 * gap }.map(\.column)
    let (runs, tracks) = ChannelRouter.route(
      segments.map(wire) + exits.map { exitWire(lanes.routes[$0]) } + entries.map(entryWire), passing: passing)
    for (index, segment) in segments.enumerated() { segmentRuns[segment] = runs[index] }
    for (index, exit) in exits.enumerated() { exitRuns[exit] = runs[segments.count + index] }
    for (index, entry) in entries.enumerated() { entryRuns[entry] = runs[segments.count + exits.count + index] }

    let entersBlock = segments.contains { graph.isBlock(graph.segments[$0].lower) }
    let joinsBlocks = segments.contains {
      graph.isBlock(graph.segments[$0].lower) && graph.isBlock(graph.segments[$0].upper)
    }
    if tracks == 0 { return joinsBlocks ? 1 : 0 }
    let heads = !entries.isEmpty || (metrics.hasArrowheads && entersBlock)
    return tracks * metrics.trackPitch + (heads ? 1 : 0)
  }

  private func wire(_ index: Int) -> ChannelRouter.Wire {
    let segment = graph.segments[index]
    let column = mainLines[segment.upper] + segment.offset
    return ChannelRouter.Wire(
      from: ChannelRouter.Pin(column: column, isUpper: true, owner: owner(segment.upper, segment.port)),
      to: ChannelRouter.Pin(column: mainLines[segment.lower], isUpper: false, owner: segment.lower))
  }

  private func exitWire(_ route: LoopLanes.Route) -> ChannelRouter.Wire {
    let flow = flows[route.flow]
    let block = blocks[flow.source]
    let column = mainLines[flow.source] - block.anchor + block.ports[flow.port].across
    return ChannelRouter.Wire(
      from: ChannelRouter.Pin(column: column, isUpper: true, owner: owner(flow.source, flow.port)),
      to: ChannelRouter.Pin(column: lanes.lanes[route.lane].column, isUpper: true, owner: -1 - route.lane))
  }

  private func entryWire(_ index: Int) -> ChannelRouter.Wire {
    let lane = lanes.lanes[index]
    return ChannelRouter.Wire(
      from: ChannelRouter.Pin(column: lane.column, isUpper: false, owner: -1 - index),
      to: ChannelRouter.Pin(column: mainLines[lane.target], isUpper: false, owner: lane.target))
  }

  /// A number of its own for each port of each item.
  private func owner(_ item: Int, _ port: Int) -> Int {
    item < blocks.count ? item + port * graph.items.count : item
  }
}

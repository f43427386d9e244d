extension ScopeLayout {
  /// Puts blocks, lines and conditions where they belong and moves everything to the origin.
  func picture() -> ScopePicture {
    var picture = ScopePicture()
    picture.length = layerStarts.last ?? 0
    var low = 0
    var high = 0
    for item in graph.items.indices {
      low = min(low, mainLines[item] - graph.items[item].before)
      high = max(high, mainLines[item] + graph.items[item].after)
    }
    for lane in lanes.lanes {
      switch lane.side {
      case .high: high = max(high, lane.column + 1 + lane.words)
      case .low: low = min(low, lane.column - lane.words)
      }
    }
    for run in (segmentRuns + exitRuns + entryRuns).joined() { high = max(high, max(run.from, run.to) + 1) }
    let margin = -low
    picture.breadth = high - low
    picture.anchor = mainLines[first] + margin
    for (index, block) in blocks.enumerated() {
      let origin = FlowPoint(
        along: layerStarts[graph.items[index].layer], across: mainLines[index] - block.anchor + margin)
      picture.places += block.places.map { $0.moved(by: origin) }
      if let inner = block.inner { picture.embed(inner.picture, at: inner.offset.moved(by: origin)) }
    }
    addPaths(to: &picture, margin: margin)
    return picture
  }

  private func addPaths(to picture: inout ScopePicture, margin: Int) {
    let shift = FlowPoint(along: 0, across: margin)
    for (index, flow) in flows.enumerated() where !leadsBack[index] {
      var path = start(of: flow)
      for segment in graph.chains[index] {
        path.corners += corners(segmentRuns[segment], gap: graph.items[graph.segments[segment].upper].layer + 1)
      }
      path.corners.append(end(of: flow.target))
      picture.paths.append(Self.moved(path, by: shift))
    }
    for (index, route) in lanes.routes.enumerated() {
      var path = Self.moved(loop(route, exitRuns[index]), by: shift)
      path.caption = route.caption
      path.edges += route.companions.map { flows[$0].edge }
      picture.paths.append(path)
    }
    for item in graph.items.indices {
      guard case .condition(let flow) = graph.items[item].kind, let caption = flows[flow].caption else { continue }
      let start = FlowPoint(
        along: layerStarts[graph.items[item].layer] + (metrics.isTopDown ? 0 : 2),
        across: mainLines[item] + (metrics.isTopDown ? 2 : 0))
      picture.captions.append((flows[flow].edge, caption, start.moved(by: shift)))
    }
  }

  private static func moved(_ path: ScopePicture.Path, by shift: FlowPoint) -> ScopePicture.Path {
    var moved = path
    moved.corners = []
    for corner in path.corners.map({ $0.moved(by: shift) }) where corner != moved.corners.last {
      moved.corners.append(corner)
    }
    return moved
  }

  /// The origin of a block.
  private func origin(of block: Int) -> FlowPoint {
    FlowPoint(along: layerStarts[graph.items[block].layer], across: mainLines[block] - blocks[block].anchor)
  }

  /// The beginning of a line that leaves with the flow.
  private func start(of flow: ScopeFlow) -> ScopePicture.Path {
    let block = blocks[flow.source]
    let port = block.ports[flow.port]
    let origin = origin(of: flow.source)
    var corners = port.lead.map { $0.moved(by: origin) }
    if corners.isEmpty { corners = [FlowPoint(along: block.length, across: port.across).moved(by: origin)] }
    return ScopePicture.Path(
      edges: [flow.edge], corners: corners, leaving: port.heading, arriving: .forth, isLoop: false)
  }

  /// The last cell before a block.
  private func end(of block: Int) -> FlowPoint {
    FlowPoint(along: layerStarts[graph.items[block].layer] - 1, across: mainLines[block])
  }

  private func corners(_ runs: [ChannelRouter.Run], gap: Int) -> [FlowPoint] {
    runs.flatMap { run in
      let along = gapStarts[gap] + run.track * metrics.trackPitch
      return [FlowPoint(along: along, across: run.from), FlowPoint(along: along, across: run.to)]
    }
  }

  private func loop(_ route: LoopLanes.Route, _ runs: [ChannelRouter.Run]) -> ScopePicture.Path {
    let flow = flows[route.flow]
    let lane = lanes.lanes[route.lane]
    var path: ScopePicture.Path
    if route.leavesSideways {
      let cell = door(of: flow.source, port: flow.port, lane.side)
      path = ScopePicture.Path(
        edges: [flow.edge], corners: [cell, FlowPoint(along: cell.along, across: lane.column)],
        leaving: lane.side == .high ? .high : .low, arriving: .forth, isLoop: true)
    } else {
      path = start(of: flow)
      path.isLoop = true
      path.corners += corners(runs, gap: graph.items[flow.source].layer + 1)
    }
    if lane.entersSideways {
      let cell = door(of: lane.target, port: 0, lane.side)
      path.corners += [FlowPoint(along: cell.along, across: lane.column), cell]
      path.arriving = lane.side == .high ? .low : .high
    } else {
      path.corners += corners(entryRuns[route.lane], gap: graph.items[lane.target].layer) + [end(of: lane.target)]
    }
    return path
  }

  /// The cell from which a loop touches a node sideways.
  private func door(of block: Int, port: Int, _ side: LoopLanes.Side) -> FlowPoint {
    let door = blocks[block].ports[port].side
    let across = side == .high ? door.high : door.low
    return FlowPoint(along: door.along, across: across ?? 0).moved(by: origin(of: block))
  }
}

/// Turns the layout of the scopes to the screen and draws what stays the same from frame to frame.
struct GraphComposition {
  private let hierarchy: GraphHierarchy
  private let metrics: GraphMetrics
  private let labels: [GraphText]
  private let picture: ScopePicture
  private let width: Int
  private let height: Int

  init(_ model: GraphModel, metrics: GraphMetrics) {
    hierarchy = GraphHierarchy(model)
    self.metrics = metrics
    labels = model.nodes.map { metrics.label($0.label) }
    picture = ScopeLayout.picture(
      of: hierarchy.top, GraphBlockBuilder(hierarchy: hierarchy, metrics: metrics, labels: labels))
    width = metrics.isTopDown ? picture.breadth : picture.length
    height = metrics.isTopDown ? picture.length : picture.breadth
  }

  func layout() -> GraphLayout {
    let places = picture.places.map { (node: $0.node, rect: turned($0.rect), anchor: $0.anchor) }
    let paths = picture.paths.map(turned)
    var raster = GraphRaster(width: width, height: height)
    for place in places {
      let isFrame = isFrame(place.node)
      if hierarchy.hosts[place.node] == nil, isFrame || metrics.isBoxed {
        raster.addBorder(place.rect, isRound: isFrame)
      }
      if !isFrame { raster.cover(place.rect) }
    }
    for path in paths { raster.add(path) }
    var captions = [(edges: [Int], rect: GraphRect)]()
    var words = [GraphDrawing.Cell]()
    for caption in picture.captions {
      let start = turned(caption.start)
      // Where the flow runs to the right its words stand on the line itself.
      let margin = metrics.isTopDown ? 0 : 1
      Self.write(caption.text, at: start, margin: margin, to: &words)
      let rect = GraphRect(x: start.x - margin, y: start.y, width: caption.text.columns + 2 * margin, height: 1)
      raster.cover(rect)
      captions.append(([caption.edge], rect))
    }
    for path in paths {
      guard let caption = path.caption else { continue }
      let slot = path.leaving == .right ? metrics.badgeSlot : 1
      guard let place = LoopCaptions.place(caption, of: path, slot: slot, metrics: metrics, on: &raster) else {
        continue
      }
      let margin = place.isOnLine ? 1 : 0
      Self.write(place.text, at: place.start, margin: margin, to: &words)
      captions.append(
        (
          path.edges,
          GraphRect(x: place.start.x - margin, y: place.start.y, width: place.text.columns + 2 * margin, height: 1)
        ))
    }
    let nodes = places.map { placed($0.node, $0.rect, anchor: $0.anchor, raster) }
    return GraphLayout(
      form: metrics.form, width: width, height: height, nodes: nodes, paths: paths, captions: captions,
      rows: rows(raster, words + walls(places.map { ($0.node, $0.rect) })))
  }

  private func isFrame(_ node: Int) -> Bool { !hierarchy.members[node].isEmpty }

  // MARK: - Turning

  private func turned(_ point: FlowPoint) -> GraphPoint {
    metrics.isTopDown
      ? GraphPoint(x: point.across, y: point.along) : GraphPoint(x: point.along, y: point.across)
  }

  private func turned(_ rect: FlowRect) -> GraphRect {
    let origin = turned(rect.origin)
    return metrics.isTopDown
      ? GraphRect(x: origin.x, y: origin.y, width: rect.breadth, height: rect.length)
      : GraphRect(x: origin.x, y: origin.y, width: rect.length, height: rect.breadth)
  }

  private func turned(_ heading: FlowHeading) -> GraphArms {
    switch heading {
    case .forth: metrics.isTopDown ? .down : .right
    case .high: metrics.isTopDown ? .right : .down
    case .low: metrics.isTopDown ? .left : .up
    }
  }

  private func turned(_ path: ScopePicture.Path) -> GraphPath {
    GraphPath(
      edges: path.edges, corners: path.corners.map(turned), leaving: turned(path.leaving),
      arriving: turned(path.arriving), hasHead: path.isLoop || metrics.hasArrowheads, isLoop: path.isLoop,
      caption: path.caption)
  }

  // MARK: - Drawing

  /// Columns that the badges of a node may take, at most.
  private static let widestBadge = 14

  private static func write(
    _ text: GraphText, at start: GraphPoint, margin: Int, to cells: inout [GraphDrawing.Cell]
  ) {
    var x = start.x
    if margin > 0 { cells.append(GraphDrawing.Cell(x: x - 1, y: start.y, glyph: " ", style: .edgeLabel)) }
    for (character, width) in zip(text.characters, text.widths) {
      cells.append(GraphDrawing.Cell(x: x, y: start.y, glyph: character, style: .edgeLabel))
      x += width
    }
    if margin > 0 { cells.append(GraphDrawing.Cell(x: x, y: start.y, glyph: " ", style: .edgeLabel)) }
  }

  /// The wall of the host before each boundary event: broken where the event leaves the host running.
  private func walls(_ places: [(node: Int, rect: GraphRect)]) -> [GraphDrawing.Cell] {
    places.filter { hierarchy.hosts[$0.node] != nil }.map { place in
      let wall: Character = hierarchy.model.nodes[place.node].interrupting ? "├" : "┆"
      return GraphDrawing.Cell(x: place.rect.x, y: place.rect.y, glyph: wall, style: .frame)
    }
  }

  private func rows(_ raster: GraphRaster, _ words: [GraphDrawing.Cell]) -> [[GraphDrawing.Cell]] {
    var rows = (0..<height).map { y in
      (0..<width).compactMap { x in
        raster.glyph(x: x, y: y).map { GraphDrawing.Cell(x: x, y: y, glyph: $0.glyph, style: $0.style) }
      }
    }
    for cell in words { rows[cell.y].append(cell) }
    return rows
  }

  private func placed(_ index: Int, _ rect: GraphRect, anchor: Int, _ raster: GraphRaster) -> PlacedNode {
    let node = hierarchy.model.nodes[index]
    let text = labels[index].columns == 0 ? 1 : labels[index].columns + 2
    var start = GraphPoint(x: rect.x, y: rect.y)
    var placed = PlacedNode(
      id: node.id, rect: rect, symbol: node.kind.symbol, label: labels[index], start: start, badgeStart: start,
      badgeRoom: 0, badgesAreTrailing: false)
    if hierarchy.hosts[index] != nil {
      start.x += 1
      placed.badgeStart.x = start.x + text + 1
      placed.badgeRoom = metrics.boundarySlot
    } else if isFrame(index) {
      // Where the flow runs down, it meets the title's symbol.
      start.x += metrics.isTopDown ? max(2, min(anchor, rect.width - text - 8)) : 4
      placed.badgeStart.x = start.x + text + 1
      placed.badgeRoom = rect.maxX - 3 - placed.badgeStart.x
    } else if metrics.isBoxed {
      start.x += 2
      start.y += 1
      placed.badgeStart.x = rect.x + 2
      placed.badgeRoom = rect.width - 4
      placed.badgesAreTrailing = true
    } else {
      start.x += metrics.isTopDown ? 0 : 1
      placed.badgeStart.x = rect.maxX
      placed.badgeRoom = room(beside: rect, raster)
      placed.head = raster.head(placed.badgeStart)
    }
    placed.start = start
    return placed
  }

  /// The columns beside a compact node that badges may have: its slot, and what is free beyond.
  private func room(beside rect: GraphRect, _ raster: GraphRaster) -> Int {
    let slot = metrics.badgeSlot - 1
    var room = slot
    while room < Self.widestBadge, raster.isFree(GraphPoint(x: rect.maxX + room, y: rect.y)) { room += 1 }
    // Two columns stay free: a mark must not look like the symbol of the next node.
    return max(slot, room - 2)
  }
}

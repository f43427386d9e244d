/// Measures the members of a scope.
///
/// A boundary event is a row of its own under its host, with the host's wall before it. Where the flow runs down, its
/// line leaves to the side and turns down beside the block; the upper events turn further out, so that no two cross.
struct GraphBlockBuilder {
  let hierarchy: GraphHierarchy
  let metrics: GraphMetrics
  /// The cut label of every node.
  let labels: [GraphText]

  /// The block of a member; `inner` is what its frame holds, if it is a subprocess with members.
  func block(_ node: Int, inner: ScopePicture?) -> GraphBlock {
    if let inner { return frame(node, inner) }
    return metrics.isBoxed ? box(node) : row(node)
  }

  /// The symbol, a space, the label.
  private func text(_ node: Int) -> Int {
    labels[node].columns == 0 ? 1 : labels[node].columns + 2
  }

  private func row(_ node: Int) -> GraphBlock {
    let events = hierarchy.boundaries[node]
    let lead = metrics.isTopDown ? 0 : 1
    let width = lead + text(node) + 1
    let slot = metrics.badgeSlot - 1
    let widths = events.map { 1 + text($0) + 1 }
    if metrics.isTopDown {
      let side = GraphBlock.SideDoor(along: 0, low: -1, high: width, slot: slot)
      var block = GraphBlock(
        node: node, length: 1 + events.count, breadth: width + slot, anchor: 0,
        ports: [GraphBlock.Port(node: node, across: 0, side: side)],
        places: [place(node, FlowRect(along: 0, across: 0, length: 1, breadth: width))])
      attach(events, to: &block, from: 1, starts: widths, run: metrics.boundarySlot)
      return block
    }
    let ends = widths.map { 1 + $0 + metrics.boundarySlot }
    let length = max(width + slot, ends.max() ?? 0)
    let side = GraphBlock.SideDoor(along: 1, low: -1, high: events.isEmpty ? 1 : nil, slot: 0)
    var block = GraphBlock(
      node: node, length: length, breadth: 1 + events.count, anchor: 0,
      ports: [GraphBlock.Port(node: node, across: 0, lead: level(from: width, to: length - 1, at: 0), side: side)],
      places: [place(node, FlowRect(along: 0, across: 0, length: width, breadth: 1))])
    for (offset, event) in events.enumerated() {
      let across = 1 + offset
      let rect = FlowRect(along: 1, across: across, length: widths[offset], breadth: 1)
      let lead = level(from: 1 + widths[offset], to: length - 1, at: across)
      block.places.append(place(event, rect))
      block.ports.append(GraphBlock.Port(node: event, across: across, lead: lead, side: Self.closed))
    }
    return block
  }

  private func box(_ node: Int) -> GraphBlock {
    let events = hierarchy.boundaries[node]
    let widths = events.map { 1 + text($0) + 1 + metrics.boundarySlot }
    let width = max(metrics.narrowestBox, text(node) + 4, widths.max() ?? 0)
    return bordered(node, width: width, height: 3 + events.count, anchor: metrics.isTopDown ? 2 : 1)
  }

  private func frame(_ node: Int, _ inner: ScopePicture) -> GraphBlock {
    let events = hierarchy.boundaries[node]
    let widths = events.map { 1 + text($0) + 1 + metrics.boundarySlot }
    let title = text(node) + 12
    let padding = FlowPoint(along: metrics.framePaddingAlong, across: metrics.framePaddingAcross)
    let innerWidth = metrics.isTopDown ? inner.breadth : inner.length
    let innerHeight = metrics.isTopDown ? inner.length : inner.breadth
    let width = max(innerWidth + 4, title, widths.max() ?? 0)
    var block = bordered(
      node, width: width, height: innerHeight + 2 + events.count, anchor: padding.across + inner.anchor)
    block.inner = (inner, padding)
    return block
  }

  /// A block whose node has a border, with its boundary events as the last rows inside.
  private func bordered(_ node: Int, width: Int, height: Int, anchor: Int) -> GraphBlock {
    let events = hierarchy.boundaries[node]
    let first = height - 1 - events.count
    if metrics.isTopDown {
      let side = GraphBlock.SideDoor(along: 1, low: -1, high: width, slot: 0)
      var block = GraphBlock(
        node: node, length: height, breadth: width, anchor: anchor,
        ports: [GraphBlock.Port(node: node, across: anchor, side: side)],
        places: [place(node, FlowRect(along: 0, across: 0, length: height, breadth: width), anchor)])
      attach(events, to: &block, from: first, starts: events.map { _ in width }, run: 1)
      return block
    }
    let side = GraphBlock.SideDoor(along: 2, low: -1, high: height, slot: 0)
    var block = GraphBlock(
      node: node, length: width, breadth: height, anchor: anchor,
      ports: [GraphBlock.Port(node: node, across: anchor, side: side)],
      places: [place(node, FlowRect(along: 0, across: 0, length: width, breadth: height), anchor)])
    for (offset, event) in events.enumerated() {
      let rect = FlowRect(along: 0, across: first + offset, length: width, breadth: 1)
      block.places.append(place(event, rect))
      block.ports.append(GraphBlock.Port(node: event, across: first + offset, side: Self.closed))
    }
    return block
  }

  /// Adds boundary events as rows from `first` on; each row ends at its `start`, runs on for at least `run` cells and
  /// turns down. Only for pictures that run down.
  private func attach(_ events: [Int], to block: inout GraphBlock, from first: Int, starts: [Int], run: Int) {
    var turn = 0
    var ports = [GraphBlock.Port]()
    for (offset, event) in events.enumerated().reversed() {
      let along = first + offset
      let start = starts[offset]
      // An event that nothing follows needs no turn, but those above it must turn beyond its words.
      turn = max(turn + (hierarchy.hasExit[event] ? 2 : 0), start + run - (hierarchy.hasExit[event] ? 0 : 2))
      let corners = [
        FlowPoint(along: along, across: start), FlowPoint(along: along, across: turn),
        FlowPoint(along: block.length - 1, across: turn),
      ]
      let side = GraphBlock.SideDoor(along: along, low: nil, high: start, slot: run > 1 ? run : 0)
      ports.append(GraphBlock.Port(node: event, across: turn, lead: corners, heading: .high, side: side))
      block.breadth = max(block.breadth, turn + 1, start + (run > 1 ? run : 0))
    }
    block.ports += ports.reversed()
    for (offset, event) in events.enumerated() {
      let rect = FlowRect(along: first + offset, across: 0, length: 1, breadth: starts[offset])
      block.places.append(place(event, rect))
    }
  }

  private func place(_ node: Int, _ rect: FlowRect, _ anchor: Int = 0) -> ScopePicture.Place {
    ScopePicture.Place(node: node, rect: rect, anchor: anchor)
  }

  private func level(from start: Int, to end: Int, at across: Int) -> [FlowPoint] {
    start > end ? [] : [FlowPoint(along: start, across: across), FlowPoint(along: end, across: across)]
  }

  /// A node that no loop can touch from the side.
  private static let closed = GraphBlock.SideDoor(along: 0, low: nil, high: nil, slot: 0)
}

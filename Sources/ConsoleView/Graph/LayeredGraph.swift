/// A scope cut into layers: every line goes from one layer to the next, through a place of its own in each layer that
/// it passes.
///
/// Lines to the same block share their places, so that they run as one from where they meet: a reader who follows any
/// of them arrives at the right block, and the picture has far fewer lines.
struct LayeredGraph {
  /// What takes a place in a layer.
  enum ItemKind: Equatable {
    /// A block, by its position in the scope.
    case block(Int)
    /// A passing line.
    case line
    /// A passing line with the condition of a flow beside it.
    case condition(flow: Int)
  }

  /// A place in a layer.
  struct Item {
    var kind: ItemKind
    var layer: Int
    /// Cells across the flow from the item's edge to its main line.
    var before: Int
    /// Cells across the flow from its main line (included) to its other edge.
    var after: Int
    /// The extent along the flow.
    var length: Int
  }

  /// A piece of line between two neighbouring layers.
  struct Segment {
    var upper: Int
    /// The port of the upper item if that is a block; else 0.
    var port: Int
    var lower: Int
    /// Where it leaves, across, from the upper item's main line.
    var offset: Int
  }

  private(set) var items: [Item] = []
  /// The items of each layer in their order across.
  var layers: [[Int]]
  private(set) var segments: [Segment] = []
  /// The segments that leave each item, by where they leave.
  private(set) var below: [[Int]] = []
  /// The segments that enter each item.
  private(set) var above: [[Int]] = []
  /// The segments of each flow from source to target; empty for flows that lead back.
  private(set) var chains: [[Int]]

  private struct Fork: Hashable {
    var upper: Int
    var port: Int
    var lower: Int
  }

  private struct Passage: Hashable {
    var target: Int
    var layer: Int
  }

  private var known: [Fork: Int] = [:]
  private var passages: [Passage: Int] = [:]

  /// Blocks come first among the items, numbered as in the scope.
  init(blocks: [GraphBlock], flows: [ScopeFlow], leadsBack: [Bool], layers assigned: [Int], metrics: GraphMetrics) {
    layers = Array(repeating: [], count: (assigned.max() ?? -1) + 1)
    chains = Array(repeating: [], count: flows.count)
    for (index, block) in blocks.enumerated() {
      append(
        Item(
          kind: .block(index), layer: assigned[index], before: block.anchor, after: block.breadth - block.anchor,
          length: block.length))
    }
    for (index, flow) in flows.enumerated() where !leadsBack[index] {
      var upper = flow.source
      var port = flow.port
      var offset = blocks[flow.source].ports[port].across - blocks[flow.source].anchor
      for layer in (assigned[flow.source] + 1)..<assigned[flow.target] {
        let lower: Int
        if layer == assigned[flow.source] + 1, let caption = flow.caption {
          lower = condition(index, caption, layer: layer, metrics: metrics)
        } else {
          lower = passage(to: flow.target, layer: layer)
        }
        chains[index].append(segment(Fork(upper: upper, port: port, lower: lower), offset: offset))
        (upper, port, offset) = (lower, 0, 0)
      }
      chains[index].append(segment(Fork(upper: upper, port: port, lower: flow.target), offset: offset))
    }
    for index in below.indices {
      below[index].sort { (segments[$0].offset, $0) < (segments[$1].offset, $1) }
    }
    orderByFirstVisit(roots: Array(blocks.indices))
  }

  /// Whether the item is a line that others may cross.
  func isLine(_ item: Int) -> Bool { items[item].kind == .line }

  /// Whether the item is a block.
  func isBlock(_ item: Int) -> Bool {
    switch items[item].kind {
    case .block: true
    case .line, .condition: false
    }
  }

  private mutating func append(_ item: Item) {
    items.append(item)
    below.append([])
    above.append([])
  }

  private mutating func condition(_ flow: Int, _ caption: GraphText, layer: Int, metrics: GraphMetrics) -> Int {
    let width = caption.columns + (metrics.isTopDown ? 2 : 4)
    append(
      Item(
        kind: .condition(flow: flow), layer: layer, before: 0, after: metrics.isTopDown ? width : 1,
        length: metrics.isTopDown ? 1 : width))
    return items.count - 1
  }

  private mutating func passage(to target: Int, layer: Int) -> Int {
    let passage = Passage(target: target, layer: layer)
    if let item = passages[passage] { return item }
    append(Item(kind: .line, layer: layer, before: 0, after: 1, length: 1))
    passages[passage] = items.count - 1
    return items.count - 1
  }

  private mutating func segment(_ fork: Fork, offset: Int) -> Int {
    if let segment = known[fork] { return segment }
    segments.append(Segment(upper: fork.upper, port: fork.port, lower: fork.lower, offset: offset))
    let index = segments.count - 1
    known[fork] = index
    below[fork.upper].append(index)
    above[fork.lower].append(index)
    return index
  }

  /// The first order within the layers: as a walk in document order meets the items.
  private mutating func orderByFirstVisit(roots: [Int]) {
    var seen = Array(repeating: false, count: items.count)
    let sources = roots.filter { above[$0].isEmpty }
    for root in sources + roots where !seen[root] {
      var path = [root]
      while let item = path.popLast() {
        if seen[item] { continue }
        seen[item] = true
        layers[items[item].layer].append(item)
        for segment in below[item].reversed() where !seen[segments[segment].lower] {
          path.append(segments[segment].lower)
        }
      }
    }
  }
}

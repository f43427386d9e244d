/// Places the items across the flow: long straight lines first, everything as near to the low side as it can be.
///
/// Items whose connecting line is to be straight are joined to chains (Brandes and Köpf 2001, with one alignment
/// instead of four): passing lines first, then each item with the first that it leads to, so that the main path runs
/// straight along the low side and branches hang beside it. Chains are pushed to the low side, cut where one end would
/// drag the other far away, and finally drawn back under what leads to them where there is room.
struct AcrossPlacement {
  let graph: LayeredGraph
  private let spacing: Int
  /// The segment above each item that is to be straight.
  var link: [Int?]
  /// The chain of each item.
  private(set) var chain: [Int] = []
  /// The main line of each item, from that of its chain.
  private(set) var shift: [Int] = []
  /// The items of each chain from the top.
  private(set) var chains: [[Int]] = []
  /// The main line of each chain.
  var position: [Int] = []
  /// What must keep a distance on each side of each chain.
  private var lower: [[(chain: Int, distance: Int)]] = []
  private(set) var higher: [[(chain: Int, distance: Int)]] = []

  /// Where the main line of each item runs.
  static func mainLines(_ graph: LayeredGraph, spacing: Int) -> [Int] {
    var placement = AcrossPlacement(graph: graph, spacing: spacing)
    placement.linkFirsts()
    placement.settle()
    placement.cut()
    placement.drawBack()
    placement.straighten()
    return graph.items.indices.map { placement.line(of: $0) }
  }

  private init(graph: LayeredGraph, spacing: Int) {
    self.graph = graph
    self.spacing = spacing
    link = Array(repeating: nil, count: graph.items.count)
  }

  /// Where the main line of an item runs.
  func line(of item: Int) -> Int { position[chain[item]] + shift[item] }

  /// Where a segment leaves its upper item.
  func start(of segment: LayeredGraph.Segment) -> Int { line(of: segment.upper) + segment.offset }

  /// Free and taken cells from one neighbour's main line to the other's.
  func distance(_ left: Int, _ right: Int) -> Int {
    graph.items[left].after + spacing + graph.items[right].before
  }

  /// Chooses the segments that are to be straight: at most one at each end of an item, and none crosses another.
  private mutating func linkFirsts() {
    var place = Array(repeating: 0, count: graph.items.count)
    for layer in graph.layers {
      for (position, item) in layer.enumerated() { place[item] = position }
    }
    let inOrder = graph.layers.flatMap { layer in
      layer.flatMap { item in
        graph.below[item].sorted { first, second in
          let one = graph.segments[first]
          let other = graph.segments[second]
          return (one.offset, place[one.lower]) < (other.offset, place[other.lower])
        }
      }
    }
    let passing = inOrder.filter { isPassing(graph.segments[$0]) }
    let others = inOrder.filter { !isPassing(graph.segments[$0]) }
    var isTaken = Array(repeating: false, count: graph.items.count)
    var kept = Array(repeating: [(upper: Int, lower: Int)](), count: graph.layers.count)
    for index in passing + others {
      let segment = graph.segments[index]
      if isTaken[segment.upper] || link[segment.lower] != nil { continue }
      let layer = graph.items[segment.upper].layer
      let ends = (upper: place[segment.upper], lower: place[segment.lower])
      if kept[layer].contains(where: { ($0.upper < ends.upper) != ($0.lower < ends.lower) }) { continue }
      kept[layer].append(ends)
      isTaken[segment.upper] = true
      link[segment.lower] = index
    }
  }

  /// Whether both ends of a segment are lines on their way.
  func isPassing(_ segment: LayeredGraph.Segment) -> Bool {
    !graph.isBlock(segment.upper) && !graph.isBlock(segment.lower)
  }

  /// Forms the chains and pushes them to the low side.
  mutating func settle() {
    formChains()
    if push() { return }
    // A circle among the chains cannot come out of links that do not cross; should it, single items have none.
    link = Array(repeating: nil, count: graph.items.count)
    formChains()
    _ = push()
  }

  private mutating func formChains() {
    chain = Array(repeating: 0, count: graph.items.count)
    shift = Array(repeating: 0, count: graph.items.count)
    chains = []
    for item in graph.layers.joined() {
      if let index = link[item] {
        let upper = graph.segments[index].upper
        chain[item] = chain[upper]
        shift[item] = shift[upper] + graph.segments[index].offset
        chains[chain[item]].append(item)
      } else {
        chain[item] = chains.count
        chains.append([item])
      }
    }
    lower = Array(repeating: [], count: chains.count)
    higher = Array(repeating: [], count: chains.count)
    for layer in graph.layers {
      for (left, right) in zip(layer, layer.dropFirst()) {
        let distance = distance(left, right) + shift[left] - shift[right]
        higher[chain[left]].append((chain[right], distance))
        lower[chain[right]].append((chain[left], distance))
      }
    }
  }

  /// Pushes every chain to the low side; false if the chains form a circle.
  private mutating func push() -> Bool {
    position = chains.map { members in
      members.map { graph.items[$0].before - shift[$0] }.max() ?? 0
    }
    var missing = lower.map(\.count)
    var ready = chains.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < ready.count {
      let current = ready[next]
      next += 1
      for (neighbour, distance) in higher[current] {
        position[neighbour] = max(position[neighbour], position[current] + distance)
        missing[neighbour] -= 1
        if missing[neighbour] == 0 { ready.append(neighbour) }
      }
    }
    return ready.count == chains.count
  }
}

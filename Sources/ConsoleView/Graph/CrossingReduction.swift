/// Orders the items within their layers so that few lines cross.
///
/// Sweeps down and up with barycentres, then exchanges neighbours while that helps; an order is kept only if it has
/// strictly fewer crossings, so that document order stays wherever it is as good (Sugiyama, Tagawa and Toda 1981;
/// Gansner and others 1993).
struct CrossingReduction {
  /// Sweeps down and up, at most.
  static let sweepLimit = 8
  /// Passes of exchanging neighbours, at most.
  static let exchangeLimit = 4

  private var graph: LayeredGraph
  /// The place of each item in its layer.
  private var place: [Int]

  /// The graph with its layers reordered.
  static func reduced(_ graph: LayeredGraph) -> LayeredGraph {
    var reduction = CrossingReduction(graph: graph, place: Array(repeating: 0, count: graph.items.count))
    reduction.run()
    return reduction.graph
  }

  private init(graph: LayeredGraph, place: [Int]) {
    self.graph = graph
    self.place = place
  }

  private mutating func run() {
    for layer in graph.layers.indices { renumber(layer) }
    var best = graph.layers
    var fewest = crossings()
    for sweep in 0..<Self.sweepLimit where fewest > 0 {
      if sweep.isMultiple(of: 2) {
        for layer in graph.layers.indices.dropFirst() { reorder(layer, down: true) }
      } else {
        for layer in graph.layers.indices.dropLast().reversed() { reorder(layer, down: false) }
      }
      exchange()
      let count = crossings()
      if count < fewest {
        fewest = count
        best = graph.layers
      }
    }
    graph.layers = best
  }

  private mutating func renumber(_ layer: Int) {
    for (position, item) in graph.layers[layer].enumerated() { place[item] = position }
  }

  /// Where a segment leaves its upper item, finer than the item's place: ports have an order too.
  private func start(_ segment: Int) -> Double {
    let upper = graph.segments[segment].upper
    let rank = Double(graph.segments[segment].offset)
    return Double(place[upper]) + rank / Double(graph.items[upper].after + 1)
  }

  private mutating func reorder(_ layer: Int, down: Bool) {
    let keys: [(item: Int, key: Double)] = graph.layers[layer].map { item in
      let segments = down ? graph.above[item] : graph.below[item]
      if segments.isEmpty { return (item, Double(place[item])) }
      let sum = segments.reduce(0.0) { $0 + (down ? start($1) : Double(place[graph.segments[$1].lower])) }
      return (item, sum / Double(segments.count))
    }
    graph.layers[layer] = keys.sorted { ($0.key, place[$0.item]) < ($1.key, place[$1.item]) }.map(\.item)
    renumber(layer)
  }

  /// Exchanges neighbours wherever their own lines cross less that way.
  private mutating func exchange() {
    for _ in 0..<Self.exchangeLimit {
      var improved = false
      for layer in graph.layers.indices {
        for position in graph.layers[layer].indices.dropLast() {
          let left = graph.layers[layer][position]
          let right = graph.layers[layer][position + 1]
          guard crossings(left, right) > crossings(right, left) else { continue }
          graph.layers[layer].swapAt(position, position + 1)
          place[left] = position + 1
          place[right] = position
          improved = true
        }
      }
      if !improved { return }
    }
  }

  /// How often the lines of two items of one layer cross if `left` stands before `right`.
  private func crossings(_ left: Int, _ right: Int) -> Int {
    var count = 0
    for first in graph.above[left] {
      for second in graph.above[right] where start(first) > start(second) { count += 1 }
    }
    for first in graph.below[left] {
      let end = place[graph.segments[first].lower]
      for second in graph.below[right] where end > place[graph.segments[second].lower] { count += 1 }
    }
    return count
  }

  /// All crossings between neighbouring layers.
  private func crossings() -> Int {
    var count = 0
    for layer in graph.layers {
      // Segments by where they start, then by where they end: each inversion of the ends is a crossing. Ends are
      // counted in a binary indexed tree.
      let ends = layer.flatMap { item in
        graph.below[item].map { (start: start($0), end: place[graph.segments[$0].lower]) }
      }
      .sorted { ($0.start, $0.end) < ($1.start, $1.end) }
      var tree = Array(repeating: 0, count: (ends.map(\.end).max() ?? 0) + 2)
      for (seen, line) in ends.enumerated() {
        var notBeyond = 0
        var node = line.end + 1
        while node > 0 {
          notBeyond += tree[node]
          node -= node & -node
        }
        count += seen - notBeyond
        node = line.end + 1
        while node < tree.count {
          tree[node] += 1
          node += node & -node
        }
      }
    }
    return count
  }
}

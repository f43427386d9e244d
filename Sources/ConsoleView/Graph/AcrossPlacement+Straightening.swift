extension AcrossPlacement {
  /// Rounds of cutting chains, at most.
  private static let cutLimit = 6
  /// Cells that a link may drag its upper part away from what leads there.
  private static let dragLimit = 5
  /// Rounds of drawing chains back, at most.
  private static let roundLimit = 4
  /// Attempts to straighten a line by making room, at most.
  private static let attemptLimit = 64
  /// Cells of room made for one line, at most.
  private static let roomLimit = 8

  /// Cuts chains whose lower end drags the upper one far from what leads to it: a bend more, but branches stay where
  /// they branch off.
  mutating func cut() {
    for _ in 0..<Self.cutLimit {
      let cuts = chains.indices.compactMap(worstLink)
      if cuts.isEmpty { return }
      for item in cuts { link[item] = nil }
      settle()
    }
  }

  /// The item before which a chain is best cut, nil if it may stay whole.
  private func worstLink(of current: Int) -> Int? {
    guard let wanted = wantedPosition(of: current), position[current] - wanted > Self.dragLimit else { return nil }
    var limit = 0
    var best: (limit: Int, item: Int)?
    for (item, next) in zip(chains[current], chains[current].dropFirst()) {
      limit = max(limit, lowestPosition(of: item))
      guard let index = link[next], !isPassing(graph.segments[index]) else { continue }
      if limit <= best?.limit ?? (position[current] - Self.dragLimit) { best = (limit, next) }
    }
    return best?.item
  }

  /// How near to the low side an item alone lets its chain be.
  private func lowestPosition(of item: Int) -> Int {
    let layer = graph.layers[graph.items[item].layer]
    guard let place = layer.firstIndex(of: item), place > 0 else { return graph.items[item].before - shift[item] }
    let neighbour = layer[place - 1]
    return line(of: neighbour) + distance(neighbour, item) - shift[item]
  }

  /// Moves chains to the high side until they are under the first line that leads to them, as far as there is room.
  mutating func drawBack() {
    let order = chains.indices.sorted { (position[$0], $0) > (position[$1], $1) }
    for _ in 0..<Self.roundLimit {
      var moved = false
      for current in order {
        guard let wanted = wantedPosition(of: current), wanted > position[current] else { continue }
        let room = higher[current].map { position[$0.chain] - $0.distance }.min() ?? wanted
        let target = min(wanted, room)
        if target > position[current] {
          position[current] = target
          moved = true
        }
      }
      if !moved { return }
    }
  }

  /// Makes room on the high side where a line becomes straight by it and none is lost.
  mutating func straighten() {
    var attempts = 0
    for current in chains.indices {
      guard let wanted = wantedPosition(of: current) else { continue }
      let missing = wanted - position[current]
      if missing <= 0 || missing > Self.roomLimit { continue }
      attempts += 1
      if attempts > Self.attemptLimit { return }
      var attempt = self
      attempt.move(current, to: wanted)
      attempt.drawBack()
      if attempt.straightLines() > straightLines() { position = attempt.position }
    }
  }

  /// Moves a chain to the high side, and what is in its way.
  private mutating func move(_ current: Int, to target: Int) {
    var moved = [current]
    position[current] = target
    while let chain = moved.popLast() {
      for (neighbour, distance) in higher[chain] where position[neighbour] < position[chain] + distance {
        position[neighbour] = position[chain] + distance
        moved.append(neighbour)
      }
    }
  }

  private func straightLines() -> Int {
    graph.segments.count { start(of: $0) == line(of: $0.lower) }
  }

  /// Where the first line that leads to a chain comes down, as the chain's position; nil if none does.
  private func wantedPosition(of current: Int) -> Int? {
    guard let head = chains[current].first else { return nil }
    return graph.above[head].map { start(of: graph.segments[$0]) }.min()
  }
}

/// Routes the lines between two neighbouring layers: each line comes down its column, runs across on a track, and goes
/// down another column.
///
/// This is the channel routing of circuit boards (Hashimoto and Stevens 1971; Deutsch 1976 for the doglegs). Lines that
/// leave the same port, or that enter the same item, share a track and look like a rake. Where a line comes down a
/// column in which another goes on, the first must turn off above the second; where such demands form a circle, one
/// line changes its column half-way.
struct ChannelRouter {
  /// One end of a wire.
  struct Pin {
    /// The column.
    var column: Int
    /// Whether the wire is above the track there, so it crosses all tracks before its own.
    var isUpper: Bool
    /// What the pin belongs to: wires with the same owner on the same side may share a track.
    var owner: Int
  }

  /// A line through the channel.
  struct Wire {
    var from: Pin
    var to: Pin
  }

  /// A run across the flow.
  struct Run: Equatable {
    var track: Int
    var from: Int
    var to: Int
  }

  private struct Net {
    var uppers: [Int] = []
    var lowers: [Int] = []
    /// Columns where it is joined to another net half-way.
    var joints: [Int] = []
    var first = Int.max
    var last = Int.min

    mutating func add(_ pin: Pin) {
      stretch(to: pin.column)
      if pin.isUpper {
        if !uppers.contains(pin.column) { uppers.append(pin.column) }
      } else if !lowers.contains(pin.column) {
        lowers.append(pin.column)
      }
    }

    mutating func stretch(to column: Int) {
      first = min(first, column)
      last = max(last, column)
    }
  }

  private let wires: [Wire]
  /// Columns in which no line may change over.
  private var occupied: Set<Int>
  private var nets: [Net] = []
  /// The nets of each wire in the order of its way, with the column where it changes to the next one.
  private var legs: [[(net: Int, until: Int)]]
  /// The nets that go on where another one stopped half-way, and so must be below it.
  private var continued: [(upper: Int, lower: Int)] = []

  /// The runs of each wire in the order of its way (none if it is straight), and how many tracks they take.
  ///
  /// - Parameter passing: columns of lines that pass the whole channel and belong to no wire.
  static func route(_ wires: [Wire], passing: [Int]) -> (runs: [[Run]], tracks: Int) {
    var router = ChannelRouter(wires: wires, passing: passing)
    router.formNets()
    router.breakCircles()
    return router.assignTracks()
  }

  private init(wires: [Wire], passing: [Int]) {
    self.wires = wires
    occupied = Set(passing)
    for wire in wires {
      occupied.insert(wire.from.column)
      occupied.insert(wire.to.column)
    }
    legs = Array(repeating: [], count: wires.count)
  }

  private func isStraight(_ wire: Wire) -> Bool {
    wire.from.column == wire.to.column && wire.from.isUpper != wire.to.isUpper
  }

  private mutating func formNets() {
    let bent = wires.indices.filter { !isStraight(wires[$0]) }
    var leaving: [Int: Int] = [:]
    for wire in bent { leaving[wires[wire].from.owner, default: 0] += 1 }
    var rakes: [Int: Int] = [:]
    var combs: [Int: Int] = [:]
    for index in bent {
      let wire = wires[index]
      let isRake = leaving[wire.from.owner, default: 0] > 1
      let net: Int
      if let shared = isRake ? rakes[wire.from.owner] : combs[wire.to.owner] {
        net = shared
      } else {
        net = nets.count
        nets.append(Net())
        if isRake { rakes[wire.from.owner] = net } else { combs[wire.to.owner] = net }
      }
      nets[net].add(wire.from)
      nets[net].add(wire.to)
      legs[index] = [(net, wire.to.column)]
    }
  }

  /// The nets that must have their track below that of each net.
  private func demands() -> [[Int]] {
    var ending: [Int: [Int]] = [:]
    for (index, net) in nets.enumerated() {
      for column in net.lowers { ending[column, default: []].append(index) }
    }
    var demands = nets.enumerated().map { index, net in
      net.uppers.flatMap { ending[$0] ?? [] }.filter { $0 != index }
    }
    for (upper, lower) in continued { demands[upper].append(lower) }
    return demands
  }

  private mutating func breakCircles() {
    // Every detour takes an end from a net that is part of a circle and gives it to one that never is.
    while let (upper, lower) = Self.demandInCircle(demands()) {
      guard let column = nets[upper].uppers.first(where: { nets[lower].lowers.contains($0) }) else { return }
      detour(lower, endingAt: column)
    }
  }

  /// A demand that is part of a circle, if there is one.
  private static func demandInCircle(_ demands: [[Int]]) -> (upper: Int, lower: Int)? {
    var state = Array(repeating: 0, count: demands.count)
    for root in demands.indices where state[root] == 0 {
      var path = [(net: root, next: 0)]
      state[root] = 1
      while let (net, next) = path.last {
        guard next < demands[net].count else {
          state[net] = 2
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let lower = demands[net][next]
        if state[lower] == 1 { return (net, lower) }
        if state[lower] == 0 {
          state[lower] = 1
          path.append((lower, 0))
        }
      }
    }
    return nil
  }

  /// Lets a net end in a free column instead, and a net of its own lead from there to where it should end.
  private mutating func detour(_ net: Int, endingAt column: Int) {
    let free = freeColumn(near: column, inside: nets[net].first...nets[net].last)
    occupied.insert(free)
    let rest = nets.count
    var continuation = Net(lowers: [column], joints: [free])
    continuation.stretch(to: column)
    continuation.stretch(to: free)
    nets.append(continuation)
    nets[net].lowers.removeAll { $0 == column }
    nets[net].joints.append(free)
    nets[net].stretch(to: free)
    continued.append((net, rest))
    for index in wires.indices {
      for leg in legs[index].indices where legs[index][leg].net == net {
        let until = legs[index][leg].until
        if until == column, leg == legs[index].count - 1, !wires[index].to.isUpper {
          legs[index][leg].until = free
          legs[index].append((rest, column))
          break
        } else if leg == 0, wires[index].from.column == column, !wires[index].from.isUpper {
          legs[index].insert((rest, free), at: 0)
          break
        }
      }
    }
  }

  private func freeColumn(near column: Int, inside range: ClosedRange<Int>) -> Int {
    var distance = 1
    while true {
      let inner = column * 2 >= range.lowerBound + range.upperBound ? column - distance : column + distance
      let outer = 2 * column - inner
      if range.contains(inner), !occupied.contains(inner) { return inner }
      if outer >= 0, !occupied.contains(outer) { return outer }
      if inner >= 0, !occupied.contains(inner) { return inner }
      distance += 1
    }
  }

  private func assignTracks() -> (runs: [[Run]], tracks: Int) {
    let demands = demands()
    var track = Array(repeating: 0, count: nets.count)
    var placed = [Int]()
    for net in Self.order(nets, demands) {
      for other in placed {
        let apart = nets[other].last + 1 < nets[net].first || nets[net].last + 1 < nets[other].first
        if !apart || demands[other].contains(net) { track[net] = max(track[net], track[other] + 1) }
      }
      placed.append(net)
    }
    let runs = wires.indices.map { index in
      var column = wires[index].from.column
      return legs[index].map { leg in
        defer { column = leg.until }
        return Run(track: track[leg.net], from: column, to: leg.until)
      }
    }
    return (runs, (track.max() ?? -1) + 1)
  }

  /// An order of the nets from the top that meets every demand and otherwise crosses little.
  private static func order(_ nets: [Net], _ demands: [[Int]]) -> [Int] {
    var missing = Array(repeating: 0, count: nets.count)
    for lower in demands.joined() { missing[lower] += 1 }
    var cost = nets.indices.map { net in nets.indices.reduce(0) { $0 + Self.cost(nets, of: net, before: $1) } }
    var waiting = Array(nets.indices)
    var order = [Int]()
    while !waiting.isEmpty {
      let ready = waiting.filter { missing[$0] == 0 }
      let best = (ready.isEmpty ? waiting : ready).min {
        (cost[$0], nets[$0].first, $0) < (cost[$1], nets[$1].first, $1)
      }
      guard let net = best else { break }
      order.append(net)
      waiting.removeAll { $0 == net }
      for lower in demands[net] { missing[lower] -= 1 }
      for other in waiting { cost[other] -= Self.cost(nets, of: other, before: net) }
    }
    return order
  }

  /// How many crossings more it costs to place a net above the other than below it.
  private static func cost(_ nets: [Net], of net: Int, before other: Int) -> Int {
    net == other ? 0 : crossings(nets[net], over: nets[other]) - crossings(nets[other], over: nets[net])
  }

  private static func crossings(_ upper: Net, over lower: Net) -> Int {
    let down = (lower.uppers + lower.joints).count { $0 > upper.first && $0 < upper.last }
    let up = (upper.lowers + upper.joints).count { $0 > lower.first && $0 < lower.last }
    return down + up
  }
}

/// Tells which joins can complete at all.
///
/// The problem: a join that waits for both branches of a choice, or for a loop that begins behind it, waits for ever.
/// The idea (Kovalyov and Esparza's concurrency relation for Petri nets): places are nodes, and for a join each flow
/// into it. Two places are *concurrent* when both can hold a token at the same time. Beginning with the branches of
/// each fork, every step of a token carries the relation on, until nothing is new. A join whose flows are not all
/// concurrent with each other can never complete. The relation may claim too much, never too little, so a join that
/// can complete is never refused.
///
/// Costs O(places²) space and O(places² · flows per node) time; `DefinitionLimits` bounds both.
struct JoinAnalysis {
  private let definition: ProcessDefinition
  /// The place that a token takes when it follows a flow.
  private let placeOfFlow: [Int]
  private let joinOfPlace: [NodeIndex?]
  private let placesOfJoin: [NodeIndex: [Int]]
  private let placeCount: Int
  private var isMarked: [Bool]
  private var isConcurrent: [Bool]
  private var enabledJoins: Set<NodeIndex> = []
  private var open: [(Int, Int)] = []

  /// Analyses one scope.
  init(_ definition: ProcessDefinition, start: NodeIndex) {
    self.definition = definition
    var places = definition.nodes.count
    var placeOfFlow: [Int] = []
    var joins: [NodeIndex?] = Array(repeating: nil, count: places)
    var placesOfJoin: [NodeIndex: [Int]] = [:]
    for flow in definition.flows {
      guard definition[flow.target].isJoin else {
        placeOfFlow.append(flow.target.rawValue)
        continue
      }
      placeOfFlow.append(places)
      joins.append(flow.target)
      placesOfJoin[flow.target, default: []].append(places)
      places += 1
    }
    self.placeOfFlow = placeOfFlow
    self.placesOfJoin = placesOfJoin
    joinOfPlace = joins
    placeCount = places
    isMarked = Array(repeating: false, count: places)
    isConcurrent = Array(repeating: false, count: places * places)
    mark(start.rawValue, besides: [])
    while let (left, right) = open.popLast() {
      advance(left, besides: right)
      advance(right, besides: left)
    }
  }

  /// Two flows into a join that can never both bring a token, of which at least one can; nil when there are none.
  func conflict(at join: NodeIndex) -> (FlowIndex, FlowIndex)? {
    let incoming = definition[join].incoming
    for (position, left) in incoming.enumerated() {
      for right in incoming[(position + 1)...] where !areConcurrent(place(left), place(right)) {
        if canBring(left) || canBring(right) { return (left, right) }
      }
    }
    return nil
  }

  /// Whether a token can ever come along a flow.
  func canBring(_ flow: FlowIndex) -> Bool { isMarked[place(flow)] }

  private func place(_ flow: FlowIndex) -> Int { placeOfFlow[flow.rawValue] }

  private func areConcurrent(_ left: Int, _ right: Int) -> Bool { isConcurrent[left * placeCount + right] }

  private mutating func relate(_ left: Int, _ right: Int) {
    guard !areConcurrent(left, right) else { return }
    isConcurrent[left * placeCount + right] = true
    isConcurrent[right * placeCount + left] = true
    open.append((left, right))
  }

  /// A place can hold a token: its own steps, as far as they need no other token, are taken.
  private mutating func mark(_ place: Int, besides others: [Int]) {
    for other in others { relate(place, other) }
    guard !isMarked[place] else { return }
    isMarked[place] = true
    guard joinOfPlace[place] == nil else { return }
    for step in steps(from: place) { take(step, besides: []) }
  }

  /// A token on `place` moves while another one stands on `other`.
  private mutating func advance(_ place: Int, besides other: Int) {
    if let join = joinOfPlace[place] {
      complete(join, besides: other)
      return
    }
    for step in steps(from: place) { take(step, besides: [other]) }
  }

  /// A join fires while another token stands on `other`, if all of its flows and that token can come together.
  private mutating func complete(_ join: NodeIndex, besides other: Int) {
    let inputs = placesOfJoin[join] ?? []
    guard pairwiseConcurrent(inputs) else { return }
    if enabledJoins.insert(join).inserted {
      // Tokens that came to stand beside it before it could fire are looked at once, here.
      fire(join, besides: (0..<placeCount).filter { canStand($0, beside: inputs) })
    } else if canStand(other, beside: inputs) {
      fire(join, besides: [other])
    }
  }

  private mutating func fire(_ join: NodeIndex, besides others: [Int]) {
    for step in steps(from: join.rawValue) { take(step, besides: others) }
  }

  /// Whether a token on a place can be left when a join has taken one from each of its flows.
  private func canStand(_ place: Int, beside inputs: [Int]) -> Bool {
    if inputs.contains(place), !areConcurrent(place, place) { return false }
    return inputs.allSatisfy { $0 == place || areConcurrent($0, place) }
  }

  private func pairwiseConcurrent(_ places: [Int]) -> Bool {
    places.indices.allSatisfy { left in
      places[(left + 1)...].allSatisfy { areConcurrent(places[left], $0) }
    }
  }

  private mutating func take(_ targets: [Int], besides others: [Int]) {
    for (position, target) in targets.enumerated() {
      mark(target, besides: others + targets[(position + 1)...])
    }
  }

  /// The steps a token at a node can take; each says on which places there are tokens afterwards.
  private func steps(from node: Int) -> [[Int]] {
    let definition = definition
    var exits = definition.nodes[node].outgoing.map { placeOfFlow[$0.rawValue] }
    if let link = definition.nodes[node].linkTarget { exits.append(link.rawValue) }
    switch definition.nodes[node].kind {
    case .exclusiveGateway, .eventGateway: return exits.map { [$0] }
    case .parallelGateway, .inclusiveGateway(nil): return [exits]
    case .inclusiveGateway(let defaultFlow?):
      // Any of the others, or the default alone.
      let others = definition.nodes[node].outgoing.filter { $0 != defaultFlow }
      return [others.map { placeOfFlow[$0.rawValue] }, [placeOfFlow[defaultFlow.rawValue]]]
    case .start, .end, .activity, .catchEvent, .throwEvent, .boundary, .subprocess, .custom:
      return [exits]
        + definition.nodes[node].boundaryEvents.map { event in
          guard case .boundary(let boundary) = definition[event].kind, !boundary.isInterrupting else {
            return [event.rawValue]
          }
          return [node, event.rawValue]
        }
    }
  }
}

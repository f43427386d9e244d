import EngineCore

/// Who of those that wait for handlers is next, and how much of the room a definition may keep while others wait.
///
/// The problem: the next step of an instance begins in the unit that ends the step before it, so a flood of one
/// definition would keep every slot for ever. The idea: while others wait for the same pool of slots, a definition goes
/// on in place only within its share of the pool, by weight; what is beyond it becomes ready and waits in its lane, and
/// every free slot goes to the definition that is furthest behind (stride scheduling, Waldspurger and Weihl 1995). A
/// definition alone may use all there is.
struct FairShares {
  /// The highest and, negated, the lowest priority that makes a difference.
  static let priorityLimit = 10
  /// Of how many steps that could go on in place one waits in its lane when tokens of its own definition wait there.
  static let stepsInPlace = 16

  /// How much each definition has been served, in starts by weight.
  private var passes: [DefinitionID: Double] = [:]
  private var weights: [DefinitionID: Double] = [:]
  private var inPlace: [DefinitionID: Int] = [:]
  /// The pass of whoever was served last: who comes back after a pause has no claim on the past.
  private var floor: Double = 0

  /// Each step of priority doubles what a definition gets.
  static func weight(priority: Int) -> Double {
    let capped = min(max(priority, -priorityLimit), priorityLimit)
    return capped < 0 ? 1 / Double(1 << -capped) : Double(1 << capped)
  }

  /// A definition comes up, or comes back: it is not ahead of those that are at work.
  mutating func join(_ definition: DefinitionID, priority: Int) {
    weights[definition] = Self.weight(priority: priority)
    passes[definition] = max(passes[definition] ?? floor, floor)
  }

  func weight(of definition: DefinitionID) -> Double { weights[definition] ?? 1 }

  func pass(of definition: DefinitionID) -> Double { passes[definition] ?? floor }

  /// A definition begins a number of handlers. What it does while nobody waits is not held against it later, but for
  /// the last start.
  mutating func charge(_ definition: DefinitionID, priority: Int, starts: Int, isContested: Bool) {
    if weights[definition] == nil { join(definition, priority: priority) }
    let before = isContested ? pass(of: definition) : floor
    passes[definition] = before + Double(starts) / weight(of: definition)
  }

  /// A definition was the furthest behind and is served.
  mutating func serve(_ definition: DefinitionID) { floor = max(floor, pass(of: definition)) }

  /// Whether a step may go on in place although tokens of its own definition wait.
  mutating func mayGoOn(_ definition: DefinitionID) -> Bool {
    let steps = inPlace[definition, default: 0] + 1
    inPlace[definition] = steps % Self.stepsInPlace
    return steps < Self.stepsInPlace
  }
}

/// Who waits for one pool of slots in one turn: for all slots, or for those of a limited handler.
struct PoolDemand {
  /// How many slots the pool has.
  let size: Int
  /// The definitions with tokens that wait for it.
  var waiting: Set<DefinitionID> = []
  /// The weights of those that wait for it or hold some of it.
  var weight: Double = 0

  /// How many slots a definition of a weight may keep while others wait. `isCounted`: it is among those that wait for
  /// the pool or hold some of it.
  func share(of own: Double, isCounted: Bool) -> Int {
    Int(Double(size) * own / (isCounted ? max(weight, own) : weight + own))
  }

  /// Whether others than a definition wait.
  func isContested(for definition: DefinitionID) -> Bool {
    waiting.count > (waiting.contains(definition) ? 1 : 0)
  }
}

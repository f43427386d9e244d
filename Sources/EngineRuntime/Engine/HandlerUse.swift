import EngineCore

/// How many handlers run, or are about to begin: altogether, per definition, and per name that has a limit of its own.
struct HandlerUse {
  /// A limited handler in the hands of one definition.
  struct Hold: Hashable {
    let handler: String
    let definition: DefinitionID
  }

  /// The handlers that have limits of their own; others are only counted in the totals.
  let limits: [String: Int]
  private(set) var total = 0
  private(set) var byDefinition: [DefinitionID: Int] = [:]
  private(set) var byHandler: [String: Int] = [:]
  private(set) var byHold: [Hold: Int] = [:]

  init(limits: [String: Int]) { self.limits = limits }

  /// Counts a handler that begins (1) or ends (-1).
  mutating func add(_ handler: String, of definition: DefinitionID, times sign: Int) {
    total += sign
    Self.add(sign, to: definition, in: &byDefinition)
    guard !limits.isEmpty, limits[handler] != nil else { return }
    Self.add(sign, to: handler, in: &byHandler)
    Self.add(sign, to: Hold(handler: handler, definition: definition), in: &byHold)
  }

  private static func add<Key>(_ sign: Int, to key: Key, in counts: inout [Key: Int]) {
    let count = counts[key, default: 0] + sign
    counts[key] = count == 0 ? nil : count
  }

  /// How many of a pool one definition holds: of all slots, or of those of a limited handler.
  func held(by definition: DefinitionID, of pool: String?) -> Int {
    guard let pool else { return byDefinition[definition] ?? 0 }
    return byHold[Hold(handler: pool, definition: definition)] ?? 0
  }

  /// The definitions that hold something of a pool, in any order.
  func holders(of pool: String?) -> [DefinitionID] {
    guard let pool else { return Array(byDefinition.keys) }
    return byHold.keys.filter { $0.handler == pool }.map(\.definition)
  }
}

/// What runs for a token.
struct RunningWork {
  let attempt: Int
  let handler: String
  let definition: DefinitionID
}

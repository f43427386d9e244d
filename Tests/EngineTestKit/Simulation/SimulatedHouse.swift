import EngineCore
import EngineRuntime

/// How the engines of one life are set up: the same for all of them, since it belongs to the owner of the store and not
/// to a process.
struct SimulatedHouse {
  /// How many handlers of one name run at once in an engine.
  private(set) var handlerLimits: [String: Int] = [:]
  /// What engines publish besides what definitions choose.
  private(set) var publishes: Set<PublishableEvent> = []
  /// How long instances are kept whose definitions do not say.
  private(set) var retention: RetentionPolicy?
  let hasArchive: Bool
  /// Whether nobody sends what instances still wait for when the faults have stopped: then waiting is rest.
  let isSilent: Bool

  init(from chance: inout SeededSource) {
    if chance.happens(50) { handlerLimits["work"] = chance.roll(1...2) }
    if chance.happens(30) { handlerLimits["undo"] = 1 }
    if chance.happens(50) { publishes = Set(Self.somePublished(&chance)) }
    if chance.happens(25) { retention = Self.someRetention(&chance) }
    hasArchive = chance.happens(40)
    isSilent = chance.happens(30)
  }

  /// Tells an engine what it has to do.
  func setUp(_ configuration: inout EngineConfiguration) {
    configuration.handlerLimits = handlerLimits
    configuration.publishes = publishes
    configuration.sink = SimulatedSink()
    configuration.retention = retention
    if hasArchive { configuration.archive = SimulatedArchive() }
    configuration.retentionInterval = .seconds(2)
  }

  /// A policy that a definition or an engine may have.
  static func someRetention(_ chance: inout SeededSource) -> RetentionPolicy {
    let ending: RetentionPolicy.Ending? =
      switch chance.roll(1...4) {
      case 1: .delete
      case 2: .export
      default: nil
      }
    let isByNumber = chance.happens(40)
    return RetentionPolicy(
      duration: isByNumber ? nil : .seconds(chance.roll(5...600)),
      newest: isByNumber || chance.happens(20) ? chance.roll(0...2) : nil, ending: ending)
  }

  /// Events that a definition or an engine may choose.
  static func somePublished(_ chance: inout SeededSource) -> [PublishableEvent] {
    if chance.happens(30) { return PublishableEvent.allCases }
    return PublishableEvent.allCases.filter { _ in chance.happens(30) }
  }
}

extension SeededSource {
  mutating func roll(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
  mutating func happens(_ percent: Int) -> Bool { percent > 0 && roll(1...100) <= percent }
}

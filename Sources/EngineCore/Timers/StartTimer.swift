/// When a deployed definition next starts an instance by itself.
public struct StartTimer: Sendable, Hashable {
  /// The key of the definition: only the newest version under it has timers.
  public let key: String
  /// The place of the start event in the definition.
  public let place: Int
  /// The version.
  public let definition: DefinitionID
  /// When it starts.
  public var due: Timestamp
  /// How far it is in its cycle; nil for a date.
  public let cycle: CycleProgress?

  /// Describes a timer.
  public init(key: String, place: Int, definition: DefinitionID, due: Timestamp, cycle: CycleProgress?) {
    self.key = key
    self.place = place
    self.definition = definition
    self.due = due
    self.cycle = cycle
  }

  /// The timer of a start event of a definition that is deployed at an instant; nil for one that waits for no time, or
  /// whose times have all passed: a date in the past starts nothing.
  public init?(
    of deployed: DeployedDefinition, place: Int, at now: Timestamp, zones: (any ZoneSource)?
  ) throws(UnknownZone) {
    guard case .timer(let timer) = deployed.definition.startEvents[place].trigger else { return nil }
    let due: Timestamp
    var progress: CycleProgress?
    switch timer {
    case .date(let date):
      guard date >= now else { return nil }
      due = date
    case .cycle(let cycle):
      guard let first = try cycle.begin(at: now, zones: zones) else { return nil }
      due = first.planned
      progress = first
    case .delay, .expression: return nil
    }
    self.init(key: deployed.definition.key, place: place, definition: deployed.id, due: due, cycle: progress)
  }

  /// The timer after this one has started an instance at an instant; nil when that was the last time.
  public func next(
    in definition: ProcessDefinition, at now: Timestamp, zones: (any ZoneSource)?
  ) throws(UnknownZone) -> StartTimer? {
    guard let progress = self.cycle, definition.startEvents.indices.contains(place),
      case .timer(.cycle(let cycle)) = definition.startEvents[place].trigger,
      let next = try cycle.next(after: progress, at: now, zones: zones)
    else { return nil }
    return StartTimer(key: key, place: place, definition: self.definition, due: next.planned, cycle: next)
  }
}

import EngineCore
import EngineRuntime

/// Puts instances and histories together from rows.
extension ProcessInstanceStore
where
  Self: TokenStore & EventStore & TimerStore & SubscriptionStore & CompensationStore & TaskStore & IncidentStore
    & VariableStore
{
  /// The instance with everything that is stored with it; nil when there is none.
  ///
  /// - Parameter looksEverywhere: Also looks for rows that a sound store cannot have: for verification. Else it asks
  ///   for
  ///   tasks, incidents and what was put off only where the instance says that there are some.
  public func loadInstance(
    _ id: InstanceID, looksEverywhere: Bool = false
  ) throws(StoreFailure) -> ProcessInstance? {
    guard let row = try row(of: id) else { return nil }
    var instance = ProcessInstance(id: id, definition: row.tally.definition, createdAt: row.createdAt)
    instance.businessKey = row.businessKey
    instance.parent = row.parent
    instance.errorCode = row.errorCode
    instance.state = row.tally.state
    instance.isSuspended = row.tally.isSuspended
    instance.isHeld = row.isHeld
    instance.isCorrupted = row.isCorrupted
    instance.version = row.version
    instance.sequence = row.sequence
    instance.nextID = row.nextID
    instance.updatedAt = row.updatedAt
    instance.endedAt = row.endedAt
    instance.variables = try variables(of: id)
    instance.records = try records(of: id)
    instance.tokens = try tokens(of: id)
    instance.scopes = try scopes(of: id)
    instance.timers = try timers(of: id)
    instance.subscriptions = try subscriptions(of: id)
    instance.runs = try runs(of: id)
    let waits = instance.tokens.compactMap(\.wait)
    if looksEverywhere || waits.contains(.userTask) { instance.userTasks = try userTasks(of: id) }
    if looksEverywhere || waits.contains(.externalTask) { instance.externalTasks = try externalTasks(of: id) }
    if looksEverywhere || row.tally.incidents > 0 { instance.incidents = try incidents(of: id) }
    if looksEverywhere || row.tally.isSuspended { instance.deferred = try deferredOutcomes(of: id) }
    return instance
  }

  /// The history of an instance, ascending: the newest entries before a sequence, as many as asked for.
  public func history(
    of id: InstanceID, before sequence: Int64? = nil, limit: Int
  ) throws(StoreFailure) -> [HistoryEntry] {
    guard let header = try header(of: id) else { return [] }
    var position = header.history
    var units: [[HistoryEntry]] = []
    var found = 0
    while position != .none, found < limit, let unit = try unit(at: position) {
      let wanted = sequence.map { limit in unit.entries.filter { $0.sequence < limit } } ?? unit.entries
      units.append(wanted)
      found += wanted.count
      guard unit.previous.rawValue < position.rawValue else {
        throw StoreFailure(
          .corrupt, path: "history of instance \(id)", "row \(position.rawValue) names a later one as the row before it"
        )
      }
      position = unit.previous
    }
    return units.reversed().flatMap { $0 }.suffix(max(limit, 0))
  }
}

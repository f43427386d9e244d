import EngineCore

/// Definitions that start instances by themselves.
///
/// When each of them starts next is a row of the store, and starting is one write with the new instance and the next
/// row in it: so an occurrence starts one instance, whatever happens in between. Occurrences that have passed while no
/// engine ran are made up for by one start. Only the newest version of a definition starts; deploying one sets its
/// timers anew.
extension EngineLoop {
  /// How long a start waits that could not be made, because its zone is not known here.
  private static let pauseOfUnknownZone = Duration.seconds(60)

  /// Starts every definition whose time has come, the oldest occurrence first.
  func startWhatIsDue(_ batch: inout Batch) throws(StoreFailure) {
    guard let pending = startTimers else {
      startTimers = Dictionary(grouping: try store.startTimers(), by: \.key)
      return try startWhatIsDue(&batch)
    }
    guard !pending.isEmpty, let next = nextStart(), next <= now else { return }
    let due = pending.values.flatMap { $0 }.filter { $0.due <= now }
    for timer in due.sorted(by: { ($0.due, $0.key, $0.place) < ($1.due, $1.key, $1.place) }) {
      handle(.startTimer(timer), &batch)
    }
  }

  /// When the first definition starts by itself. O(definitions that do).
  func nextStart() -> Timestamp? {
    guard let pending = startTimers else { return .distantPast }
    if pending.isEmpty { return nil }
    return pending.values.lazy.flatMap { $0.lazy.map(\.due) }.min()
  }

  /// Starts an instance, and moves the timer on in the same write.
  func start(_ timer: StartTimer, _ batch: inout Batch) throws(TurnError) {
    // One of a key a turn: the list of the others would be out of date. A version that is just being deployed replaces
    // it.
    guard let pending = startTimers?[timer.key], pending.contains(timer),
      !batch.keys.contains(.deployment(timer.key)), batch.keys.insert(.start(timer.key)).inserted
    else { return }
    let deployed = try definition(timer.definition)
    var left = pending.filter { $0.place != timer.place }
    do {
      if let next = try timer.next(in: deployed.definition, at: now, zones: configuration.zones) { left.append(next) }
    } catch {
      throw .rejected(Rejection(.zoneUnknown, "\(deployed.title) cannot start by itself: \(error.description)"))
    }
    let instance = ProcessInstance(id: InstanceID(nextInstance), definition: deployed.id, createdAt: now)
    nextInstance += 1
    try add(
      instance, deployed, .start(businessKey: nil, variables: Context()), &batch, record: nil, reply: nil, answer: nil)
    batch.append(Batch.Item(write: .startTimers(key: timer.key, left.sorted { $0.place < $1.place })))
  }

  /// A start that cannot be made is looked at again after a pause; its row stays as it is.
  func putOff(_ timer: StartTimer, _ rejection: Rejection) {
    guard let index = startTimers?[timer.key]?.firstIndex(of: timer) else { return }
    startTimers?[timer.key]?[index].due = now + Self.pauseOfUnknownZone
    observer?.noticed(.startFailed(timer.definition, rejection))
  }

  /// The timers of a version that is being deployed, in place of those of the version before.
  func setStartTimers(of deployed: DeployedDefinition, _ batch: inout Batch) throws(TurnError) {
    var timers: [StartTimer] = []
    do {
      for place in deployed.definition.startEvents.indices {
        let timer = try StartTimer(of: deployed, place: place, at: now, zones: configuration.zones)
        if let timer { timers.append(timer) }
      }
    } catch {
      throw .rejected(Rejection(.zoneUnknown, "\(deployed.title) cannot be deployed: \(error.description)"))
    }
    if timers.isEmpty, let pending = startTimers, pending[deployed.definition.key] == nil { return }
    batch.append(Batch.Item(write: .startTimers(key: deployed.definition.key, timers)))
  }
}

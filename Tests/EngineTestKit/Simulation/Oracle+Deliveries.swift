import EngineCore
import EngineRuntime

/// What leaves the store: events that were to be published, and instances that are kept no longer.
extension Oracle {
  /// What is known of the events of one instance that were chosen.
  struct Publication {
    /// Their places in history, in order.
    var chosen: [Int64] = []
    /// How many of them, the first ones, the sink has.
    var received = 0
  }

  func notePublished(_ unit: UnitOfWork, _ definition: ProcessDefinition) {
    for entry in unit.entries {
      guard let event = PublishableEvent(entry.event) else { continue }
      guard definition.policy.publishes.contains(event) || house.publishes.contains(event) else { continue }
      publications[unit.instance.id, default: Publication()].chosen.append(entry.sequence)
    }
  }

  /// A sink has taken an event: one that it has had before, or the next of its instance.
  func received(_ event: PublishedEvent) {
    guard let publication = publications[event.instance], publication.chosen.contains(event.sequence) else {
      find("event \(event.sequence) of instance \(event.instance) was published, but nobody chose it")
      return
    }
    if publication.chosen.prefix(publication.received).contains(event.sequence) { return }
    if publication.chosen[publication.received] != event.sequence {
      find(
        "event \(event.sequence) of instance \(event.instance) was published before event "
          + "\(publication.chosen[publication.received])")
    }
    publications[event.instance]?.received += 1
  }

  /// Whether the sink has everything that was chosen.
  var areAllPublished: Bool { publications.values.allSatisfy { $0.received == $0.chosen.count } }

  /// What is said when nothing more happens.
  func checkPublications() {
    for (id, publication) in publications.sorted(by: { $0.key < $1.key })
    where publication.received < publication.chosen.count {
      find("event \(publication.chosen[publication.received]) of instance \(id) was never published")
    }
  }

  func archived(_ instance: InstanceID, _ version: Int64) { archive[instance] = version }

  /// An instance that the engine deletes by itself must have ended, and must be kept by no policy.
  func checkExpiry(of known: Known) {
    let instance = known.instance
    guard let policy = known.definition.policy.retention ?? house.retention, let endedAt = instance.endedAt else {
      find("instance \(instance.id) was deleted by the engine, and nothing says how long it is kept")
      return
    }
    let isOld = policy.duration.map { endedAt + $0 <= clock.latest } ?? false
    let newer = instances.count { other in
      other.definition == instance.definition && other.id != instance.id
        && (other.endedAt.map { ($0, other.id) > (endedAt, instance.id) } ?? false)
    }
    let isOneTooMany = policy.newest.map { newer >= $0 } ?? false
    if !isOld, !isOneTooMany { find("instance \(instance.id) was deleted by the engine before its time: \(policy)") }
    if policy.ending == .export || policy.ending == nil && house.hasArchive, archive[instance.id] != instance.version {
      find("instance \(instance.id) was deleted by the engine, and version \(instance.version) is not in the archive")
    }
    if let parent = instance.parent.flatMap({ self.known[$0.instance]?.instance }),
      !parent.state.isEnd || parent.state == .completed && parent.records.contains(where: { $0.state == .pending })
    {
      find("instance \(instance.id) was deleted by the engine, and instance \(parent.id) may still undo it")
    }
  }

  /// An occurrence starts one instance: the timer that starts it is replaced in the same write.
  func noteStartTimers(_ key: String, _ timers: [StartTimer], startedIn parts: [StoreWrite]) {
    let before = startTimers[key] ?? []
    startTimers[key] = timers
    let starts = parts.flatMap(\.units).filter { $0.expectedVersion == 0 && $0.instance.parent == nil }
    guard let start = starts.first else { return }
    let gone = before.filter { !timers.contains($0) }
    let new = timers.filter { !before.contains($0) }
    guard starts.count == 1, gone.count == 1, let timer = gone.first, timer.definition == start.instance.definition,
      timer.due <= clock.latest, new.count <= 1, new.allSatisfy({ $0.place == timer.place && $0.due > timer.due })
    else {
      return find("instance \(start.instance.id) was started by the timers \(gone.map(\.due)) of \(key)")
    }
  }
}

import EngineCore
import EngineRuntime

/// What engines hand out: events to a sink, instances to an archive.
extension SimulatedWorld {
  /// Somebody outside takes what an engine has handed out, or not.
  func deliver(to engine: SimulatedEngine) {
    if happens(50) { publish(from: engine) } else { keep(from: engine) }
  }

  func publish(from engine: SimulatedEngine) {
    guard let events = engine.takePublication(), let last = events.last?.id else { return }
    if happens(weather.sinkFailures) {
      // A sink may have taken a part of what it did not take.
      let taken = roll(0...events.count)
      note("sink fails", "\(events.count) events, \(taken) taken")
      for event in events.prefix(taken) { oracle.received(event) }
      engine.post(.published(SinkReceipt(last: last, failure: SinkFailure("the sink is full"))))
      return
    }
    note("sink takes", "\(events.map { "\($0.instance)/\($0.sequence)" })")
    for event in events { oracle.received(event) }
    engine.post(.published(SinkReceipt(last: last)))
  }

  func keep(from engine: SimulatedEngine) {
    guard let portion = engine.takePortion() else { return }
    if happens(weather.sinkFailures) {
      note("archive fails", "\(portion.versions.map(\.instance))")
      engine.post(.archived(ArchiveReceipt(portion, failure: ArchiveFailure("the archive is full"))))
      return
    }
    note("archive keeps", "\(portion.versions.map(\.instance))")
    for (instance, version) in portion.versions { oracle.archived(instance, version) }
    engine.post(.archived(ArchiveReceipt(portion)))
  }

  /// What a process that dies has handed out may have been taken, whole or in part, and nobody learns of it.
  func loseDeliveries(of engine: SimulatedEngine) {
    if let events = engine.takePublication() {
      let taken = roll(0...events.count)
      note("publication lost", "\(events.count) events, \(taken) taken")
      for event in events.prefix(taken) { oracle.received(event) }
    }
    if let portion = engine.takePortion(), happens(50) {
      for (instance, version) in portion.versions { oracle.archived(instance, version) }
    }
  }
}

/// Where events go; the simulation itself decides what becomes of them.
struct SimulatedSink: EventSink {
  func publish(_ events: [PublishedEvent]) async throws(SinkFailure) {
    throw SinkFailure("the simulation takes events by itself")
  }
}

/// Where ended instances go; the simulation itself decides what becomes of them.
struct SimulatedArchive: InstanceArchive {
  func keep(_ instances: [ArchivedInstance]) async throws(ArchiveFailure) {
    throw ArchiveFailure("the simulation takes instances by itself")
  }
}

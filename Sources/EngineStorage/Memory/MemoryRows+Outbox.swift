import EngineCore
import EngineRuntime

extension MemoryRows: OutboxStore {
  func append(_ entries: [OutboxEntry], of instance: InstanceID) {
    var outbox = tables.outbox
    for (place, entry) in entries.enumerated() {
      outbox.append(
        PublishedEvent(
          id: tables.newestOutbox + Int64(place) + 1, instance: instance, sequence: entry.sequence, type: entry.type,
          json: entry.json))
    }
    set(\.newestOutbox, tables.newestOutbox + Int64(entries.count))
    set(\.outbox, outbox)
  }

  func outbox(limit: Int) -> [PublishedEvent] { Array(tables.outbox.prefix(limit)) }

  func outbox(of instance: InstanceID) -> [PublishedEvent] { tables.outbox.filter { $0.instance == instance } }

  func removeOutbox(through id: Int64) throws(StoreFailure) {
    for event in tables.outbox.prefix(while: { $0.id <= id }) where stored(event.instance) != nil {
      try change(event.instance) { $0.published = max($0.published, event.sequence) }
    }
    set(\.outbox, Array(tables.outbox.drop { $0.id <= id }))
  }

  func published(of instance: InstanceID) -> Int64 { stored(instance)?.published ?? 0 }
}

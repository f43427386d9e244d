import EngineCore
import EngineRuntime

/// A row of the outbox exists exactly for each event that asks for one and has not been published.
extension InstanceVerification {
  /// What an engine chose to publish besides what the definition chooses is known to nobody afterwards, so a row that is
  /// missing is found only where the definition asks for it.
  mutating func checkOutbox(
    _ rows: [PublishedEvent], published: Int64, _ history: [HistoryEntry], _ definition: ProcessDefinition?
  ) {
    var rest = rows[...]
    for entry in history {
      let row = rest.first.flatMap { $0.sequence == entry.sequence ? $0 : nil }
      if let row {
        rest.removeFirst()
        if row.type != entry.event.typeName {
          find("event \(entry.sequence) is \(entry.event.typeName), but its row in the outbox says \(row.type)")
        }
        if entry.sequence <= published {
          find("event \(entry.sequence) is in the outbox, but events up to \(published) have been published")
        }
      } else if entry.sequence > published, asks(entry.event, definition) {
        find("event \(entry.sequence), \(entry.event.typeName), has not been published and is not in the outbox")
      }
    }
    for row in rest { find("the outbox holds event \(row.sequence), which history does not have") }
  }

  private func asks(_ event: ProcessEvent, _ definition: ProcessDefinition?) -> Bool {
    guard let chosen = definition?.policy.publishes, !chosen.isEmpty else { return false }
    return PublishableEvent(event).map(chosen.contains) ?? false
  }
}

import EngineCore
import EngineRuntime

/// A row of the outbox exists exactly for each event that asks for one and has not been published.
extension InstanceVerification {
  /// What an engine chose to publish besides what the definition chooses is known to nobody afterwards, so a row that
  /// is missing is found only where the definition asks for it.
  mutating func checkOutbox(_ rows: [PublishedEvent], published: Int64, _ history: [HistoryEntry]) {
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
      } else if entry.sequence > published, asks(entry.event) {
        find("event \(entry.sequence), \(entry.event.typeName), has not been published and is not in the outbox")
      }
    }
    for row in rest { find("the outbox holds event \(row.sequence), which history does not have") }
    if let last = history.last?.sequence, published > last {
      find("events up to \(published) are noted as published, but its last event is \(last)")
    }
    for row in rows {
      for sentence in row.contradictions { find(sentence) }
    }
  }

  private func asks(_ event: ProcessEvent) -> Bool {
    guard let chosen = names.definition?.policy.publishes, !chosen.isEmpty else { return false }
    return PublishableEvent(event).map(chosen.contains) ?? false
  }
}

extension PublishedEvent {
  /// Where what goes outside says something else than the row that it stands in. One sentence each.
  package var contradictions: [String] {
    let content: Value
    do {
      content = try Value(json: json)
    } catch {
      return ["the content of event \(sequence) in the outbox is no JSON: \(error)"]
    }
    let members: [(name: String, value: Value)] = [
      ("instance", Value(instance.rawValue)), ("seq", Value(sequence)), ("type", .string(type)),
    ]
    return members.compactMap { member in
      let stored = content[member.name]
      if stored == member.value { return nil }
      return """
        the content of event \(sequence) in the outbox says \(stored?.jsonText ?? "nothing") as \(member.name), \
        but its row says \(member.value.jsonText)
        """
    }
  }
}

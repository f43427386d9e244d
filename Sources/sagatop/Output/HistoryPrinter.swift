import ConsoleCore
import EngineCore
import EngineStorage

/// Prints history for people or programs.
final class HistoryPrinter {
  private var describer: EventDescriber
  private let definition: ProcessDefinition
  private let json: Bool

  /// - Parameter knowing: the instance, where its older history is left out.
  init(_ definition: ProcessDefinition, json: Bool, knowing detail: InstanceDetail? = nil) {
    self.definition = definition
    self.json = json
    if let detail, detail.hasOlderHistory {
      describer = EventDescriber(definition: definition, knowing: detail.instance)
    } else {
      describer = EventDescriber(definition: definition)
    }
  }

  /// Prints events, best whole units at a time.
  func print(_ entries: [HistoryEntry]) {
    for description in describer.describe(entries) {
      if json {
        StandardOutput.line(description.jsonText)
      } else {
        let sentence = SafeText(untrusted: description.sentence).string
        let number =
          String(repeating: " ", count: max(0, 4 - "\(description.sequence)".count)) + "\(description.sequence)"
        StandardOutput.line("\(description.at.iso8601)  \(number)  \(sentence)")
      }
    }
  }

  /// Prints how an instance ended, or stands, with the incidents of all that it has called.
  func summarise(_ family: InstanceFamily) {
    let instance = family.main
    let incidents = family.members.flatMap(\.incidents)
    let tokens = instance.tokens.map { token -> Value in
      ["node": .string(definition.name(of: token.node)), "state": .string(token.state.name)]
    }
    if json {
      var writer = JSONWriter()
      writer.beginObject()
      let members: [(String, Value)] = [
        ("type", "summary"), ("instance", Value(instance.id.rawValue)), ("state", .string(instance.state.name)),
        ("tokens", .list(tokens)), ("variables", .context(instance.variables[.root])),
        ("incidents", Value(incidents.count)), ("events", Value(instance.sequence)),
      ]
      for (name, value) in members {
        writer.writeName(name)
        writer.write(value)
      }
      writer.endObject()
      StandardOutput.line(writer.text)
    } else {
      StandardOutput.line("instance \(instance.id) is \(instance.state.name) after \(instance.sequence) events")
      for incident in incidents {
        StandardOutput.line("incident: \(incident.code): \(incident.message)")
      }
    }
  }
}

import EngineCore

/// Turns the events of one instance into the lines of a script: the sentences that people read in the console, without
/// those that say nothing new.
struct ScenarioTranscript {
  private var describer: EventDescriber
  private let definition: ProcessDefinition

  init(_ definition: ProcessDefinition) {
    self.definition = definition
    describer = EventDescriber(definition: definition)
  }

  /// The lines of the next events.
  mutating func lines(_ entries: ArraySlice<HistoryEntry>) -> [String] {
    describer.describe(entries).compactMap(line)
  }

  private func line(_ event: EventDescription) -> String? {
    switch event.typeName {
    case "tokenArrived": return text("state", of: event) == "executing" ? event.sentence : nil
    case "tokenWaiting": return text("reason", of: event) == "join" ? event.sentence : nil
    case "tokenCompleted": return completion(event)
    case "variablesChanged": return variables(event)
    case "compensationRecorded", "lineageGathered": return nil
    case "timerScheduled": return text("kind", of: event) == "retry" ? nil : event.sentence
    case "scopeCompleted", "userTaskCompleted", "externalTaskCompleted": return nil
    case "tokenReady" where text("cause", of: event) == ReadyCause.retry.name: return nil
    default: return event.sentence
    }
  }

  /// Gateways pass without a word; undoing has an event of its own.
  private func completion(_ event: EventDescription) -> String? {
    guard event.mode == .forward, let index = event.node.flatMap(definition.index) else { return nil }
    switch definition[index].kind {
    case .start, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .boundary: return nil
    case .end, .activity, .catchEvent, .throwEvent, .subprocess, .custom: return event.sentence
    }
  }

  /// `a = 1, b = 2`; of a scope that is not the outermost one: `in scope 3: a = 1`.
  private func variables(_ event: EventDescription) -> String {
    var parts: [String] = []
    if case .context(let context)? = member("variables", of: event) {
      parts = context.entries.map { "\($0.name) = \($0.value)" }
    }
    if case .list(let names)? = member("removed", of: event) {
      parts += names.map { "no \($0.stringValue ?? "?")" }
    }
    let scope = member("scope", of: event).map { "in scope \($0): " } ?? ""
    return scope + parts.joined(separator: ", ")
  }

  private func text(_ name: String, of event: EventDescription) -> String? { member(name, of: event)?.stringValue }

  private func member(_ name: String, of event: EventDescription) -> Value? {
    event.members.first { $0.name == name }?.value
  }
}

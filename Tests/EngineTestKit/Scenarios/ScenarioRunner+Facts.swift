import EngineCore
import EngineRuntime

/// What `show` says.
extension ScenarioRunner {
  func show(_ command: ScenarioCommand) throws -> [String] {
    try command.allow("in")
    let id = try instance(command)
    guard let instance = try theStage().instance(id), let definition = try definition(of: id) else {
      return ["there is no instance \(id)"]
    }
    let lines: [String]
    switch try command.word(0, "what to show") {
    case "state": lines = [state(instance)]
    case "tokens": lines = instance.tokens.map { line($0, definition) }
    case "variables": lines = ["\(instance.visibleVariables(in: .root))"]
    case "records": lines = instance.records.map { "\(definition[$0.node].id) \($0.state.name)" }
    case "timers": lines = instance.timers.map { line($0, instance, definition) }
    case "subscriptions": lines = instance.subscriptions.map { line($0, definition) }
    case "tasks": lines = tasks(instance, definition)
    case "incidents":
      lines = instance.incidents.map { incident in
        "\(name(incident.token, instance, definition)): \(incident.kind.name) \(incident.code)"
      }
    case "events":
      var describer = EventDescriber(definition: definition)
      lines = describer.describe(try theStage().histories[id] ?? []).map(line)
    case "keys": lines = try theStage().attempts.filter { $0.work.instance == id }.map(key)
    case "given":
      lines = try theStage().attempts.filter { $0.work.instance == id && !$0.hasReported }.map {
        "\($0.context.node): \($0.context.variables)"
      }
    default: throw command.place.error("`show` knows no `\(command.words[0])`")
    }
    return lines.isEmpty ? ["none"] : lines
  }

  private func state(_ instance: ProcessInstance) -> String {
    instance.state.name + (instance.isSuspended ? ", suspended" : "") + (instance.isCorrupted ? ", corrupted" : "")
  }

  private func line(_ token: Token, _ definition: ProcessDefinition) -> String {
    var line = (token.mode == .compensation ? "undo " : "") + definition[token.node].id + " \(token.state.name)"
    if let wait = token.wait { line += " for \(wait.name)" }
    if token.attempt > 0 { line += ", attempt \(token.attempt)" }
    if token.isOutcomeUnknown { line += ", outcome unknown" }
    return line
  }

  private func line(_ timer: Timer, _ instance: ProcessInstance, _ definition: ProcessDefinition) -> String {
    var name = name(timer.token, instance, definition)
    if let event = timer.kind.event { name = definition[event].id }
    return "\(name) \(timer.kind.name) at \(timer.due.iso8601)"
  }

  private func line(_ subscription: Subscription, _ definition: ProcessDefinition) -> String {
    let key = subscription.correlationKey.map { " for \($0)" } ?? ""
    let name = subscription.kind == .condition ? "" : " \(subscription.name)"
    return "\(definition[subscription.node].id) waits for \(subscription.kind.name)\(name)\(key)"
  }

  private func name(_ token: TokenID, _ instance: ProcessInstance, _ definition: ProcessDefinition) -> String {
    guard let token = instance.token(token) else { return "instance" }
    return (token.mode == .compensation ? "undo " : "") + definition[token.node].id
  }

  private func tasks(_ instance: ProcessInstance, _ definition: ProcessDefinition) -> [String] {
    let people = instance.userTasks.map { task in
      let who = task.assignee ?? (task.candidates.isEmpty ? "anyone" : task.candidates.joined(separator: " or "))
      return "\(name(task.token, instance, definition)) for \(who)" + (task.due.map { ", due \($0.iso8601)" } ?? "")
    }
    let workers = instance.externalTasks.map { task in
      if let reference = task.reference {
        return "\(name(task.token, instance, definition)) goes on elsewhere as \(reference)"
      }
      let holder = task.worker.map { "held by \($0) until \(task.availableAt.iso8601)" } ?? "free"
      return "\(name(task.token, instance, definition)) on \(task.topic), \(holder)"
    }
    return people + workers
  }

  private func line(_ event: EventDescription) -> String {
    let head = [event.typeName, event.node].compactMap { $0 }
    let rest = event.members.map { "\($0.name)=\($0.value)" }
    return (head + rest).joined(separator: " ")
  }

  private func key(_ attempt: StageAttempt) -> String {
    "\(attempt.context.node) attempt \(attempt.context.attempt): \(attempt.context.idempotencyKey)"
  }
}

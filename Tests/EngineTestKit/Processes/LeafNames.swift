import EngineCore
import EngineRuntime

/// Gives the tokens of an engine the names that the reference interpreter has for its leaves, and says with them what
/// is going on.
struct LeafNames {
  private var names: [TokenID: String] = [:]
  private var visits: [String: Int] = [:]
  private var known = 0

  func token(_ name: String) -> TokenID? { names.first { $0.value == name }?.key }

  func name(of token: TokenID) -> String? { names[token] }

  func names(of tokens: [Token]) -> Set<String> { Set(tokens.compactMap { names[$0.id] }) }

  /// What the handlers that are running were given.
  func given(in instance: ProcessInstance, _ stage: EngineStage) -> [String: String] {
    var given: [String: String] = [:]
    for token in instance.tokens where token.state == .executing {
      guard let name = names[token.id], let attempt = stage.attempt(of: token.id, in: instance.id) else { continue }
      given[name] = Outlook.read(attempt.context.variables)
    }
    return given
  }

  /// Names the tokens of the newest events.
  mutating func learn(_ history: [HistoryEntry], _ definition: ProcessDefinition) {
    for entry in history[known...] {
      switch entry.event {
      case .tokenArrived(let arrival): name(arrival.token, definition[arrival.node].id)
      case .compensationTokenCreated(let token, _, _, let node, _): name(token, "undo \(definition[node].id)")
      default: break
      }
    }
    known = history.count
  }

  private mutating func name(_ token: TokenID, _ node: String) {
    let visit = (visits[node] ?? 0) + 1
    visits[node] = visit
    names[token] = "\(node)#\(visit)"
  }

  /// What is going on in an instance of the engine.
  func outlook(of instance: ProcessInstance, _ definition: ProcessDefinition, _ stage: EngineStage) -> Outlook {
    Outlook(
      state: instance.state, isSuspended: instance.isSuspended && !instance.state.isEnd,
      leaves: instance.tokens.compactMap { line(of: $0, in: instance, stage) },
      waits: instance.timers.map { line(of: $0, definition) }
        + instance.subscriptions.map { line(of: $0, in: instance, definition) },
      records: instance.records.map { "record \(names[$0.token] ?? "?") \($0.state.name)" },
      variables: instance.visibleVariables(in: .root))
  }

  private func line(of token: Token, in instance: ProcessInstance, _ stage: EngineStage) -> String? {
    let name = names[token.id] ?? "?"
    if instance.deferred.contains(where: { $0.token == token.id }) { return "\(name) reported" }
    switch (token.state, token.wait) {
    case (.executing, _):
      guard let attempt = stage.attempt(of: token.id, in: instance.id) else { return "\(name) running for nobody" }
      if attempt.isStopped { return "\(name) stopping" }
      return "\(name) running, attempt \(attempt.work.attempt), given \(Outlook.read(attempt.context.variables))"
    case (.waiting, .join?): return nil
    case (.waiting, .userTask?): return "\(name) waits for a person"
    case (.waiting, .externalTask?)
    where instance.externalTasks.contains { $0.token == token.id && $0.reference != nil }:
      return "\(name) goes on elsewhere"
    case (.waiting, .externalTask?): return "\(name) waits for a worker"
    case (.waiting, .compensation?): return "\(name) waits for its compensation"
    case (.waiting, .child?): return "\(name) waits for another instance"
    case (.waiting, .timer?): return "\(name) waits for time"
    case (.waiting, .scope(let scope)?):
      return "\(name) open, variables \(Value.context(instance.variables[scope]))"
    case (.waiting, .subscription?), (.waiting, .events?): return "\(name) waits for an event"
    case (.failed, _): return "\(name) failed (\(instance.incident(of: token.id)?.kind.name ?? "no incident"))"
    case (.ready, _): return "\(name) ready"
    case (.waiting, nil), (.created, _), (.completed, _), (.terminated, _): return "\(name) \(token.state.name)"
    }
  }

  private func line(of timer: Timer, _ definition: ProcessDefinition) -> String {
    let name = names[timer.token] ?? "all"
    let purpose =
      switch timer.kind {
      case .delay: "delay"
      case .retry: "retry"
      case .boundary(let event), .branch(let event), .eventStart(let event): definition[event].id
      case .grace: "grace"
      case .workLimit: "limit"
      }
    return "timer \(name) \(purpose) due \(timer.due.microseconds)"
  }

  private func line(
    of subscription: Subscription, in instance: ProcessInstance, _ definition: ProcessDefinition
  ) -> String {
    let host = subscription.token == .none ? instance.scope(subscription.scope)?.token : subscription.token
    let hasCome = instance.deferred.contains { deferred in
      if case .event(subscription.id, _) = deferred { true } else { false }
    }
    return Outlook.line(
      ofEvent: definition[subscription.node].id, for: host.flatMap { names[$0] } ?? "all", subscription.name,
      subscription.correlationKey, hasCome: hasCome)
  }
}

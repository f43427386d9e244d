import ConsoleCore
import EngineCore

/// The live tokens of an instance: where they stand and what they wait for.
package enum TokensPane {
  package static func content(_ input: PaneInput, width: Int) -> PaneContent {
    guard !input.instance.tokens.isEmpty else {
      let state = SafeText(untrusted: input.instance.state.name)
      return PaneContent("No live tokens: the instance is \(state).", width: width)
    }
    var table = PaneTable([
      .init(title: "ID", alignment: .right),
      .init(title: "NODE", minimum: 8),
      .init(title: "STATE"),
      .init(title: "MODE", expendability: 3),
      .init(title: "TRY", alignment: .right, expendability: 2),
      .init(title: "SINCE", alignment: .right, expendability: 1),
      .init(title: "WAITS FOR", minimum: 12),
    ])
    for token in input.instance.tokens {
      table.add(
        [
          .init("\(token.id.rawValue)", .tableMuted), .init(input.definition.title(of: token.node)),
          .init(token.state.mark + " " + SafeText(untrusted: token.state.name), token.state.role),
          .init(
            token.mode == .forward ? "forward" : "↶ undoing", token.mode == .forward ? .tableMuted : .stateCompensating),
          .init(attempts(token, input)), .init(input.clock.since(token.since)), .init(reason(token, input)),
        ], about: .token(token.id))
    }
    return table.content(width: width)
  }

  private static func attempts(_ token: Token, _ input: PaneInput) -> SafeText {
    guard token.attempt > 0 else { return "" }
    guard let policy = input.definition.retryPolicy(of: token), token.attempt <= policy.attempts else {
      return "\(token.attempt)"
    }
    return "\(token.attempt)/\(policy.attempts)"
  }

  /// What a token waits for, in a few words.
  private static func reason(_ token: Token, _ input: PaneInput) -> SafeText {
    switch token.state {
    case .created, .completed, .terminated: ""
    case .ready: "room" + (token.isOutcomeUnknown ? " (outcome of the last attempt unknown)" : "")
    case .executing: input.definition.work(of: token)?.title ?? ""
    case .waiting: wait(token, input)
    case .failed: "an operator" + (input.instance.incident(of: token.id).map { ": " + error(of: $0) } ?? "")
    }
  }

  private static func error(of incident: Incident) -> SafeText {
    SafeText(untrusted: ErrorText.brief(code: incident.code, message: incident.message))
  }

  private static func completion(_ reference: String) -> SafeText {
    reference.isEmpty ? "somebody who completes it" : "completion of " + SafeText(untrusted: reference)
  }

  private static func wait(_ token: Token, _ input: PaneInput) -> SafeText {
    let instance = input.instance
    switch token.wait {
    case .timer(let id)?:
      guard let timer = instance.timer(id) else { return "a timer" }
      let left = input.clock.until(timer.due)
      return timer.kind == .retry ? "its next attempt, \(left)" : "its timer, \(left)"
    case .userTask?:
      let task = instance.userTasks.first { $0.token == token.id }
      if let assignee = task?.assignee { return SafeText(untrusted: assignee) }
      let candidates = task?.candidates.map { SafeText(untrusted: $0) } ?? []
      return candidates.isEmpty ? "a person" : "one of " + candidates.joined(separator: ", ")
    case .externalTask?:
      guard let task = instance.externalTasks.first(where: { $0.token == token.id }) else { return "a worker" }
      if let reference = task.reference { return Self.completion(reference) }
      let topic = SafeText(untrusted: task.topic)
      guard let worker = task.worker, task.availableAt > input.now else { return "a worker of topic \(topic)" }
      return "worker " + SafeText(untrusted: worker) + ", lease ends " + input.clock.until(task.availableAt)
    case .join?: return "the other branches"
    case .scope?: return "the steps inside it"
    case .child(let child)?: return "instance \(child.rawValue)"
    case .subscription(let id)?: return instance.subscription(id)?.subject ?? "an event"
    case .events?:
      let subjects = instance.subscriptions.filter { $0.token == token.id }.map(\.subject)
      let timers = instance.timers.filter { $0.token == token.id }
      let times: [SafeText] = timers.map { "a timer, \(input.clock.until($0.due))" }
      return (subjects + times).joined(separator: " or ")
    case .compensation?: return "what it has undone"
    case nil: return ""
    }
  }
}

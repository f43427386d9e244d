import EngineCore

/// What is going on in an instance, in lines that do not depend on how it came about. The engine and the reference
/// interpreter each say it; they agree when the lines are equal.
package struct Outlook: Equatable {
  /// Sorted, but for the records, whose order counts.
  package let lines: [String]

  package init(
    state: InstanceState, isSuspended: Bool, leaves: [String], waits: [String], records: [String], variables: Context
  ) {
    let head = "\(state.name)\(isSuspended ? ", suspended" : "")"
    let body = state.isEnd ? [] : leaves.sorted() + waits.sorted()
    lines = [head] + body + records + ["variables \(Value.context(variables))"]
  }

  /// What a handler was given of the variables that are worth comparing: scripts count the others, and whether one
  /// does so before or after a handler begins in the same unit is not said anywhere.
  package static func read(_ variables: Context) -> String {
    var known = Context()
    for name in RandomProcess.names { known[name] = variables[name] }
    return Value.context(known).description
  }

  /// The line of something that is waited for.
  package static func line(
    ofEvent event: String, for leaf: String, _ name: String, _ key: String?, hasCome: Bool
  ) -> String {
    "\(event) waits for \(name)\(key.map { " with key \($0)" } ?? "") at \(leaf)\(hasCome ? ", it has come" : "")"
  }

  /// Lines that only one of two outlooks has, with a sign in front.
  package func difference(from other: Outlook) -> [String] {
    lines.difference(from: other.lines).map { change in
      switch change {
      case .insert(_, let line, _): "+ \(line)"
      case .remove(_, let line, _): "- \(line)"
      }
    }
  }
}

extension ReferenceInterpreter {
  /// What should be going on now.
  package var outlook: Outlook {
    Outlook(
      state: state, isSuspended: isSuspended, leaves: leaves.map(line),
      waits: timers.map(line) + subscriptions.map(line), records: records.map { "record \($0.step) \($0.state.name)" },
      variables: root.variables)
  }

  private func line(of leaf: ModelLeaf) -> String {
    if hasReported(leaf) { return "\(leaf.name) reported" }
    switch leaf.state {
    case .running:
      return "\(leaf.name) running, attempt \(leaf.attempt), given \(Outlook.read(leaf.given))"
    case .stopping: return "\(leaf.name) stopping"
    case .worker: return "\(leaf.name) waits for a worker"
    case .person: return "\(leaf.name) waits for a person"
    case .elsewhere: return "\(leaf.name) goes on elsewhere"
    case .retry, .pause: return "\(leaf.name) waits for time"
    case .calling: return "\(leaf.name) waits for another instance"
    case .event: return "\(leaf.name) waits for an event"
    case .inside(let inner): return "\(leaf.name) open, variables \(Value.context(inner.variables))"
    case .failed(let kind): return "\(leaf.name) failed (\(kind.name))"
    case .ready: return "\(leaf.name) ready"
    case .entering: return "\(leaf.name) entering"
    }
  }

  private func line(of timer: ModelTimer) -> String {
    let purpose =
      switch timer.purpose {
      case .pause: "delay"
      case .retry: "retry"
      case .event(let aim): aim.id
      case .grace: "grace"
      }
    return "timer \(timer.leaf?.name ?? "all") \(purpose) due \(timer.due.microseconds)"
  }

  private func line(of subscription: ModelSubscription) -> String {
    let leaf = subscription.leaf ?? subscription.aim.handledScope?.host
    return Outlook.line(
      ofEvent: subscription.aim.id, for: leaf?.name ?? "all", subscription.name, subscription.key,
      hasCome: hasCome(subscription))
  }
}

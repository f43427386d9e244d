import EngineCore

/// What is going on in an instance, in lines that do not depend on how it came about. The engine and the reference
/// interpreter each say it; they agree when the lines are equal.
package struct Outlook: Equatable {
  /// Sorted, but for the records, whose order counts.
  package let lines: [String]

  package init(
    state: InstanceState, isSuspended: Bool, leaves: [String], timers: [String], records: [String], variables: Context
  ) {
    let head = "\(state.name)\(isSuspended ? ", suspended" : "")"
    let body = state.isEnd ? [] : leaves.sorted() + timers.sorted()
    lines = [head] + body + records + ["variables \(Value.context(variables))"]
  }

  /// What a handler was given of the variables that are worth comparing: scripts count the others, and whether one
  /// does so before or after a handler begins in the same unit is not said anywhere.
  package static func read(_ variables: Context) -> String {
    var known = Context()
    for name in RandomProcess.names { known[name] = variables[name] }
    return Value.context(known).description
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
      state: state, isSuspended: isSuspended, leaves: leaves.map(line), timers: timers.map(line),
      records: records.map { "record \($0.step) \($0.state.name)" }, variables: root.variables)
  }

  private func line(of leaf: ModelLeaf) -> String {
    if deferred.contains(where: { $0.leaf === leaf }) { return "\(leaf.name) reported" }
    switch leaf.state {
    case .running:
      return "\(leaf.name) running, attempt \(leaf.attempt), given \(Outlook.read(leaf.given))"
    case .stopping: return "\(leaf.name) stopping"
    case .worker: return "\(leaf.name) waits for a worker"
    case .person: return "\(leaf.name) waits for a person"
    case .retry, .pause: return "\(leaf.name) waits for time"
    case .inside(let inner): return "\(leaf.name) open, variables \(Value.context(inner.variables))"
    case .failed(let kind): return "\(leaf.name) failed (\(kind.name))"
    case .ready: return "\(leaf.name) ready"
    case .entering: return "\(leaf.name) entering"
    }
  }

  private func line(of timer: ModelTimer) -> String {
    let name = timer.leaf?.name ?? "all"
    let purpose =
      switch timer.purpose {
      case .pause: "delay"
      case .retry: "retry"
      case .event(let event): event.id
      case .grace: "grace"
      }
    return "timer \(name) \(purpose) due \(timer.due.microseconds)"
  }
}

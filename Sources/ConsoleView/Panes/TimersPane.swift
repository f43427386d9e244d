import ConsoleCore
import EngineCore

/// The pending timers of an instance, the next one first.
package enum TimersPane {
  package static func content(_ input: PaneInput, width: Int) -> PaneContent {
    let timers = input.instance.timers.sorted { ($0.due, $0.id) < ($1.due, $1.id) }
    guard !timers.isEmpty else { return PaneContent("No timer is pending.", width: width) }
    var table = PaneTable([
      .init(title: "DUE"),
      .init(title: "LEFT", alignment: .right),
      .init(title: "KIND"),
      .init(title: "NODE", minimum: 8),
      .init(title: "TOKEN", alignment: .right, expendability: 1),
      .init(title: "WHAT HAPPENS", minimum: 12, expendability: 2),
    ])
    for timer in timers {
      let isOverdue = timer.due < input.now
      let token = input.instance.token(timer.token)
      table.add(
        [
          .init(input.clock.time(timer.due)),
          .init(
            (isOverdue ? "! " : "") + input.clock.until(timer.due), isOverdue ? .timerOverdue : .timerPending),
          .init(SafeText(untrusted: timer.kind.name)), .init(token.map { input.definition.title(of: $0.node) } ?? ""),
          .init(token.map { "\($0.id.rawValue)" } ?? "", .tableMuted),
          .init(consequence(timer, input), .tableMuted),
        ], about: .timer(timer.id))
    }
    return table.content(width: width)
  }

  private static func consequence(_ timer: Timer, _ input: PaneInput) -> SafeText {
    switch timer.kind {
    case .delay: return "goes on"
    case .retry: return "tries again"
    case .boundary(let event):
      guard case .boundary(let boundary)? = input.definition.nodes[safely: event.rawValue]?.kind else { return "" }
      let target = input.definition.title(of: event)
      return boundary.isInterrupting ? "ends it, goes on at \(target)" : "starts \(target) beside it"
    case .branch(let event): return "goes on at \(input.definition.title(of: event))"
    case .eventStart(let event):
      guard case .subprocess(let subprocess)? = input.definition.nodes[safely: event.rawValue]?.kind else { return "" }
      let target = input.definition.title(of: event)
      return subprocess.event?.isInterrupting == false
        ? "starts \(target) beside the rest" : "ends the rest, starts \(target)"
    case .grace(.none): return "running handlers are stopped, the instance ends"
    case .grace: return "running handlers are stopped, compensation goes on"
    case .workLimit: return "counts as failed: nobody has completed it"
    }
  }
}

extension Array {
  /// The element at a place, if there is one.
  subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

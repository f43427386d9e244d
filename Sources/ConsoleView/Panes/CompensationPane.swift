import ConsoleCore
import EngineCore

/// The compensation stack: which completed steps are undone, in which order, and how far that is.
package enum CompensationPane {
  package static func content(_ input: PaneInput, width: Int) -> PaneContent {
    let sections = CompensationStack(input.detail).sections
    guard !sections.isEmpty else {
      return PaneContent("Nothing to undo: no completed step has a compensation.", width: width)
    }
    var lines: [PaneLine] = []
    for section in sections {
      if !lines.isEmpty { lines.append(PaneLine()) }
      for text in heading(section, input) { lines += PaneLine.wrapped(text, .textStrong, width: width) }
      lines += steps(section, input, width)
    }
    return PaneContent(lines: lines)
  }

  private static func heading(_ section: CompensationStack.Section, _ input: PaneInput) -> [SafeText] {
    let total = section.steps.count
    guard let run = section.run else {
      if section.pendingCount == 0 {
        let wasAsked = input.instance.state == .compensated
        return [wasAsked ? "Compensation is over." : "Everything that could be undone has been undone."]
      }
      switch input.instance.state {
      case .running, .completed: return ["B undoes these steps, in this order:"]
      case .compensating: return ["Not taken up by a compensation yet:"]
      case .cancelling: return ["The instance is being cancelled, so these steps stay as they are:"]
      case .compensated, .cancelled, .terminated, .failed:
        return ["These steps were completed and have not been undone:"]
      }
    }
    let cause = SafeText(untrusted: ErrorText.cause(code: run.code, message: run.message))
    let what: SafeText =
      run.target == .root
      ? "the instance" : input.instance.scope(run.target).map { input.definition.title(of: $0.node) } ?? "a subprocess"
    let progress: SafeText
    switch run.phase {
    case .draining: progress = "waits for running handlers to stop"
    case .running: progress = "\(section.finishedCount) of \(total) done"
    case .halted: progress = "halted at a failed step, \(section.finishedCount) of \(total) done"
    }
    return ["Compensation of \(what), \(progress)", "started \(cause)"]
  }

  private static func steps(_ section: CompensationStack.Section, _ input: PaneInput, _ width: Int) -> [PaneLine] {
    var table = PaneTable([
      .init(title: "#", alignment: .right),
      .init(title: "STEP", minimum: 8),
      .init(title: "STATE"),
      .init(title: "UNDONE BY", minimum: 6, expendability: 2),
      .init(title: "", minimum: 8, expendability: 1),
    ])
    for (index, step) in section.steps.enumerated() {
      table.add(
        [
          .init("\(index + 1)", .tableMuted), .init(input.definition.title(of: step.node)),
          .init(step.mark.mark + " " + step.mark.word, step.mark.role), .init(step.work, .tableMuted),
          .init(note(step, input), step.mark == .failed ? .error : .tableMuted),
        ], about: .record(step.record))
    }
    return table.lines(width: width)
  }

  private static func note(_ step: CompensationStack.Step, _ input: PaneInput) -> SafeText {
    guard let token = step.token else { return "" }
    if let incident = input.instance.incident(of: token) {
      return SafeText(untrusted: ErrorText.brief(code: incident.code, message: incident.message))
    }
    guard step.attempt > 0 else { return "" }
    let attempt: SafeText =
      step.attempt <= step.attemptsAllowed
      ? "attempt \(step.attempt) of \(step.attemptsAllowed)" : "attempt \(step.attempt)"
    return attempt + (step.retryAt.map { ", again \(input.clock.until($0))" } ?? "")
  }
}

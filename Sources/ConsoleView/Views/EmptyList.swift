import ConsoleCore

/// What stands where rows would be: why there are none, and what to do about it.
enum EmptyList {
  static func draw(_ model: ConsoleModel, _ list: ListState, on canvas: inout Canvas) {
    let lines = sentences(model, list)
    let top = max(0, (canvas.height - lines.count) / 3)
    for (row, line) in lines.enumerated() {
      let shown = line.clipped(to: canvas.width - 2)
      canvas.write(shown, x: max(1, (canvas.width - shown.columns) / 2), y: top + row)
    }
  }

  private static func sentences(_ model: ConsoleModel, _ list: ListState) -> [StyledLine] {
    if let failure = list.failure {
      return [StyledLine("the store cannot be read", role: .error), StyledLine(failure, role: .textMuted)]
    }
    guard list.isLoaded else { return [StyledLine("reading…", role: .textMuted)] }
    if !list.filter.isEmpty {
      return [
        StyledLine("nothing in " + list.kind.title + " is meant by  " + SafeText(untrusted: list.filter.text)),
        StyledLine("Esc takes the filter away, / changes it", role: .textMuted),
      ]
    }
    let store = SafeText(untrusted: model.store.path)
    switch list.kind {
    case .instances:
      return [
        StyledLine("no instances yet"),
        StyledLine("sagatop start " + store + " PROCESS --key KEY", role: .textLink),
      ]
    case .incidents:
      return [
        StyledLine("✓ nothing is stuck", role: .success),
        StyledLine("a step that cannot go on without a person stands here", role: .textMuted),
      ]
    case .timers:
      return [
        StyledLine("no timer is pending"),
        StyledLine("delays, timeouts and pauses before a retry stand here", role: .textMuted),
      ]
    case .compensation:
      return [
        StyledLine("nothing is being undone"),
        StyledLine("B on an instance undoes its completed steps", role: .textMuted),
      ]
    case .tasks:
      return [
        StyledLine("no task waits for a person or a worker"),
        StyledLine("sagatop worker " + store + " TOPIC -- COMMAND   works external tasks off", role: .textMuted),
      ]
    case .definitions:
      return [
        StyledLine("no definition is deployed"),
        StyledLine("sagatop deploy " + store + " FILE", role: .textLink),
      ]
    case .audit:
      return [
        StyledLine("no operator has asked for anything yet"),
        StyledLine("every command stands here: who, from where, when and why", role: .textMuted),
      ]
    case .engine: return []
    }
  }
}

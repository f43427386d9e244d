import ConsoleCore
import EngineCore

/// More about the row under the cursor, at the foot of a list: the reason without opening anything.
enum RowPreview {
  static func draw(_ row: ListRow, _ clock: ClockText, on canvas: inout Canvas) {
    canvas.horizontalLine(x: 0, y: 0, length: canvas.width)
    let room = canvas.height - 1
    let lines = lines(row, clock, width: canvas.width - 2, room: room)
    for (index, line) in lines.prefix(room).enumerated() {
      canvas.write(line.clipped(to: canvas.width - 2), x: 1, y: 1 + index)
    }
  }

  private static func lines(_ row: ListRow, _ clock: ClockText, width: Int, room: Int) -> [StyledLine] {
    switch row {
    case .incident(let row): incident(row, clock, width: width, room: room)
    case .compensation(let row): compensation(row, width: width, room: room)
    case .task(let row): task(row, clock)
    case .audit(let row): audit(row, clock, width: width, room: room)
    case .instance, .timer, .definition: []
    }
  }

  private static func incident(_ row: IncidentRow, _ clock: ClockText, width: Int, room: Int) -> [StyledLine] {
    var title = StyledLine("✗ " + SafeText(untrusted: row.incident.kind.name), role: .stateIncident)
    title.append("  " + SafeText(untrusted: row.incident.code), role: .textStrong)
    title.append("  at " + SafeText(untrusted: row.node) + " after \(row.attempt) ", role: .text)
    title.append(row.attempt == 1 ? "attempt" : "attempts")
    title.append(", " + clock.full(row.incident.raisedAt) + " " + clock.mark, role: .textMuted)
    let message = SafeText(untrusted: row.incident.message).wrapped(to: width).prefix(max(1, room - 2))
    return [title] + message.map { StyledLine($0) } + [advice(row)]
  }

  /// What usually helps, by the kind of trouble.
  private static func advice(_ row: IncidentRow) -> StyledLine {
    var line = StyledLine()
    func offer(_ key: SafeText, _ text: SafeText) {
      line.append(line.isEmpty ? "" : "  ")
      line.append(key, role: .key)
      line.append(" " + text, role: .keyLabel)
    }
    offer("⏎", "why, and what it wrote")
    switch row.incident.kind {
    case .workFailed, .crashLoop:
      offer("R", "try again")
      offer("E", "edit variables")
      offer("B", "undo all")
    case .expressionFailed:
      offer("E", "change the variables it reads")
      offer("R", "try again")
    case .compensationFailed:
      offer("R", "try the undo again")
      offer("K", "count it as undone")
    case .inDoubt:
      offer("K", "it has happened")
      offer("R", "it has not: do it now")
    }
    return line
  }

  private static func compensation(_ row: CompensationRunRow, width: Int, room: Int) -> [StyledLine] {
    var title = StyledLine("because of " + SafeText(untrusted: row.run.code), role: .textStrong)
    title.append("  " + SafeText(untrusted: row.run.message), role: .text)
    return [title] + broken(ListColumns.stack(row.steps), width: width).prefix(max(1, room - 1))
  }

  /// A line of chips over several lines.
  private static func broken(_ line: StyledLine, width: Int) -> [StyledLine] {
    var lines: [StyledLine] = []
    var current = StyledLine()
    for span in line.spans {
      if current.columns + span.text.columns > width && !current.isEmpty {
        lines.append(current)
        current = StyledLine()
      }
      current.append(span.text, role: span.role)
    }
    if !current.isEmpty { lines.append(current) }
    return lines
  }

  private static func task(_ row: TaskRow, _ clock: ClockText) -> [StyledLine] {
    switch row.task {
    case .user(let task):
      let candidates = task.candidates.map { SafeText(untrusted: $0) }.joined(separator: ", ")
      let doer = task.assignee.map { SafeText(untrusted: $0) } ?? (candidates.isEmpty ? "anyone" : candidates)
      var lines = [StyledLine("waits for " + doer + " since " + clock.full(task.createdAt), role: .textStrong)]
      if let due = task.due { lines.append(StyledLine("due " + clock.full(due) + " " + clock.mark, role: .textMuted)) }
      return lines
    case .external(let task):
      if let reference = task.reference { return handedOver(task, as: reference, row, clock) }
      let topic = StyledLine("topic " + SafeText(untrusted: task.topic), role: .textStrong)
      guard let worker = task.worker else {
        return [topic, StyledLine("no worker has fetched it; sagatop worker STORE TOPIC -- COMMAND", role: .textMuted)]
      }
      let lease = "fetched by " + SafeText(untrusted: worker) + ", attempt \(row.attempt), lease until "
      return [topic, StyledLine(lease + clock.full(task.availableAt) + " " + clock.mark)]
    }
  }

  private static func handedOver(
    _ task: ExternalTask, as reference: String, _ row: TaskRow, _ clock: ClockText
  ) -> [StyledLine] {
    let name: SafeText = reference.isEmpty ? "elsewhere" : "elsewhere as " + SafeText(untrusted: reference)
    return [
      StyledLine("goes on " + name + " since " + clock.full(task.createdAt) + " " + clock.mark, role: .textStrong),
      StyledLine(
        "begun by " + SafeText(untrusted: task.worker ?? task.topic)
          + ", attempt \(row.attempt); T completes it, or sagatop complete", role: .textMuted),
    ]
  }

  private static func audit(_ row: AuditRow, _ clock: ClockText, width: Int, room: Int) -> [StyledLine] {
    var title = StyledLine(ListColumns.who(row.issuer), role: .textStrong)
    title.append("  " + ListColumns.origin(row.issuer) + " on " + SafeText(untrusted: row.issuer.host), role: .text)
    title.append("  " + clock.full(row.issuedAt) + " " + clock.mark, role: .textMuted)
    var lines = [title]
    if let reason = row.reason { lines.append(StyledLine("why: " + SafeText(untrusted: reason))) }
    lines += SafeText(untrusted: row.outcome).wrapped(to: width).map { StyledLine($0) }
    return Array(lines.prefix(room))
  }
}

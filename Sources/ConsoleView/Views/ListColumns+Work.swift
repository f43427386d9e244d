import ConsoleCore
import EngineCore

extension ListColumns {
  // MARK: Compensation

  static let compensation: [Column] = [
    Column("PHASE", 10, 10, rank: 0, sort: .state) { row, _ in
      guard case .compensation(let row) = row else { return StyledLine() }
      return phase(row)
    },
    id, key,
    Column("DONE", 5, 5, rank: 2, alignment: .right) { row, _ in
      guard case .compensation(let row) = row else { return StyledLine() }
      let over = row.steps.count { $0.state == .done || $0.state == .skipped }
      return StyledLine("\(over)/\(row.steps.count)", role: .tableMuted)
    },
    Column("UNDONE IN THIS ORDER", 16, 40, weight: 5, rank: 1) { row, _ in
      guard case .compensation(let row) = row else { return StyledLine() }
      return stack(row.steps)
    },
    Column("BECAUSE", 8, 14, rank: 4) { row, _ in
      guard case .compensation(let row) = row else { return StyledLine() }
      return StyledLine(SafeText(untrusted: row.run.code, limit: 100), role: .tableMuted)
    },
    processIfRoom,
  ]

  private static func phase(_ row: CompensationRunRow) -> StyledLine {
    let name = SafeText(untrusted: row.run.phase.name)
    switch row.run.phase {
    case .draining: return StyledLine("◷ " + name, role: .stateWaiting)
    case .running: return StyledLine("↶ " + name, role: .stateCompensating)
    case .halted: return StyledLine("✗ " + name, role: .stateIncident)
    }
  }

  /// The steps in the order in which they run.
  static func stack(_ steps: [CompensationStepRow]) -> StyledLine {
    var line = StyledLine()
    for (index, step) in steps.enumerated() {
      if index > 0 { line.append(" › ", role: .tableMuted) }
      let chip = step.chip
      line.append(chip.text, role: chip.role)
    }
    return line
  }

  // MARK: Tasks

  static let tasks: [Column] = [
    Column("KIND", 10, 16, weight: 1, rank: 0) { row, _ in
      guard case .task(let row) = row else { return StyledLine() }
      switch row.task {
      case .user: return StyledLine("☐ person", role: .tableRow)
      case .external(let task):
        let mark: SafeText = task.reference == nil ? "◈ " : "◇ "
        return StyledLine(mark + SafeText(untrusted: task.topic, limit: 100), role: .tableRow)
      }
    },
    id, key, node,
    Column("WHO", 8, 16, weight: 1, rank: 2) { row, _ in
      guard case .task(let row) = row else { return StyledLine() }
      return holder(row.task)
    },
    Column("LEFT", 7, 7, rank: 3, alignment: .right, sort: .due) { row, clock in
      guard case .task(let row) = row else { return StyledLine() }
      return timeLeft(row.task, clock)
    },
    Column("TRIES", 5, 5, rank: 5, alignment: .right) { row, _ in
      guard case .task(let row) = row, case .external = row.task else { return StyledLine() }
      let left = max(0, row.attemptsAllowed - row.failures)
      return StyledLine("\(left)/\(row.attemptsAllowed)", role: left <= 1 ? .warning : .tableMuted)
    },
    age("AGE", rank: 4) { row in
      guard case .task(let row) = row else { return nil }
      switch row.task {
      case .user(let task): return task.createdAt
      case .external(let task): return task.createdAt
      }
    },
    processIfRoom,
  ]

  private static func holder(_ task: TaskRow.Kind) -> StyledLine {
    switch task {
    case .user(let task):
      if let assignee = task.assignee { return StyledLine(SafeText(untrusted: assignee, limit: 100), role: .tableRow) }
      let some = task.candidates.prefix(3).map { SafeText(untrusted: $0, limit: 60) }.joined(separator: ", ")
      return StyledLine(some.isEmpty ? "anyone" : some, role: .tableMuted)
    case .external(let task):
      if let reference = task.reference, !reference.isEmpty {
        return StyledLine(SafeText(untrusted: reference, limit: 100), role: .tableRow)
      }
      guard let worker = task.worker else { return StyledLine("no worker yet", role: .tableMuted) }
      return StyledLine(SafeText(untrusted: worker, limit: 100), role: .tableRow)
    }
  }

  private static func timeLeft(_ task: TaskRow.Kind, _ clock: ClockText) -> StyledLine {
    switch task {
    case .user(let task): task.due.map { countdown($0, clock) } ?? StyledLine()
    case .external(let task):
      task.worker == nil || task.reference != nil
        ? (task.availableAt > clock.now && task.reference == nil
          ? StyledLine(clock.left(until: task.availableAt), role: .tableMuted) : StyledLine())
        : countdown(task.availableAt, clock)
    }
  }

  // MARK: Definitions

  static let definitions: [Column] = [
    Column("PROCESS", 12, 26, weight: 3, rank: 0) { row, _ in
      guard case .definition(let row) = row else { return StyledLine() }
      return StyledLine(
        SafeText(untrusted: row.deployed.definition.key, limit: 200) + "@\(row.deployed.version)", role: .textStrong)
    },
    count("I✗STUCK", .incident, rank: 1, sort: .state) { $0.withIncidents },
    count("R●RUN", .running, rank: 1) { $0[.running] + $0[.cancelling] },
    count("B↶UNDO", .compensating, rank: 2) { $0[.compensating] },
    count("P⏸REST", .suspended, rank: 3) { $0.suspended },
    count("F✖FAIL", .failed, rank: 4) { $0[.failed] },
    count("D✓DONE", .completed, rank: 2) { $0[.completed] },
    count("U↺UNDONE", .compensated, rank: 5) { $0[.compensated] },
    count("C⊘CANC", .cancelled, rank: 6) { $0[.cancelled] + $0[.terminated] },
    age("AGE", rank: 7) { row in if case .definition(let row) = row { row.deployed.deployedAt } else { nil } },
    Column("NAME", 10, 24, weight: 2, rank: 8, isOptional: true) { row, _ in
      guard case .definition(let row) = row else { return StyledLine() }
      return StyledLine(SafeText(untrusted: row.deployed.definition.name, limit: 200), role: .tableMuted)
    },
  ]

  private static func count(
    _ title: SafeText, _ state: DisplayState, rank: Int, sort: SortColumn? = nil,
    _ number: @escaping @Sendable (StateCounts) -> Int
  ) -> Column {
    let width = max(6, title.columns)
    return Column(title, width, width, rank: rank, alignment: .right, sort: sort) { row, _ in
      guard case .definition(let row) = row else { return StyledLine() }
      let value = number(row.counts)
      return value == 0 ? StyledLine("·", role: .tableMuted) : StyledLine(QuantityText.count(value), role: state.role)
    }
  }

  // MARK: Audit

  static let audit: [Column] = [
    Column("WHEN", 11, 11, rank: 0) { row, clock in
      guard case .audit(let row) = row else { return StyledLine() }
      return StyledLine(clock.moment(row.issuedAt), role: .tableMuted)
    },
    Column("WHO", 6, 12, weight: 1, rank: 0) { row, _ in
      guard case .audit(let row) = row else { return StyledLine() }
      return StyledLine(who(row.issuer), role: .tableRow)
    },
    Column("VERB", 8, 10, rank: 0) { row, _ in
      guard case .audit(let row) = row else { return StyledLine() }
      return StyledLine(SafeText(untrusted: row.verb, limit: 40), role: .textStrong)
    },
    Column("ID", 5, 6, rank: 1, alignment: .right) { row, _ in
      guard case .audit(let row) = row, let instance = row.instance else { return StyledLine() }
      return StyledLine("\(instance.rawValue)", role: .tableRow)
    },
    Column("OUTCOME", 10, 22, weight: 3, rank: 1) { row, _ in
      guard case .audit(let row) = row else { return StyledLine() }
      return outcome(row)
    },
    Column("WHY", 8, 20, weight: 3, rank: 2) { row, _ in
      guard case .audit(let row) = row else { return StyledLine() }
      return StyledLine(SafeText(untrusted: row.reason ?? "", limit: 300), role: .tableRow)
    },
    Column("FROM", 8, 18, weight: 1, rank: 3) { row, _ in
      guard case .audit(let row) = row else { return StyledLine() }
      return StyledLine(origin(row.issuer), role: .tableMuted)
    },
    Column("VERSION", 7, 9, rank: 6, isOptional: true) { row, _ in
      guard case .audit(let row) = row, let before = row.versionBefore else { return StyledLine() }
      return StyledLine(row.versionAfter.map { "\(before)→\($0)" } ?? "\(before)", role: .tableMuted)
    },
  ]

  static func who(_ issuer: Issuer) -> SafeText {
    let user = SafeText(untrusted: issuer.user, limit: 60)
    return issuer.sudoUser.map { user + " (" + SafeText(untrusted: $0, limit: 60) + ")" } ?? user
  }

  static func origin(_ issuer: Issuer) -> SafeText {
    let place = SafeText(untrusted: issuer.sshClient ?? issuer.host, limit: 60)
    return SafeText(untrusted: issuer.source, limit: 20) + " " + place
  }

  private static func outcome(_ row: AuditRow) -> StyledLine {
    let text = SafeText(untrusted: row.outcome, limit: 300)
    if row.decidedAt == nil { return StyledLine("◷ " + text, role: .stateWaiting) }
    return row.outcome == "done" ? StyledLine("✓ " + text, role: .success) : StyledLine("✗ " + text, role: .error)
  }
}

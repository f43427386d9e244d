import ConsoleCore
import EngineCore

/// The columns of each list.
enum ListColumns {
  static func columns(of kind: ViewKind) -> [Column] {
    switch kind {
    case .instances: instances
    case .incidents: incidents
    case .timers: timers
    case .compensation: compensation
    case .tasks: tasks
    case .definitions: definitions
    case .audit: audit
    case .engine: []
    }
  }

  // MARK: What many lists have in common

  static let state = Column("STATE", 12, 14, rank: 0, sort: .state) { row, _ in
    row.summary.map { StyledLine([DisplayState($0).label]) } ?? StyledLine()
  }

  static let id = Column("ID", 4, 7, rank: 0, alignment: .right) { row, _ in
    row.summary.map { StyledLine("\($0.id.rawValue)", role: .tableRow) } ?? StyledLine()
  }

  static let key = Column("KEY", 12, 18, weight: 2, rank: 1, sort: .key) { row, _ in
    StyledLine(SafeText(untrusted: row.summary?.businessKey ?? "–", limit: 200), role: .textStrong)
  }

  static let node = Column("NODE", 8, 14, weight: 1, rank: 1) { row, _ in
    StyledLine(SafeText(untrusted: row.node ?? "", limit: 200), role: .tableRow)
  }

  static let process = Column("PROCESS", 12, 22, weight: 2, rank: 3, sort: .process) { row, _ in
    row.summary.map(processTitle) ?? StyledLine()
  }

  /// The same where there are more important things.
  static let processIfRoom = Column("PROCESS", 8, 22, weight: 1, rank: 8, isOptional: true, sort: .process) { row, _ in
    row.summary.map(processTitle) ?? StyledLine()
  }

  private static func processTitle(_ summary: InstanceSummary) -> StyledLine {
    StyledLine(SafeText(untrusted: summary.process, limit: 200) + "@\(summary.processVersion)", role: .tableMuted)
  }

  static func age(_ title: SafeText, rank: Int, _ instant: @escaping @Sendable (ListRow) -> Timestamp?) -> Column {
    Column(title, AgeText.columns, AgeText.columns, rank: rank, alignment: .right) { row, clock in
      instant(row).map { StyledLine(clock.age($0), role: .tableMuted) } ?? StyledLine()
    }
  }

  // MARK: Instances

  private static let instances: [Column] = [
    state, id, key,
    Column("AT", 12, 20, weight: 2, rank: 1) { row, _ in row.summary.map(whereItStands) ?? StyledLine() },
    process,
    age("AGE", rank: 2) { $0.summary?.createdAt },
    Column("CHANGED", 7, 7, rank: 5, alignment: .right, sort: .changed) { row, clock in
      row.summary.map { StyledLine(clock.age($0.updatedAt), role: .tableMuted) } ?? StyledLine()
    },
    Column("TIMER", 7, 7, rank: 4, alignment: .right, sort: .due) { row, clock in
      row.summary?.nextTimer.map { countdown($0, clock) } ?? StyledLine()
    },
    Column("TRIES", 5, 5, rank: 6, alignment: .right, isOptional: true) { row, _ in
      let most = row.summary?.tokens.map(\.attempt).max() ?? 0
      return StyledLine(most > 1 ? "\(most)" : "", role: .tableMuted)
    },
    Column("STARTED", 11, 16, rank: 7, isOptional: true) { row, clock in
      row.summary.map { StyledLine(clock.moment($0.createdAt), role: .tableMuted) } ?? StyledLine()
    },
    Column("VERSION", 7, 7, rank: 9, alignment: .right, isOptional: true) { row, _ in
      row.summary.map { StyledLine("\($0.version)", role: .tableMuted) } ?? StyledLine()
    },
  ]

  /// The nodes of the live tokens with what is special about them: `✗charge×3 pack +2`.
  private static func whereItStands(_ summary: InstanceSummary) -> StyledLine {
    var line = StyledLine()
    let shown = summary.tokens.sorted { stuckFirst($0, $1) }
    for (index, token) in shown.enumerated() {
      if index > 0 { line.append(" ") }
      let name = SafeText(untrusted: token.node, limit: 60)
      let tries: SafeText = token.attempt > 1 ? "×\(token.attempt)" : ""
      let undoes: SafeText = token.mode == .compensation ? "↶" : ""
      switch token.state {
      case .failed: line.append("✗" + undoes + name + tries, role: .stateFailed)
      case .waiting: line.append("◷" + undoes + name + tries, role: .stateWaiting)
      case .created, .ready, .executing, .completed, .terminated:
        line.append(undoes + name + tries, role: .tableRow)
      }
    }
    let hidden = summary.tokenCount - shown.count
    if hidden > 0 { line.append(" +\(hidden)", role: .tableMuted) }
    return line
  }

  private static func stuckFirst(_ left: TokenSummary, _ right: TokenSummary) -> Bool {
    let isLeftStuck = left.state == .failed
    return isLeftStuck == (right.state == .failed) ? left.id < right.id : isLeftStuck
  }

  // MARK: Incidents

  private static let incidents: [Column] = [
    id, key, node,
    Column("ERROR", 6, 14, rank: 0, sort: .error) { row, _ in
      guard case .incident(let row) = row else { return StyledLine() }
      return StyledLine("✗ " + SafeText(untrusted: row.incident.code, limit: 100), role: .stateIncident)
    },
    Column("TRIES", 5, 5, rank: 4, alignment: .right, sort: .tries) { row, _ in
      guard case .incident(let row) = row else { return StyledLine() }
      return StyledLine("\(row.attempt)", role: .tableMuted)
    },
    age("SINCE", rank: 2) { row in if case .incident(let row) = row { row.incident.raisedAt } else { nil } },
    Column("WHAT HAPPENED", 12, 40, weight: 5, rank: 1) { row, _ in
      guard case .incident(let row) = row else { return StyledLine() }
      let undoing: SafeText = row.mode == .compensation ? "↶ " : ""
      return StyledLine(undoing + SafeText(untrusted: row.incident.message, limit: 300), role: .tableRow)
    },
    Column("KIND", 12, 19, rank: 7, isOptional: true) { row, _ in
      guard case .incident(let row) = row else { return StyledLine() }
      return StyledLine(SafeText(untrusted: row.incident.kind.name), role: .tableMuted)
    },
    processIfRoom,
  ]

  // MARK: Timers

  private static let timers: [Column] = [
    Column("LEFT", 8, 8, rank: 0, alignment: .right) { row, clock in
      guard case .timer(let row) = row else { return StyledLine() }
      return countdown(row.timer.due, clock)
    },
    Column("DUE", 11, 11, rank: 3) { row, clock in
      guard case .timer(let row) = row else { return StyledLine() }
      return StyledLine(clock.moment(row.timer.due), role: .tableMuted)
    },
    Column("KIND", 7, 7, rank: 1) { row, _ in
      guard case .timer(let row) = row else { return StyledLine() }
      return StyledLine(SafeText(untrusted: row.timer.kind.name), role: .tableRow)
    },
    id, key, node,
    Column("STATE", 14, 14, rank: 5) { row, _ in
      row.summary.map { StyledLine([DisplayState($0).label]) } ?? StyledLine()
    },
    processIfRoom,
  ]

  /// How long until something is due; overdue it has a mark besides its style.
  static func countdown(_ due: Timestamp, _ clock: ClockText) -> StyledLine {
    let isOverdue = due < clock.now
    return StyledLine(
      isOverdue ? "!" + clock.left(until: due) : clock.left(until: due),
      role: isOverdue ? .timerOverdue : .timerPending)
  }
}

import EngineCore

/// One row of a list.
package enum ListRow: Sendable, Hashable {
  case instance(InstanceSummary)
  case incident(IncidentRow)
  case timer(TimerRow)
  case compensation(CompensationRunRow)
  case task(TaskRow)
  case definition(DefinitionRow)
  case audit(AuditRow)

  /// What a row is about, so that cursor and marks stay with it.
  package struct ID: Sendable, Hashable, Comparable {
    /// The instance, the definition or the audit row.
    package let whole: Int64
    /// The incident, the timer, the run or the token of an instance; zero for the instance itself.
    package let part: Int64

    package init(whole: Int64, part: Int64 = 0) {
      self.whole = whole
      self.part = part
    }

    package static func < (left: ID, right: ID) -> Bool {
      (left.whole, left.part) < (right.whole, right.part)
    }
  }

  package var id: ID {
    switch self {
    case .instance(let row): ID(whole: row.id.rawValue)
    case .incident(let row): ID(whole: row.instance.id.rawValue, part: row.incident.id.rawValue)
    case .timer(let row): ID(whole: row.instance.id.rawValue, part: row.timer.id.rawValue)
    case .compensation(let row): ID(whole: row.instance.id.rawValue, part: row.run.id.rawValue)
    case .task(let row): ID(whole: row.instance.id.rawValue, part: row.token.rawValue)
    case .definition(let row): ID(whole: row.deployed.id.rawValue)
    case .audit(let row): ID(whole: row.id)
    }
  }

  /// The instance that the row belongs to.
  package var summary: InstanceSummary? {
    switch self {
    case .instance(let row): row
    case .incident(let row): row.instance
    case .timer(let row): row.instance
    case .compensation(let row): row.instance
    case .task(let row): row.instance
    case .definition, .audit: nil
    }
  }

  /// The instance that Enter opens.
  package var instance: InstanceID? {
    switch self {
    case .audit(let row): row.instance
    case .instance, .incident, .timer, .compensation, .task, .definition: summary?.id
    }
  }

  /// The node that the row is about, if it is about one.
  package var node: String? {
    switch self {
    case .incident(let row): row.node
    case .timer(let row): row.node
    case .task(let row): row.node
    case .instance, .compensation, .definition, .audit: nil
    }
  }

  /// Whether the row holds a text; upper and lower case count as equal.
  package func contains(_ text: String) -> Bool {
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return true }
    return searchedTexts.contains { $0.lowercased().contains(wanted) }
  }

  private var searchedTexts: [String] {
    var texts: [String] = []
    if let summary {
      texts = [String(summary.id.rawValue), summary.businessKey ?? "", summary.process]
      texts += summary.tokens.map(\.node)
    }
    switch self {
    case .instance, .timer: break
    case .incident(let row): texts += [row.node, row.incident.code, row.incident.message]
    case .compensation(let row): texts += [row.run.code] + row.steps.map(\.node)
    case .task(let row): texts.append(row.node)
    case .definition(let row): texts += [row.deployed.title, row.deployed.definition.name]
    case .audit(let row):
      texts += [row.verb, row.issuer.user, row.issuer.host, row.reason ?? "", row.outcome]
      if let instance = row.instance { texts.append(String(instance.rawValue)) }
    }
    return texts
  }
}

extension ListRow {
  /// Whether this row comes before another one in an order other than the store's.
  package func precedes(_ other: ListRow, by column: SortColumn) -> Bool? {
    switch column {
    case .natural: return nil
    case .state: return Self.compare(trouble, other.trouble)
    case .changed: return Self.compare(other.changedAt, changedAt)
    case .key: return Self.compare(summary?.businessKey ?? "", other.summary?.businessKey ?? "")
    case .process: return Self.compare(summary?.process ?? "", other.summary?.process ?? "")
    case .due: return Self.compare(dueAt, other.dueAt)
    case .error: return Self.compare(errorCode, other.errorCode)
    case .tries: return Self.compare(other.tries, tries)
    }
  }

  private static func compare<Key: Comparable>(_ left: Key, _ right: Key) -> Bool? {
    left == right ? nil : left < right
  }

  private var trouble: Int {
    switch self {
    case .definition(let row): -row.counts.withIncidents
    case .compensation(let row): -row.run.phase.rawValue
    case .instance, .incident, .timer, .task, .audit: summary.map { DisplayState($0).rawValue } ?? 0
    }
  }

  private var changedAt: Timestamp { summary?.updatedAt ?? .distantPast }

  private var dueAt: Timestamp {
    switch self {
    case .timer(let row): return row.timer.due
    case .task(let row):
      switch row.task {
      case .user(let task): return task.due ?? .distantFuture
      case .external(let task): return task.availableAt
      }
    case .instance, .incident, .compensation, .definition, .audit: return summary?.nextTimer ?? .distantFuture
    }
  }

  private var errorCode: String {
    if case .incident(let row) = self { row.incident.code } else { "" }
  }

  private var tries: Int {
    if case .incident(let row) = self { row.attempt } else { 0 }
  }
}

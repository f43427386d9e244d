import EngineCore

/// A page of rows of any list, as it comes from a store.
package struct RowPage: Sendable, Hashable {
  package var rows: [ListRow]
  /// What to ask for to get the rows after these; nil when there are none.
  package var next: String?
  /// Whether the filter was applied to a bounded window of the newest instances only.
  package var isWindowed: Bool
  /// How many rows belong here and cannot be read: they are left out.
  package var unreadable: Int

  package init(rows: [ListRow], next: String? = nil, isWindowed: Bool = false, unreadable: Int = 0) {
    self.rows = rows
    self.next = next
    self.isWindowed = isWindowed
    self.unreadable = unreadable
  }

  package init(_ page: Page<InstanceSummary>) { self.init(page, ListRow.instance) }
  package init(_ page: Page<IncidentRow>) { self.init(page, ListRow.incident) }
  package init(_ page: Page<TimerRow>) { self.init(page, ListRow.timer) }
  package init(_ page: Page<CompensationRunRow>) { self.init(page, ListRow.compensation) }
  package init(_ page: Page<TaskRow>) { self.init(page, ListRow.task) }
  package init(_ page: Page<AuditRow>) { self.init(page, ListRow.audit) }
  package init(_ page: Page<DefinitionRow>) { self.init(page, ListRow.definition) }

  private init<Row>(_ page: Page<Row>, _ wrap: (Row) -> ListRow) {
    self.init(
      rows: page.rows.map(wrap), next: page.next, isWindowed: page.isWindowed, unreadable: page.unreadable.count)
  }
}

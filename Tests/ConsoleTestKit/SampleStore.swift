import ConsoleCore
import EngineCore

/// A store in memory for consoles under test: it answers the effects of a console as a real one would.
package struct SampleStore: Sendable {
  /// 2026-11-23T10:00:00Z
  package static let now = Timestamp(
    microseconds: (Int64(CivilTime.days(year: 2026, month: 11, day: 23)) * 86_400 + 36_000) * 1_000_000)

  package var instances: [InstanceSummary] = []
  package var incidents: [IncidentRow] = []
  package var timers: [TimerRow] = []
  package var compensations: [CompensationRunRow] = []
  package var tasks: [TaskRow] = []
  package var definitions: [DefinitionRow] = []
  package var audit: [AuditRow] = []
  package var engine: EngineRow
  package var details: [InstanceDetail] = []
  /// Instances that have moved on since their plans were made.
  package var moved: Set<InstanceID> = []
  /// Instances whose plans are refused.
  package var refused: Set<InstanceID> = []
  /// How many rows of a page of instances or definitions cannot be read.
  package var unreadable = 0
  /// Whether commands only wait.
  package var hasEngine = true

  package init() {
    engine = EngineRow(
      isAlive: true, epoch: 3, host: "db1", process: 4711, heartbeatAt: Self.ago(2), counts: StateCounts(),
      incidents: 0, waitingCommands: 0, unitsCommitted: 12_345, databaseBytes: 12_345_678, logBytes: 4_100_000)
  }

  /// An instant before now.
  package static func ago(_ seconds: Int) -> Timestamp { now + .seconds(-seconds) }

  // MARK: Answers

  package func page(_ kind: ViewKind, after: String?, limit: Int) -> RowPage {
    switch kind {
    case .instances:
      var page = RowPage(olderInstances(after, limit))
      page.unreadable = unreadable
      return page
    case .incidents: return RowPage(slice(incidents, after, limit))
    case .timers: return RowPage(slice(timers, after, limit))
    case .compensation: return RowPage(slice(compensations, after, limit))
    case .tasks: return RowPage(slice(tasks, after, limit))
    case .definitions:
      var page = RowPage(Page(rows: definitions))
      page.unreadable = unreadable
      return page
    case .audit: return RowPage(slice(audit, after, limit))
    case .engine: return RowPage(rows: [])
    }
  }

  /// Instances are paged by their identifier, so that new ones shift nothing.
  private func olderInstances(_ after: String?, _ limit: Int) -> Page<InstanceSummary> {
    let bound = after.flatMap(Int64.init) ?? .max
    let older = instances.filter { $0.id.rawValue < bound }
    let rows = Array(older.prefix(limit))
    return Page(rows: rows, next: older.count > limit ? rows.last?.id.description : nil)
  }

  /// Rows after the one with a number; the cursor is that number.
  private func slice<Row>(_ rows: [Row], _ after: String?, _ limit: Int) -> Page<Row> {
    let start = after.flatMap(Int.init) ?? 0
    let end = min(rows.count, start + limit)
    return Page(rows: Array(rows[min(start, end)..<end]), next: end < rows.count ? String(end) : nil)
  }

  /// What the outside tells the console after an effect; nil where there is nothing to tell.
  package func answer(_ effect: ConsoleEffect) -> ConsoleMessage? {
    switch effect {
    case .load(let request): .loaded(request.generation, content(request.content))
    case .plan(let request): .planned(request.generation, request.commands.map(plan))
    case .execute(let request): .executed(request.generation, request.commands.map(execute))
    case .edit, .copy, .writeScreen, .redraw, .suspend, .quit: nil
    }
  }

  private func content(_ content: ViewRequest.Content) -> LoadedContent {
    switch content {
    case .page(let kind, _, let after, let limit): .page(page(kind, after: after, limit: limit))
    case .matching(let kind, _, let limit): .page(page(kind, after: nil, limit: limit))
    case .engine: .engine(engine)
    case .detail(let id, _): .detail(details.first { $0.summary.id == id })
    }
  }

  private func plan(_ command: PlanRequest.Command) -> PlanAnswer {
    let id = command.target.instance
    if refused.contains(id) {
      return PlanAnswer(instance: id, outcome: .refused(Rejection(.nothingToRetry, "nothing has failed in \(id)")))
    }
    let node = command.target.node ?? "charge"
    let lines = [
      PlanLine(kind: .changes, text: "\(node) gets one more try"),
      PlanLine(kind: .runs, text: "runs \(node) with exec, attempt 4"),
    ]
    let title = "\(command.verb.name) \(node)"
    return PlanAnswer(
      instance: id, outcome: .planned(Plan(target: id, version: command.target.version, title: title, lines: lines)))
  }

  private func execute(_ command: ExecutionRequest.Command) -> ExecutionAnswer {
    let id = command.instance
    if moved.contains(id) {
      let rejection = Rejection(.versionConflict, "instance \(id) is at version 99, not \(command.expectedVersion)")
      return ExecutionAnswer(instance: id, outcome: .refused(rejection))
    }
    return ExecutionAnswer(instance: id, outcome: hasEngine ? .done : .posted)
  }
}

import EngineCore
import EngineRuntime
import EngineStorage

extension SQLiteReader {
  /// Instances that a filter means, newest first; the one whose identifier was typed leads the first page.
  public func instances(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<InstanceSummary> {
    let cursor = try PageCursor(cursor, count: 1, path: path)
    return try reading { (rows) throws(StoreFailure) in
      let query = try InstanceQuery(filter, now: now, rows)
      var found: [InstanceID] = []
      if cursor == nil, let named = query.named, try query.holds(for: named, rows) { found.append(named) }
      let stopped = try query.forEachCandidate(before: cursor.map { InstanceID($0[0]) }, wanted: limit, rows) {
        (candidate) throws(StoreFailure) in
        if candidate != query.named, try query.isMeant(candidate, rows) { found.append(candidate) }
        return found.count <= limit
      }
      var summaries: [InstanceSummary] = []
      var unreadable: [String] = []
      for id in found.prefix(limit) {
        try leavingOut("instance \(id)", &unreadable) { () throws(StoreFailure) in
          if let summary = try summary(of: id, rows) { summaries.append(summary) }
        }
      }
      if found.count > limit {
        return Page(
          rows: summaries, next: Page.place(behind: found.prefix(limit), but: query.named), unreadable: unreadable)
      }
      return Page(
        rows: summaries, next: stopped.map { PageCursor($0.rawValue).description }, isWindowed: stopped != nil,
        unreadable: unreadable)
    }
  }

  /// Open incidents, oldest first.
  public func incidents(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<IncidentRow> {
    let list = Listing(
      source: "SELECT raised_at, instance, id FROM incident INDEXED BY incident_age", place: "raised_at, instance, id")
    return try page(list, filter, now, cursor, limit) { (place, summary, rows) throws(StoreFailure) in
      let incident = try rows.sql(
        "SELECT id, token, kind, code, message, raised_at FROM incident WHERE instance = ? AND id = ?"
      ).bind(place[1]).bind(place[2]).first { (row) throws(StoreFailure) in try SQLiteRows.incident(row) }
      guard let incident else { return nil }
      let token = try tokenFacts(of: incident.token, in: summary, rows)
      return IncidentRow(
        instance: summary, incident: incident, node: token?.node ?? "", mode: token?.mode ?? .forward,
        attempt: token?.attempt ?? 0)
    }
  }

  /// Pending timers by due time.
  public func timers(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<TimerRow> {
    let list = Listing(
      source: "SELECT due, instance, id FROM timer INDEXED BY timer_due", place: "due, instance, id")
    return try page(list, filter, now, cursor, limit) { (place, summary, rows) throws(StoreFailure) in
      let timer = try rows.sql(
        "SELECT id, token, kind, argument, due, anchor, planned, times_left FROM timer WHERE instance = ? AND id = ?"
      )
      .bind(place[1]).bind(place[2]).first { (row) throws(StoreFailure) in try rows.timer(row) }
      guard let timer else { return nil }
      return TimerRow(instance: summary, timer: timer, node: try node(of: timer, in: summary, rows))
    }
  }

  /// Compensation runs that are not over, oldest instance first.
  public func compensations(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<CompensationRunRow> {
    let list = Listing(source: "SELECT 0, instance, id FROM compensation_run", place: "instance, id")
    return try page(list, filter, now, cursor, limit) { (place, summary, rows) throws(StoreFailure) in
      guard let run = try rows.runs(of: summary.id).first(where: { $0.id.rawValue == place[2] }) else { return nil }
      let failed: [RecordID] = try rows.sql("SELECT record FROM token WHERE instance = ? AND run = ? AND state = 4")
        .bind(summary.id).bind(run.id).all { $0.id(0) }
      let definition = try deployed(summary.definition, rows).definition
      return CompensationRunRow(
        run, instance: summary, records: try rows.records(of: summary.id), failed: Set(failed), definition: definition)
    }
  }

  /// Open user and external tasks, oldest first.
  public func tasks(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<TaskRow> {
    // Both halves come sorted from their index and are merged as they are read.
    let list = Listing(
      source: """
        SELECT created_at, instance, token FROM (
          SELECT created_at, instance, token FROM user_task UNION ALL
          SELECT created_at, instance, token FROM external_task)
        """, place: "created_at, instance, token")
    return try page(list, filter, now, cursor, limit) { (place, summary, rows) throws(StoreFailure) in
      let token = TokenID(place[2])
      guard let task = try task(of: token, in: summary, rows) else { return nil }
      let facts = try tokenFacts(of: token, in: summary, rows)
      return TaskRow(
        instance: summary, node: facts?.node ?? "", task: task, attempt: facts?.attempt ?? 0,
        failures: facts?.failures ?? 0, attemptsAllowed: facts?.attemptsAllowed ?? 0)
    }
  }

  /// Deployed versions with their counts, by key and version descending.
  public func definitions() throws(StoreFailure) -> Page<DefinitionRow> {
    try reading { (rows) throws(StoreFailure) in
      let names = try rows.sql("SELECT id, key, version FROM process_definition ORDER BY key, version DESC")
        .all { (id: DefinitionID($0.integer(0)), title: "\($0.text(1))@\($0.integer(2))") }
      let suspended = Set(try rows.holds().filter(\.isSuspended).map(\.definition))
      var found: [DefinitionRow] = []
      var unreadable: [String] = []
      for (id, title) in names {
        try leavingOut(title, &unreadable) { () throws(StoreFailure) in
          found.append(try row(of: try deployed(id, rows), isSuspended: suspended.contains(id), rows))
        }
      }
      return Page(rows: found, unreadable: unreadable)
    }
  }

  /// A deployed version of a process, or the newest one, with its counts; nil when there is none.
  public func definition(key: String, version: Int?) throws(StoreFailure) -> DefinitionRow? {
    try reading { (rows) throws(StoreFailure) in
      guard let deployed = try rows.definition(key: key, version: version) else { return nil }
      let isSuspended = try rows.holds().contains { $0.definition == deployed.id && $0.isSuspended }
      return try row(of: deployed, isSuspended: isSuspended, rows)
    }
  }

  private func row(
    of deployed: DeployedDefinition, isSuspended: Bool, _ rows: SQLiteRows
  ) throws(StoreFailure) -> DefinitionRow {
    var counts = StateCounts()
    for row in try rows.counts(of: deployed.id) { counts.add(row) }
    return DefinitionRow(deployed: deployed, counts: counts, isSuspended: isSuspended)
  }

  /// Puts a row into a list. One that cannot be read is left out and named beside the list, so that it hides no other.
  private func leavingOut(
    _ what: String, _ unreadable: inout [String], _ add: () throws(StoreFailure) -> Void
  ) throws(StoreFailure) {
    do throws(StoreFailure) {
      try SQLiteRows.named(what, add)
    } catch {
      guard error.kind == .corrupt else { throw error }
      unreadable.append(error.message)
    }
  }

  /// Where the rows of a list come from: an index in the order of the list.
  private struct Listing {
    /// Selects what the list is sorted by; instance and identifier stand in the second and third place.
    let source: String
    /// The columns that the list is sorted by.
    let place: String
  }

  /// One page of a list in the order of its index; what the filter does not mean is passed over.
  private func page<Element>(
    _ list: Listing, _ filter: InstanceFilter, _ now: Timestamp, _ cursor: String?, _ limit: Int,
    _ make: (PageCursor, InstanceSummary, SQLiteRows) throws(StoreFailure) -> Element?
  ) throws(StoreFailure) -> Page<Element> {
    let columns = list.place.split(separator: ",").count
    let cursor = try PageCursor(cursor, count: 3, path: path)
    return try reading { (rows) throws(StoreFailure) in
      let query = try InstanceQuery(filter, now: now, rows)
      let window = filter.words.isEmpty ? limit + 1 : InstanceQuery.window
      let marks = Array(repeating: "?", count: columns).joined(separator: ", ")
      let start = (cursor?.numbers ?? [.min, .min, .min]).suffix(columns)
      let places = try rows.sql.composed(
        "\(list.source) WHERE (\(list.place)) > (\(marks)) ORDER BY \(list.place) LIMIT ?"
      ).bind(start.map { .integer($0) }).bind(window)
        .all { PageCursor($0.integer(0), $0.integer(1), $0.integer(2)) }
      var found: [Element] = []
      var last: PageCursor?
      var unreadable: [String] = []
      for place in places {
        if found.count == limit { return Page(rows: found, next: last?.description, unreadable: unreadable) }
        last = place
        let id = InstanceID(place[1])
        if !filter.words.isEmpty, try !query.holds(for: id, rows) { continue }
        try leavingOut("instance \(id)", &unreadable) { () throws(StoreFailure) in
          guard let summary = try summary(of: id, rows) else { return }
          if let element = try make(place, summary, rows) { found.append(element) }
        }
      }
      let isWindowed = !filter.words.isEmpty && places.count == window
      return Page(
        rows: found, next: isWindowed ? last?.description : nil, isWindowed: isWindowed, unreadable: unreadable)
    }
  }
}

import EngineCore
import EngineRuntime

extension MemoryStore: ReadStore {
  /// Instances that a filter means, newest first; the one whose identifier was typed leads the first page.
  public func instances(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<InstanceSummary> {
    let cursor = try PageCursor(cursor, count: 1, path: path)
    return try look { (rows) throws(StoreFailure) in
      let meant = try rows.instances(filter, now: now).reversed()
      let named = filter.words.lazy.compactMap(\.namedInstance).first
      var found = meant.filter { $0.instance.id != named }
      if let cursor { found = found.filter { $0.instance.id.rawValue < cursor[0] } }
      if cursor == nil, let first = meant.first(where: { $0.instance.id == named }) { found.insert(first, at: 0) }
      let ids = found.prefix(limit).map(\.instance.id)
      return Page(
        rows: found.prefix(limit).map(\.summary),
        next: found.count > limit ? Page.place(behind: ids, but: named) : nil)
    }
  }

  /// Open incidents, oldest first.
  public func incidents(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<IncidentRow> {
    try page(filter, now, cursor, limit) { found in
      found.instance.incidents.map { incident in
        let token = found.instance.token(incident.token)
        let row = IncidentRow(
          instance: found.summary, incident: incident, node: found.node(of: token), mode: token?.mode ?? .forward,
          attempt: token?.attempt ?? 0)
        return (PageCursor(incident.raisedAt.microseconds, found.instance.id.rawValue, incident.id.rawValue), row)
      }
    }
  }

  /// Pending timers by due time.
  public func timers(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<TimerRow> {
    try page(filter, now, cursor, limit) { found in
      found.instance.timers.map { timer in
        var node = found.node(of: found.instance.token(timer.token))
        if let event = timer.kind.event { node = found.deployed.definition.name(of: event) }
        let row = TimerRow(instance: found.summary, timer: timer, node: node)
        return (PageCursor(timer.due.microseconds, found.instance.id.rawValue, timer.id.rawValue), row)
      }
    }
  }

  /// Compensation runs that are not over, oldest instance first.
  public func compensations(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<CompensationRunRow> {
    try page(filter, now, cursor, limit) { found in
      found.instance.runs.map { run in
        let failed = found.instance.tokens.filter { $0.state == .failed && $0.compensates?.run == run.id }
        let row = CompensationRunRow(
          run, instance: found.summary, records: found.instance.records,
          failed: Set(failed.compactMap { $0.compensates?.record }), definition: found.deployed.definition)
        return (PageCursor(0, found.instance.id.rawValue, run.id.rawValue), row)
      }
    }
  }

  /// Open user and external tasks, oldest first.
  public func tasks(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<TaskRow> {
    try page(filter, now, cursor, limit) { found in
      let user = found.instance.userTasks.map { ($0.createdAt, $0.token, TaskRow.Kind.user($0)) }
      let external = found.instance.externalTasks.map { ($0.createdAt, $0.token, TaskRow.Kind.external($0)) }
      return (user + external).map { createdAt, id, kind in
        let token = found.instance.token(id)
        let allowed = token.map { found.deployed.definition.attemptsAllowed(at: $0.node, mode: $0.mode) }
        let row = TaskRow(
          instance: found.summary, node: found.node(of: token), task: kind, attempt: token?.attempt ?? 0,
          failures: token?.failures ?? 0, attemptsAllowed: allowed ?? 0)
        return (PageCursor(createdAt.microseconds, found.instance.id.rawValue, id.rawValue), row)
      }
    }
  }

  /// Deployed versions with their counts.
  public func definitions() throws(StoreFailure) -> Page<DefinitionRow> {
    try look { (rows) throws(StoreFailure) in
      var counts: [DefinitionID: StateCounts] = [:]
      for row in rows.counts() { counts[row.definition, default: StateCounts()].add(row) }
      let sorted = rows.tables.definitions.values.sorted {
        ($0.definition.key, $1.version) < ($1.definition.key, $0.version)
      }
      let suspended = Set(rows.holds().filter(\.isSuspended).map(\.definition))
      return Page(
        rows: sorted.map {
          DefinitionRow(
            deployed: $0, counts: counts[$0.id] ?? StateCounts(), isSuspended: suspended.contains($0.id))
        })
    }
  }

  /// Operator commands, newest first.
  public func audit(
    instance: InstanceID?, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<AuditRow> {
    let cursor = try PageCursor(cursor, count: 1, path: path)
    return try look { (rows) throws(StoreFailure) in
      Page(rows.audit(of: instance, before: cursor?[0] ?? .max), limit: limit) { PageCursor($0.id) }
    }
  }

  /// The lease and the totals; there are no files to measure.
  public func engine() throws(StoreFailure) -> EngineRow {
    let isAlive = try hasEngine()
    return try look { (rows) throws(StoreFailure) in
      var totals = StateCounts()
      var incidents = 0
      for row in rows.counts() {
        totals.add(row)
        incidents += row.counted.incidents
      }
      let lease = rows.lease()
      return EngineRow(
        isAlive: isAlive, epoch: rows.epoch(), host: lease?.lease.holder.host ?? "",
        process: lease?.lease.holder.process ?? 0, heartbeatAt: lease?.heartbeatAt, counts: totals,
        incidents: incidents, waitingCommands: rows.waitingCommands(limit: 10_000).count,
        unitsCommitted: rows.tables.newestHistory.rawValue, databaseBytes: 0, logBytes: 0)
    }
  }

  /// One instance with its newest history.
  public func detail(_ id: InstanceID, historyLimit: Int) throws(StoreFailure) -> InstanceDetail? {
    try look { (rows) throws(StoreFailure) in
      guard let found = try rows.found(id) else { return nil }
      let history = try rows.history(of: id, limit: historyLimit)
      return InstanceDetail(
        summary: found.summary, instance: found.instance, deployed: found.deployed, history: history,
        hasOlderHistory: (history.first?.sequence ?? found.instance.sequence + 1) > 1,
        commands: Array(rows.audit(of: id, before: .max).prefix(100)))
    }
  }

  /// History of an instance, ascending; `before` pages backwards.
  public func history(
    of id: InstanceID, before sequence: Int64?, limit: Int
  ) throws(StoreFailure) -> [HistoryEntry] {
    try look { (rows) throws(StoreFailure) in try rows.history(of: id, before: sequence, limit: limit) }
  }

  /// Who was the last engine of this store, and whether it lives.
  public func leaseStatus() throws(StoreFailure) -> LeaseStatus {
    let isAlive = try hasEngine()
    return try look { LeaseStatus(record: $0.lease(), isAlive: isAlive) }
  }

  private func page<Element>(
    _ filter: InstanceFilter, _ now: Timestamp, _ cursor: String?, _ limit: Int,
    _ elements: (FoundInstance) -> [(PageCursor, Element)]
  ) throws(StoreFailure) -> Page<Element> {
    let cursor = try PageCursor(cursor, count: 3, path: path)
    return try look { (rows) throws(StoreFailure) in
      var found = try rows.instances(filter, now: now).flatMap(elements)
      if let cursor { found = found.filter { cursor.isBefore($0.0) } }
      found.sort { $0.0.isBefore($1.0) }
      let isCut = found.count > limit
      return Page(
        rows: found.prefix(limit).map(\.1), next: isCut && limit > 0 ? found[limit - 1].0.description : nil)
    }
  }
}

/// An instance at hand with all that lists say of it.
private struct FoundInstance {
  let instance: ProcessInstance
  let deployed: DeployedDefinition
  let summary: InstanceSummary

  func node(of token: Token?) -> String { token.map { deployed.definition.name(of: $0.node) } ?? "" }
}

extension MemoryRows {
  /// Instances that a filter means, ascending.
  fileprivate func instances(
    _ filter: InstanceFilter, now: Timestamp
  ) throws(StoreFailure) -> [FoundInstance] {
    let matcher = FilterMatcher(filter, now: now)
    var meant: [FoundInstance] = []
    for id in tables.identifiers {
      if let found = try found(id), matcher.matches(found.instance, found.deployed) { meant.append(found) }
    }
    return meant
  }

  fileprivate func found(_ id: InstanceID) throws(StoreFailure) -> FoundInstance? {
    guard let row = row(of: id), let instance = try loadInstance(id),
      let deployed = definition(instance.definition)
    else { return nil }
    let summary = InstanceSummary(
      row, deployed: deployed, tokens: instance.tokens, tokenCount: instance.tokens.count,
      nextTimer: instance.timers.map(\.due).min())
    return FoundInstance(instance: instance, deployed: deployed, summary: summary)
  }

  fileprivate func audit(of instance: InstanceID?, before row: Int64) -> [AuditRow] {
    let commands = tables.commands.filter { $0.key < row && (instance == nil || $0.value.instance == instance) }
    return commands.sorted { $0.key > $1.key }.map {
      AuditRow($0.value.record, row: $0.key, instance: $0.value.instance)
    }
  }
}

import EngineCore
import EngineRuntime
import EngineStorage

/// Looks at the rows that belong to no instance alone, or to none at all. One pass over each table, and no row is kept.
struct RowChecks {
  /// What is looked at, in this order.
  enum Part: String, CaseIterable {
    case strays = "the rows that belong to no instance"
    case lanes = "the queues of ready tokens"
    case definitions = "the definitions"
    case eventTypes = "the table of event types"
    case counters = "the counters"
    case messages = "the messages"
    case commands = "the commands"
    case lease = "the row of the lease"
    case outbox = "the outbox"
    case numbers = "the numbers that were given out"
  }

  let rows: SQLiteRows

  init(_ rows: SQLiteRows) { self.rows = rows }

  func run(_ part: Part, _ report: (StoreFinding) -> Void) throws(StoreFailure) {
    switch part {
    case .strays: try checkStrays(report)
    case .lanes: try checkLanes(report)
    case .definitions: try checkDefinitions(report)
    case .eventTypes: try checkEventTypes(report)
    case .counters: try checkCounters(report)
    case .messages: try checkMessages(report)
    case .commands: try checkCommands(report)
    case .lease: try checkLease(report)
    case .outbox: try checkOutbox(report)
    case .numbers: try checkNumbers(report)
    }
  }

  /// Does something with a row; that it cannot be read is a finding, and the next row has its turn.
  func readable(_ report: (StoreFinding) -> Void, _ body: () throws(StoreFailure) -> Void) throws(StoreFailure) {
    do throws(StoreFailure) {
      try body()
    } catch {
      guard error.kind == .corrupt else { throw error }
      report(StoreFinding(nil, error.message))
    }
  }

  private func checkStrays(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    for table in SQLiteSchema.tablesOfInstances {
      try readable(report) { () throws(StoreFailure) in
        try SQLiteRows.named("the table \(table)") { () throws(StoreFailure) in try checkStrays(in: table, report) }
      }
    }
    // A damaged version must not make the sum overflow, which `sum` takes for an error.
    let counts = try rows.sql(
      "SELECT (SELECT count(*) FROM history), (SELECT CAST(total(version) AS INTEGER) FROM process_instance)"
    ).first { (history: $0.integer(0), versions: $0.integer(1)) }
    if let counts, counts.history != counts.versions {
      report(StoreFinding(nil, "there are \(counts.history) rows of history for \(counts.versions) units of work"))
    }
  }

  private func checkStrays(in table: String, _ report: (StoreFinding) -> Void) throws(StoreFailure) {
    let strays = try rows.sql.composed(
      """
      SELECT count(*), min(instance) FROM \(table) t
      WHERE NOT EXISTS (SELECT 1 FROM process_instance i WHERE i.id = t.instance)
      """
    ).first { (count: $0.integer(0), first: $0.integer(1)) }
    guard let strays, strays.count > 0 else { return }
    report(
      StoreFinding(
        nil, "\(strays.count) rows of \(table) belong to no instance; the first names instance \(strays.first)"))
  }

  /// Each token carries what its instance runs, because the queues of ready tokens go by it.
  private func checkLanes(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    try rows.sql(
      """
      SELECT t.instance, t.id, coalesce(n.id, 'node ' || t.node), t.definition, i.definition
      FROM token t JOIN process_instance i ON i.id = t.instance
      LEFT JOIN definition_node n ON n.definition = i.definition AND n.node = t.node
      WHERE t.definition <> i.definition
      """
    ).forEach { (row) throws(StoreFailure) in
      report(
        StoreFinding(
          row.id(0),
          """
          the definition of its token \(row.integer(1)) at \(row.text(2)) is stored as \(row.integer(3)), \
          but the instance runs definition \(row.integer(4))
          """))
    }
  }

  private func checkCounters(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    try rows.sql("SELECT definition, state, instances, suspended, with_incidents, incidents FROM state_count").forEach {
      (row) throws(StoreFailure) in
      try readable(report) { () throws(StoreFailure) in _ = try SQLiteRows.count(row) }
    }
  }

  private func checkMessages(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    try rows.sql(
      """
      SELECT id, event, kind, name, correlation_key, variables, sent_at, expires_at, phase, bound, cursor FROM message
      ORDER BY id
      """
    ).forEach { (row) throws(StoreFailure) in
      try readable(report) { () throws(StoreFailure) in
        let message = try SQLiteRows.message(row)
        let name = "message \(message.id), \(message.name)"
        if message.kind == .condition {
          report(StoreFinding(nil, "\(name): its kind is stored as \(message.kind.rawValue), which is no message's"))
        }
        if try row.json(5).contextValue == nil {
          report(StoreFinding(nil, "\(name): its variables are stored as \(row.text(5)), which is no JSON object"))
        }
      }
    }
  }

  private func checkCommands(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    try rows.sql.composed("SELECT \(SQLiteRows.commandColumns) FROM operator_command ORDER BY id").forEach {
      (row) throws(StoreFailure) in
      try readable(report) { () throws(StoreFailure) in _ = try rows.record(row) }
    }
  }

  private func checkLease(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    let isThere = try rows.sql("SELECT 1 FROM engine_lease WHERE one = 1").first { _ in true } ?? false
    if !isThere { report(StoreFinding(nil, "the row of the lease is missing: no engine can begin")) }
    try readable(report) { () throws(StoreFailure) in _ = try rows.lease() }
  }

  /// Instances may be gone before what they asked for is published; those that never were have nothing to say.
  private func checkOutbox(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    let highest = try rows.highestInstance()
    try rows.sql(
      """
      SELECT id, instance, sequence, type, content FROM outbox o
      WHERE NOT EXISTS (SELECT 1 FROM process_instance i WHERE i.id = o.instance) ORDER BY id
      """
    ).forEach { (row) throws(StoreFailure) in
      let event = SQLiteRows.event(row)
      if event.instance > highest || event.instance < InstanceID(1) {
        report(
          StoreFinding(
            nil, "row \(event.id) of the outbox is of instance \(event.instance), which never existed"))
      }
      for sentence in event.contradictions { report(StoreFinding(event.instance, sentence)) }
    }
  }

  /// Numbers that are given out again would name two things.
  private func checkNumbers(_ report: (StoreFinding) -> Void) throws(StoreFailure) {
    let highest = try rows.highestInstance()
    let started = try rows.sql(
      """
      SELECT id, max(instance) FROM operator_command WHERE verb = 'start' AND answer LIKE '{"done"%'
      """
    ).first { (command: $0.integer(0), instance: $0.id(1) as InstanceID) }
    if let started, started.instance > highest {
      report(
        StoreFinding(
          nil,
          """
          command \(started.command) started instance \(started.instance), but high_water says that \(highest) is the \
          highest number that was given out: it would be given out again
          """))
    }
    let sequences = try rows.sql(
      """
      SELECT 'outbox', coalesce(max(id), 0) FROM outbox UNION ALL SELECT 'message', coalesce(max(id), 0) FROM message
      UNION ALL SELECT 'subscription', max((SELECT coalesce(max(place), 0) FROM subscription),
        (SELECT coalesce(max(max(bound, cursor)), 0) FROM message))
      """
    ).all { (table: $0.text(0), newest: $0.integer(1)) }
    for (table, newest) in sequences {
      let stored =
        try rows.sql("SELECT seq FROM sqlite_sequence WHERE name = ?").bind(table).first { $0.integer(0) } ?? 0
      guard stored < newest else { continue }
      report(
        StoreFinding(
          nil, "sqlite_sequence says that \(stored) is the highest number given out in \(table), but \(newest) was"))
    }
  }
}

import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import GRDBSQLite
import Testing

@testable import SQLiteAdapter

@Suite("No query of an engine or a list scans a table")
struct QueryPlanTests {
  /// Tables that are small whatever the number of instances.
  static let small: Set<String> = [
    "process_definition", "state_count", "CONSTANT", "engine_lease", "chain", "sqlite_sequence",
    "definition_hold",
  ]

  /// The statements that a connection has prepared, with their plans.
  private func plans(_ rows: SQLiteRows) throws(StoreFailure) -> [(sql: String, plan: [String])] {
    var statements: [String] = []
    var next = sqlite3_next_stmt(rows.sql.connection, nil)
    while let statement = next {
      if let text = sqlite3_sql(statement) { statements.append(String(cString: text)) }
      next = sqlite3_next_stmt(rows.sql.connection, statement)
    }
    var plans: [(sql: String, plan: [String])] = []
    for sql in statements where !sql.hasPrefix("EXPLAIN") && !sql.hasPrefix("PRAGMA") {
      plans.append((sql, try rows.sql.composed("EXPLAIN QUERY PLAN " + sql).all { $0.text(3) }))
    }
    return plans
  }

  private func check(_ plans: [(sql: String, plan: [String])]) {
    #expect(plans.count > 5)
    for (sql, plan) in plans {
      for step in plan where step.hasPrefix("SCAN") && !step.contains("USING") {
        let table = String(step.split(separator: " ")[1])
        // A subquery is read as it is made; what it reads has lines of its own.
        if table.hasPrefix("(") || Self.small.contains(table) { continue }
        // Without a filter, lists by identifier go along the table itself, and stop after a page.
        if sql.contains("ORDER BY id DESC LIMIT"), table == "process_instance" { continue }
        if sql.contains("FROM operator_command WHERE id <") { continue }
        Issue.record("\(step) in \(sql)")
      }
      if plan.contains(where: { $0.contains("TEMP B-TREE FOR ORDER BY") }), !sql.contains("UNION ALL"),
        !sql.contains("IN (SELECT")
      {
        // What is sorted is the candidates of one window.
        Issue.record("\(sql) is sorted: \(plan)")
      }
    }
  }

  @Test("the engine's statements")
  func engine() throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let driver = try StoreDriver(store)
    let ids = try walk(driver)
    let lane = ReadyLane(definition: DefinitionID(1), node: NodeIndex(rawValue: 0), mode: .forward)
    _ = try store.readyLanes(after: lane, limit: 10)
    for onlyHeld in [true, false] {
      _ = try store.liveInstances(of: DefinitionID(1), onlyHeld: onlyHeld, after: InstanceID(0), limit: 10)
    }
    _ = try store.readyTokens(in: lane, after: nil, limit: 10)
    _ = try store.orphanedTokens(before: 9, after: nil, limit: 10)
    _ = try store.timers(after: nil, limit: 10)
    _ = try store.availableTasks(topic: "picking", at: driver.now, limit: 10)
    _ = try store.waitingCommands(limit: 10)
    _ = try store.subscriptions(.message, name: "stop", correlationKey: nil, after: 0, limit: 10)
    _ = try store.subscriptions(.message, name: "stop", correlationKey: "A", after: 0, limit: 10)
    _ = try store.waitingMessages(limit: 10)
    _ = try store.bufferedMessages(name: "stop", correlationKey: "A", at: driver.now, limit: 10)
    _ = try store.bufferedMessages(after: 0, limit: 10)
    _ = try store.expiredMessages(at: driver.now, limit: 10)
    _ = try store.nextExpiry()
    _ = try store.findCommand(key: "k")
    _ = try store.highestIdentifiers()
    _ = try store.outbox(limit: 10)
    _ = try store.endedInstances(of: DefinitionID(1), after: nil, limit: 10)
    _ = try store.countEnded(of: DefinitionID(1))
    _ = try store.definition(after: nil)
    _ = try store.decidedCommands(before: driver.now, limit: 10)
    _ = try store.commit([.published(through: 3)], lease: driver.lease)
    _ = try store.commit([.deletion(ids[0], command: nil)], lease: driver.lease)
    check(try store.inside { (rows) throws(StoreFailure) in try plans(rows) })
  }

  @Test("the statements of lists, with and without filters")
  func lists() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    let ids = try walk(driver)
    let reader = try SQLiteReader(path: folder.store)
    let texts = [
      "", "state:running", "state:incident", "state:suspended", "def:order", "def:order state:running", "key:K",
      "node:pick", "error:x", "var.n=1", "age>1h", "changed<1h", "due<1h", "due>1h", "pick", "17",
    ]
    for text in texts {
      let filter = try InstanceFilter.parse(text)
      for cursor in [nil, "5"] {
        _ = try reader.instances(filter, now: driver.now, after: cursor, limit: 2)
      }
      for cursor in [nil, "5.5.5"] {
        _ = try reader.timers(filter, now: driver.now, after: cursor, limit: 2)
        _ = try reader.incidents(filter, now: driver.now, after: cursor, limit: 2)
        _ = try reader.tasks(filter, now: driver.now, after: cursor, limit: 2)
        _ = try reader.compensations(filter, now: driver.now, after: cursor, limit: 2)
      }
    }
    _ = try reader.audit(instance: nil, after: nil, limit: 2)
    _ = try reader.audit(instance: ids[1], after: "9", limit: 2)
    _ = try reader.engine()
    _ = try reader.definitions()
    _ = try reader.detail(ids[1], historyLimit: 10)
    check(try reader.reading { (rows) throws(StoreFailure) in try plans(rows) })
  }

  private func walk(_ driver: StoreDriver) throws -> [InstanceID] {
    let deployed = try driver.deploy(ContractProcess.order())
    let events = try driver.deploy(ContractProcess.events())
    var ids = try (0..<4).map { try driver.start(deployed, key: "K\($0)", variables: ["n": Value($0)]) }
    ids += try (0..<4).map { _ in try driver.start(events) }
    var walk = RandomWalk(seed: 3, driver: driver)
    try walk.walk(ids, steps: 120) { _ in }
    return ids
  }
}

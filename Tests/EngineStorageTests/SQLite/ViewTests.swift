import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Testing

@testable import SQLiteAdapter

@Suite("Views say in words what tables hold in numbers")
struct ViewTests {
  private func rows(_ sql: String, _ columns: Int32, _ reader: SQLiteReader) throws -> [String] {
    try reader.reading { (rows) throws(StoreFailure) in
      try rows.sql.composed(sql).all { row in
        (0..<columns).map { row.optionalText($0) ?? "-" }.joined(separator: " | ")
      }
    }
  }

  @Test("an order that is under way can be read with sqlite3 alone")
  func order() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    driver.now = Timestamp(microseconds: 1_795_514_400_123_456)
    let id = try driver.start(try driver.deploy(ContractProcess.order()), key: "A-17")
    try driver.finish("reserve", of: id, .completed(result: ["id": 7]))
    let reader = try SQLiteReader(path: folder.store)
    let at = "2026-11-24T10:00:00.123456Z"
    #expect(driver.now.iso8601 == at)
    #expect(
      try rows(
        "SELECT id, business_key, process, process_version, state, created_at, ended_at FROM v_instance", 7, reader)
        == ["1 | A-17 | order | 1 | running | \(at) | -"])
    #expect(
      try rows("SELECT node, state, mode, waits_for, since FROM v_token ORDER BY id", 5, reader)
        == ["approve | waiting | forward | user task | \(at)", "pick | waiting | forward | external task | \(at)"])
    #expect(
      try rows("SELECT node, kind, due FROM v_timer", 3, reader)
        == ["approve.after-1h | timeout | 2026-11-24T11:00:00.123456Z"])
    #expect(
      try rows("SELECT node, kind, held_by, topic FROM v_task ORDER BY token", 4, reader)
        == ["approve | user | anna | -", "pick | external | - | picking"])
    #expect(try rows("SELECT node, state, run FROM v_compensation", 3, reader) == ["reserve | pending | -"])
    #expect(
      try rows("SELECT key, version, instances, live, deployed_at FROM v_definition", 5, reader)
        == ["order | 1 | 1 | 1 | \(at)"])
    #expect(
      try rows("SELECT epoch, host, process, released, heartbeat_at FROM v_engine", 5, reader)
        == ["1 | here | 1 | 0 | 2023-11-14T22:13:20.000000Z"])
    let events = try rows("SELECT sequence, type, token, node, mode FROM v_event WHERE instance = 1", 5, reader)
    #expect(events.first == "1 | processStarted | - | - | -")
    #expect(events.contains { $0.hasSuffix("tokenCompleted | 1 | reserve | forward") })
    #expect(events.count == driver.histories[id]?.count)
  }

  @Test("work that goes on elsewhere has its reference, and a timer when it has a limit")
  func elsewhere() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    driver.now = Timestamp(microseconds: 1_795_514_400_000_000)
    let pair = try driver.start(try driver.deploy(ContractProcess.pair()))
    try driver.finish("first", of: pair, .waiting(reference: "pay-17", limit: .seconds(60)))
    let reader = try SQLiteReader(path: folder.store)
    #expect(
      try rows("SELECT node, kind, held_by, topic, due, reference FROM v_task", 6, reader)
        == ["first | external | first | first | - | pay-17"])
    #expect(
      try rows("SELECT node, kind, due FROM v_timer", 3, reader)
        == ["first | limit | 2026-11-24T10:01:00.000000Z"])
  }

  @Test("incidents, commands and running compensations are there, too")
  func trouble() throws {
    let folder = try StoreFolder()
    let driver = try StoreDriver(SQLiteStore(path: folder.store))
    let pair = try driver.start(try driver.deploy(ContractProcess.pair()))
    try driver.finish("first", of: pair, .failed(Failure(code: "exit 1", message: "it broke")))
    let order = try driver.start(try driver.deploy(ContractProcess.order()))
    try driver.finish("reserve", of: order)
    try driver.perform(.compensate(reason: "by hand"), on: order)
    let inbox = try SQLiteInbox(path: folder.store)
    _ = try inbox.post(ContractCommand.command("k", .suspend(pair)), at: driver.now)
    let reader = try SQLiteReader(path: folder.store)
    #expect(
      try rows("SELECT instance, node, kind, code, message FROM v_incident", 5, reader)
        == ["1 | first | work failed | exit 1 | it broke"])
    #expect(
      try rows("SELECT instance, node, state, phase FROM v_compensation", 4, reader)
        == ["2 | reserve | running | running"])
    #expect(
      try rows("SELECT key, verb, instance, outcome, user FROM v_command", 5, reader)
        == ["k | suspend | 1 | waiting | anna"])
    #expect(try rows("SELECT state FROM v_instance ORDER BY id", 1, reader) == ["running", "compensating"])
  }
}

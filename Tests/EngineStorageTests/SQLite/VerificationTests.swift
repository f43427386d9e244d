import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Testing

@testable import SQLiteAdapter

@Suite("Verifying finds what was changed behind the engine's back")
struct VerificationTests {
  static let damages: [(sql: String, says: String)] = [
    ("DELETE FROM token WHERE instance = 1", "is missing"),
    ("UPDATE token SET attempt = 9 WHERE instance = 1", "is stored as"),
    ("UPDATE process_instance SET state = 2 WHERE id = 1", "history says running"),
    ("UPDATE process_instance SET suspended = 1 WHERE id = 1", "suspension is stored as true"),
    ("UPDATE process_instance SET next_id = 99 WHERE id = 1", "next identifier is stored as 99"),
    ("UPDATE process_instance SET version = version + 1 WHERE id = 1", "but its history has"),
    ("UPDATE process_instance SET executing = 1 WHERE id = 1", "its tables say"),
    ("DELETE FROM timer", "its timer"),
    ("DELETE FROM user_task", "waits for its user task, which is not stored"),
    ("UPDATE external_task SET topic = 'other'", "is stored as"),
    ("UPDATE compensation_record SET state = 1", "is being undone, but no token does it"),
    ("DELETE FROM compensation_record", "is missing"),
    ("UPDATE variable SET value = '8'", "is stored as 8, but history says 7"),
    ("DELETE FROM variable_undo", "overwrote"),
    ("UPDATE variable SET value = '{'", "no JSON"),
    ("DELETE FROM history WHERE id = 2", "is missing"),
    ("UPDATE history SET events = '[[2]]' WHERE id = 2", "cannot be followed"),
    ("UPDATE history SET events = '[[999]]' WHERE id = 2", "no event of kind 999"),
    ("UPDATE history SET instance = 5 WHERE id = 2", "belongs to instance 5"),
    ("UPDATE state_count SET instances = instances + 1", "the counters of definition 1"),
    ("DELETE FROM process_definition", "definition 1 is missing"),
    ("INSERT INTO timer VALUES (77, 1, 1, 1, 0, 5, NULL, NULL, NULL)", "rows of timer belong to no instance"),
    ("INSERT INTO history VALUES (900, 77, 0, 1, 5, '[]')", "rows of history for"),
    ("UPDATE engine_lease SET epoch = 0", "has only 0"),
  ]

  @Test("each damage is found and named", arguments: damages)
  func damage(sql: String, says: String) throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let driver = try StoreDriver(store)
    let deployed = try driver.deploy(ContractProcess.order())
    let id = try driver.start(deployed)
    try driver.finish("reserve", of: id, .completed(result: ["id": 7]))
    try driver.perform(.setVariables([VariableChange(name: "reservation", value: 7)]), on: id)
    let other = try driver.start(deployed)
    #expect(try driver.instance(other).tokens.first?.epoch == 1)
    let reader = try SQLiteReader(path: folder.store)
    #expect(try StoreVerifier(reader).findings() == [])
    try store.inside { (rows) throws(StoreFailure) in try rows.sql.composed(sql).run() }
    let findings = try StoreVerifier(reader).findings()
    #expect(findings.contains { $0.description.contains(says) }, "\(findings)")
  }

  @Test("a store is gone through once, however long instances live")
  func walks() throws {
    for seed in 30...33 as ClosedRange<UInt64> {
      let folder = try StoreFolder()
      let driver = try StoreDriver(SQLiteStore(path: folder.store))
      let deployed = [try driver.deploy(ContractProcess.order()), try driver.deploy(ContractProcess.trip())]
      let ids = try (0..<5).map { try driver.start(deployed[$0 % 2], variables: ["a": 1]) }
      var walk = RandomWalk(seed: seed, driver: driver)
      try walk.walk(ids, steps: 200) { _ in }
      var findings: [StoreFinding] = []
      let number = try StoreVerifier(SQLiteReader(path: folder.store)).verify { findings.append($0) }
      #expect(number == 5)
      #expect(findings == [])
    }
  }
}

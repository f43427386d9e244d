import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Foundation
import Testing

@testable import SQLiteAdapter

/// Damage to what lies between instances and beside them, made by hand in a store that was sound.
///
/// In the store are an instance (1) that waits for one that it called (2), an instance (3) whose events have yet to be
/// published, one (4) that was deleted before its events were, a message that waits for somebody, and a definition that
/// starts by itself.
@Suite("Verifying looks at all that a store holds")
struct StoreDamageTests {
  static let damages: [(sql: String, says: String)] = [
    ("UPDATE message SET variables = 'x'", "message 1, paid: its field variables is stored as x, which is no JSON"),
    (
      "UPDATE message SET variables = '[1]'",
      "message 1, paid: its variables are stored as [1], which is no JSON object"
    ),
    ("UPDATE message SET kind = 9", "message 1, paid: its field kind is stored as 9, which means nothing"),
    ("UPDATE message SET kind = 3", "message 1, paid: its kind is stored as 3, which is no message's"),
    ("UPDATE message SET phase = 5", "message 1, paid: its field phase is stored as 5, which means nothing"),
    ("UPDATE operator_command SET arguments = '{' WHERE id = 2", "command 2: its field arguments is stored as {"),
    ("UPDATE operator_command SET answer = '{}' WHERE id = 2", "command 2: an answer that is neither done nor refused"),
    (
      "UPDATE state_count SET state = 50 WHERE definition = 1",
      "a row of state_count for definition 1: its field state"
    ),
    ("UPDATE engine_lease SET publishes = 'x'", "the row of the lease: its field publishes is stored as x"),
    ("DELETE FROM engine_lease", "the row of the lease is missing"),
    (
      "INSERT INTO definition_hold SELECT id, 1, NULL FROM process_definition",
      "it is not suspended, although its definition"
    ),
    (
      "UPDATE process_instance SET suspended = 1, held = 1 WHERE id = 1",
      "which is not suspended"
    ),
    ("DELETE FROM process_instance WHERE id = 2", "waits for the called instance 2, which does not exist"),
    ("UPDATE process_instance SET parent = NULL WHERE id = 2", "called instance 2, which says that nobody called it"),
    (
      "UPDATE process_instance SET parent = 999 WHERE id = 2",
      "it says that instance 999 called it, which never existed"
    ),
    (
      "UPDATE process_instance SET parent_token = 7 WHERE id = 2",
      "but token 7 of instance 1, which called it, does not"
    ),
    ("DELETE FROM process_instance WHERE id = 1", "instance 1, which called it and must wait for it, is gone"),
    (
      "UPDATE process_instance SET call_depth = 5 WHERE id = 2",
      "its call depth is stored as 5, but by that of instance 1"
    ),
    ("INSERT INTO outbox VALUES (90, 999, 1, 'processStarted', '{}')", "is of instance 999, which never existed"),
    ("UPDATE outbox SET sequence = 77 WHERE instance = 3", "the outbox holds event 77, which history does not have"),
    (
      "UPDATE outbox SET content = replace(content, '\"seq\":1', '\"seq\":2') WHERE instance = 3",
      "the content of event 1 in the outbox says 2 as seq, but its row says 1"
    ),
    (
      "UPDATE outbox SET content = replace(content, '\"instance\":4', '\"instance\":3') WHERE instance = 4",
      "the content of event 1 in the outbox says 3 as instance, but its row says 4"
    ),
    ("UPDATE outbox SET content = '' WHERE instance = 3", "the content of event 1 in the outbox is no JSON"),
    (
      "UPDATE start_timer SET definition = 50",
      "start timer 0 of process clockwork names definition 50, which does not"
    ),
    ("UPDATE start_timer SET definition = 1", "names definition 1, which is one of process child"),
    ("UPDATE start_timer SET place = 3", "which has no start event with a timer in that place"),
    ("DELETE FROM definition_node WHERE definition = 1 AND node = 0", "node 0 of definition 1, ask, is missing"),
    (
      "UPDATE definition_node SET id = 'x' WHERE definition = 1 AND node = 0",
      "is stored as x, but its content says ask"
    ),
    ("INSERT INTO definition_node VALUES (1, 44, 'x', 'x', 'user')", "has a node 44, x, of definition 1"),
    ("INSERT INTO definition_node VALUES (77, 1, 'x', 'x', 'user')", "of definition 77, which does not exist"),
    ("UPDATE process_definition SET key = 'x' WHERE id = 1", "the key of definition 1 is stored as x, but its content"),
    ("DELETE FROM event_type WHERE code = 12", "the event type 12, tokenCompleted, is missing"),
    (
      "UPDATE event_type SET node_field = 5 WHERE code = 12",
      "stored as tokenCompleted, token in field 1, node in field 5"
    ),
    ("INSERT INTO event_type VALUES (999, 'x', 1, 1, 1)", "there is an event type 999"),
    ("DELETE FROM high_water", "started instance 4, but high_water says that 3 is the highest number"),
    (
      "UPDATE sqlite_sequence SET seq = 0 WHERE name = 'outbox'",
      "0 is the highest number given out in outbox, but 2 was"
    ),
    ("DROP INDEX token_ready", "the index token_ready is missing; it is made by: CREATE INDEX token_ready ON token"),
    ("DROP VIEW v_token", "the view v_token is missing"),
    ("DROP TABLE incident", "instances were not looked at, because their tables are not as this sagatop makes them"),
    (
      "CREATE TRIGGER sly AFTER INSERT ON token BEGIN DELETE FROM timer; END",
      "the trigger sly is none of sagatop's: CREATE TRIGGER sly"
    ),
  ]

  @Test("each damage is found and named", arguments: damages)
  func damage(sql: String, says: String) throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    let reader = try SQLiteReader(path: folder.store)
    #expect(try StoreVerifier(reader).findings() == [])
    try Self.run(sql, on: store)
    let findings = try StoreVerifier(reader).findings()
    #expect(findings.contains { $0.description.contains(says) }, "\(findings)")
    #expect(!findings.contains { $0.description.contains("(id:") }, "these are words for programmers: \(findings)")
  }

  @Test("what cannot be read hides nothing else")
  func manyDamages() throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    try Self.run("UPDATE process_instance SET state = 77 WHERE id = 1", on: store)
    try Self.run("UPDATE variable SET value = '{' WHERE instance = 2", on: store)
    try Self.run("UPDATE process_definition SET content = '{' WHERE id = 3", on: store)
    try Self.run("UPDATE message SET variables = '{'", on: store)
    try Self.run("UPDATE operator_command SET arguments = '{' WHERE id = 1", on: store)
    try Self.run("UPDATE process_instance SET sequence = 99 WHERE id = 3", on: store)
    let findings = try StoreVerifier(SQLiteReader(path: folder.store)).findings().map(\.description)
    for begins in ["instance 1: its field state", "instance 2: variable", "definition 3:", "message 1", "command 1"] {
      #expect(findings.contains { $0.hasPrefix(begins) }, "\(begins): \(findings)")
    }
    #expect(findings.contains { $0.hasPrefix("instance 3: its last sequence is stored as 99") }, "\(findings)")
  }

  @Test("a row that cannot be read hides no other one in lists, and is named beside them")
  func lists() throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    try Self.run("UPDATE process_instance SET state = 77 WHERE id = 2", on: store)
    let reader = try SQLiteReader(path: folder.store)
    let page = try reader.instances(InstanceFilter(), now: TimedEngine.start, after: nil, limit: 10)
    #expect(page.rows.map(\.id) == [InstanceID(3), InstanceID(1)])
    #expect(page.unreadable == ["instance 2: its field state is stored as 77, which means nothing"])
    let tasks = try reader.tasks(InstanceFilter(), now: TimedEngine.start, after: nil, limit: 10)
    #expect(tasks.rows.map(\.instance.id) == [InstanceID(3)])
    #expect(tasks.unreadable.count == 1)
  }

  @Test(
    "a definition that cannot be read hides no other one, and is named beside them",
    arguments: [
      ("UPDATE process_definition SET content = '{' WHERE id = 3", "publishing@1: definition 3: "),
      (
        "UPDATE state_count SET state = state + 50 WHERE definition = 3",
        "publishing@1: a row of state_count for definition 3"
      ),
      (
        "UPDATE state_count SET instances = 9223372036854775807 WHERE definition = 3",
        "publishing@1: a row of state_count for definition 3: its field instances is stored as 9223372036854775807"
      ),
    ])
  func definitions(sql: String, says: String) throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    try Self.run(sql, on: store)
    let page = try SQLiteReader(path: folder.store).definitions()
    #expect(page.rows.map(\.deployed.definition.key) == ["child", "clockwork", "parent"])
    #expect(page.rows.map(\.counts.total) == [1, 0, 1])
    #expect(page.unreadable.count == 1 && page.unreadable[0].hasPrefix(says), "\(page.unreadable)")
  }

  @Test("the newest version is never taken for an older one because it cannot be read")
  func newestDefinition() throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    let reader = try SQLiteReader(path: folder.store)
    #expect(try reader.definition(key: "child", version: nil)?.counts.total == 1)
    #expect(try reader.definition(key: "child", version: 2) == nil)
    try Self.run("UPDATE process_definition SET content = '{' WHERE id = 1", on: store)
    #expect(throws: StoreFailure.self) { try reader.definition(key: "child", version: nil) }
  }

  @Test("an answer that cannot be read is a row of the audit like others")
  func audit() throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    let reader = try SQLiteReader(path: folder.store)
    let before = try reader.audit(instance: nil, after: nil, limit: 100).rows
    try Self.run("UPDATE operator_command SET answer = '{' WHERE id = 1", on: store)
    let after = try reader.audit(instance: nil, after: nil, limit: 100).rows
    #expect(after.map(\.id) == before.map(\.id))
    #expect(after.last?.outcome.hasPrefix("unreadable: its field answer is stored as {") == true)
  }

  @Test("a damaged file is said to be one, what lies beside the damage is looked at, and nobody is sent in a circle")
  func damagedPage() throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    try Self.run("UPDATE process_instance SET sequence = 99 WHERE id = 2", on: store)
    let root = try store.inside { (rows) throws(StoreFailure) in
      _ = try rows.sql("PRAGMA wal_checkpoint(TRUNCATE)").first { $0.int(0) }
      return try rows.sql("SELECT rootpage FROM sqlite_schema WHERE name = 'message'").first { $0.int(0) }
    }
    let page = try #require(root)
    let file = try #require(FileHandle(forUpdatingAtPath: folder.store))
    try file.seek(toOffset: UInt64((page - 1) * 4096))
    try file.write(contentsOf: [UInt8](repeating: 0xFF, count: 4096))
    try file.close()
    let findings = try StoreVerifier(SQLiteReader(path: folder.store)).findings().map(\.description)
    #expect(findings.contains { $0.hasPrefix("the messages could not be looked at to the end") }, "\(findings)")
    #expect(findings.contains { $0.contains("the file is damaged (database disk image is malformed)") }, "\(findings)")
    #expect(findings.contains { $0.hasPrefix("instance 2: its last sequence is stored as 99") }, "\(findings)")
    #expect(!findings.contains { $0.contains("sagatop verify") }, "\(findings)")
  }

  @Test("views and indexes that people have added are theirs")
  func additions() throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    try Self.run("CREATE VIEW mine AS SELECT * FROM v_instance", on: store)
    try Self.run("CREATE INDEX mine_too ON incident (code)", on: store)
    #expect(try StoreVerifier(SQLiteReader(path: folder.store)).findings() == [])
  }

  private static func run(_ sql: String, on store: SQLiteStore) throws {
    try store.inside { (rows) throws(StoreFailure) in try rows.sql.composed(sql).run() }
  }

  private static func livedStore(_ folder: StoreFolder) throws -> SQLiteStore {
    let store = try SQLiteStore(path: folder.store)
    let engine = try TimedEngine(store)
    let policy = OperatingPolicy(publishes: [.processStarted])
    let definitions = [
      try ProcessDefinition("child") { User("ask", assignee: "anna") },
      try ProcessDefinition("parent") { Call("call", process: "child") },
      try ProcessDefinition("publishing", policy: policy) { User("look", assignee: "anna") },
      try ProcessDefinition("clockwork", starts: [.timer(.cycle(.every(.seconds(10))))]) {
        User("wind", assignee: "bert")
      },
    ]
    for definition in definitions { engine.perform(.deploy(definition, folder: "/"), key: "deploy \(definition.key)") }
    for (number, process) in ["parent", "publishing", "publishing"].enumerated() {
      engine.perform(
        .start(process: process, version: nil, businessKey: nil, variables: ["a": 1]), key: "start \(number)")
    }
    engine.perform(.terminate(InstanceID(4)))
    engine.perform(.delete(InstanceID(4)))
    engine.perform(
      .send(OutgoingMessage(name: "paid", correlationKey: "A", variables: ["n": 1], timeToLive: .seconds(3600))))
    engine.close()
    return store
  }
}

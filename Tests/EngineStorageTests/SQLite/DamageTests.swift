import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Testing

@testable import SQLiteAdapter

/// The kinds of damage that `verify` promises to find, each made by hand in a store that was sound.
///
/// In the store are an instance that waits in every way (1), one that was undone (2) and one that completed (3).
@Suite("Verifying names each kind of damage")
struct DamageTests {
  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sql: @Sendable (Undoing) -> String
    let says: String

    init(_ description: String, _ says: String, _ sql: @escaping @Sendable (Undoing) -> String) {
      testDescription = description
      self.says = says
      self.sql = sql
    }
  }

  /// The steps of the run that undid instance 2, as its history has them.
  struct Undoing: Sendable {
    var steps: [(token: TokenID, run: RunID, record: RecordID)] = []

    init(_ history: [HistoryEntry]) {
      for case .compensationTokenCreated(let token, let run, let record, _, _) in history.map(\.event) {
        steps.append((token, run, record))
      }
    }

    /// The beginning of the stored event that undoes a record by a step.
    func event(_ step: Int, record: Int) -> String {
      "[63,\(steps[step].token),\(steps[step].run),\(steps[record].record),"
    }

    func replacing(_ old: String, _ new: String) -> String {
      "UPDATE history SET events = replace(events, '\(old)', '\(new)') WHERE instance = 2"
    }
  }

  static let damages = [
    Damage("a token of an ended instance", "it is completed, yet 1 tokens are alive") { _ in
      """
      INSERT INTO token SELECT 3, id, definition, node, scope, mode, flow, state, wait, wait_argument, attempt, failures, crashes,
      epoch, unknown, since, run, record, probing, after FROM token WHERE instance = 1 AND state = 3 LIMIT 1
      """
    },
    Damage("a row of history that is missing", "of its history is missing") { _ in
      "DELETE FROM history WHERE id = (SELECT min(id) FROM history WHERE instance = 2) + 1"
    },
    Damage("a waiting token without its reason", "waits for its user task, which is not stored") { _ in
      "DELETE FROM user_task"
    },
    Damage("a timer without its token", "which has ended") { _ in
      "DELETE FROM token WHERE instance = 1 AND id IN (SELECT token FROM timer)"
    },
    Damage("a task without its token", "the external task of token") { _ in
      "DELETE FROM token WHERE instance = 1 AND id IN (SELECT token FROM external_task)"
    },
    Damage("a changed state of a token", "has failed and has no incident") { _ in
      "UPDATE token SET state = 4 WHERE instance = 1 AND state = 3"
    },
    Damage("counters that drift", "the counters of definition") { _ in
      "UPDATE state_count SET instances = instances + 1 WHERE state = 2"
    },
    Damage("a record that is gone from the tables", "its compensation record") { _ in
      "DELETE FROM compensation_record WHERE instance = 1"
    },
    Damage("a record that is gone from history", "completed without a record") { _ in
      """
      UPDATE history SET events = (SELECT json_group_array(json(value)) FROM json_each(events)
      WHERE json_extract(value, '$[0]') <> 60) WHERE instance = 1
      """
    },
    Damage("a record that is undone twice", "undoes record") { undoing in
      undoing.replacing(undoing.event(1, record: 1), undoing.event(1, record: 0))
    },
    Damage("records that are undone in the wrong order", "before record") { undoing in
      undoing.replacing(undoing.event(0, record: 0), undoing.event(0, record: 1))
    },
    Damage("an epoch that falls", "under epoch 1 after epoch 9") { undoing in
      undoing.replacing("[11,\(undoing.steps[0].token),1,1]", "[11,\(undoing.steps[0].token),1,9]")
    },
    Damage("an attempt that goes back", "as attempt 0 after attempt 0") { undoing in
      undoing.replacing("[11,\(undoing.steps[0].token),1,1]", "[11,\(undoing.steps[0].token),0,1]")
    },
    Damage("a variable that history does not explain", "is stored as 8, but history says 7") { _ in
      "UPDATE variable SET value = '8' WHERE name = 'reservation'"
    },
    Damage("a token that comes from nowhere", "did not send it") { _ in
      "UPDATE history SET events = replace(events, '[12,1,0,0]', '[16,1,0]') WHERE instance = 3"
    },
    Damage("a state that means nothing", "instance 1: its field state is stored as 77, which means nothing") { _ in
      "UPDATE process_instance SET state = 77 WHERE id = 1"
    },
    Damage("a value that is no JSON", "instance 1: variable reservation: its field value is stored as {7, which") {
      _ in "UPDATE variable SET value = '{7'"
    },
    Damage("a definition that cannot be read", "definition 2: a stored definition cannot be read") { _ in
      "UPDATE process_definition SET content = '{}' WHERE id = 2"
    },
    Damage("a field of a token", "the attempt of its token 4 at pick is stored as 9, but history says 0") { _ in
      "UPDATE token SET attempt = 9 WHERE instance = 1 AND id = 4"
    },
    Damage("a token in the queue of another definition", "at pick is stored as 3, but the instance runs definition 1") {
      _ in "UPDATE token SET definition = 3 WHERE instance = 1 AND id = 4"
    },
    Damage("another time of the start", "its time of the start is stored as 2023-11-14T22:13:20.000001Z") { _ in
      "UPDATE process_instance SET created_at = created_at + 1 WHERE id = 3"
    },
    Damage("another time of the last change", "its time of the last change is stored as 2023-11-14T22:13:20.000001Z") {
      _ in "UPDATE process_instance SET updated_at = updated_at + 1 WHERE id = 3"
    },
    Damage("a row of history that names a later one", "as the one before it, which must be an earlier one") { _ in
      """
      UPDATE history SET previous = (SELECT max(id) FROM history WHERE instance = 2)
      WHERE instance = 2 AND previous = 0
      """
    },
    Damage("a number that is given out twice", "was given out before") { undoing in
      undoing.replacing("[63,\(undoing.steps[1].token),", "[63,\(undoing.steps[0].token),")
    },
  ]

  @Test("it is found, and the sentence says which it is", arguments: damages)
  func damage(_ damage: Damage) throws {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let driver = try StoreDriver(store)
    try liveThrough(driver)
    let reader = try SQLiteReader(path: folder.store)
    #expect(try StoreVerifier(reader).findings() == [])
    let sql = damage.sql(Undoing(driver.histories[InstanceID(2)] ?? []))
    try store.inside { (rows) throws(StoreFailure) in try rows.sql.composed(sql).run() }
    let findings = try StoreVerifier(reader).findings()
    #expect(findings.contains { $0.description.contains(damage.says) }, "\(findings)")
  }

  private func liveThrough(_ driver: StoreDriver) throws {
    let waiting = try driver.start(try driver.deploy(ContractProcess.order()))
    try driver.finish("reserve", of: waiting, .completed(result: ["id": 7]))
    try driver.perform(.setVariables([VariableChange(name: "reservation", value: 7)]), on: waiting)
    let undone = try driver.start(try driver.deploy(undoable()))
    try driver.finish("first", of: undone)
    try driver.finish("second", of: undone)
    driver.freeSlots = 0
    try driver.finish("last", of: undone, .failed(Failure(code: "NO", message: "no", isRetryable: false)))
    for node in ["second", "first"] {
      driver.freeSlots = 1
      try driver.perform(.claim(try driver.token(node, of: undone).id), on: undone)
      driver.freeSlots = 0
      try driver.finish(node, of: undone)
    }
    driver.freeSlots = 100
    let completed = try driver.start(try driver.deploy(ContractProcess.pair()))
    try driver.finish("first", of: completed)
    try driver.finish("second", of: completed)
    #expect(try driver.instance(undone).state == .compensated)
    #expect(try driver.instance(completed).state == .completed)
  }

  private func undoable() throws -> ProcessDefinition {
    try ProcessDefinition("undoable", saga: .global) {
      Service("first", handler: "work").compensate(handler: "undo")
      Service("second", handler: "work").compensate(handler: "undo")
      Service("last", handler: "work")
    }
  }
}

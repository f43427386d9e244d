import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Testing

@testable import SQLiteAdapter

/// Damage to what is stored of one of two instances, made by hand in a store that was sound.
///
/// Both wait for a person in a subprocess, for a person in a loop, for a worker and for a timer, and have done a step
/// that can be undone.
@Suite("A damaged instance")
struct DamagedInstanceTests {
  /// Damage that can be read, and cannot be true.
  static let damages: [(sql: String, says: String)] = [
    ("UPDATE token SET node = 99 WHERE instance = 1", "stands at node 99, which does not exist"),
    ("UPDATE token SET node = -1 WHERE instance = 1", "stands at node -1, which does not exist"),
    ("UPDATE token SET scope = 77 WHERE instance = 1", "is in subprocess 77, which is not open"),
    ("DELETE FROM scope WHERE instance = 1", "waits for its subprocess, which is not stored"),
    ("UPDATE scope SET node = 99 WHERE instance = 1", "is of node 99, which does not exist"),
    ("UPDATE scope SET parent = id WHERE instance = 1", "lies in subprocess"),
    ("DELETE FROM token WHERE instance = 1", "which has ended"),
    ("DELETE FROM user_task WHERE instance = 1", "waits for its user task, which is not stored"),
    ("DELETE FROM timer WHERE instance = 1", "waits for its timer, which is not stored"),
    ("UPDATE compensation_record SET node = 99 WHERE instance = 1", "is of node 99, which does not exist"),
    ("UPDATE compensation_record SET id = 4000 WHERE instance = 1", "is of an event after the last one"),
    ("UPDATE variable SET value = '-3' WHERE instance = 1 AND name = 'numberOfInstances'", "the numbers of loop"),
    (
      "UPDATE variable SET value = '99999999' WHERE instance = 1 AND name = 'numberOfCompletedInstances'",
      "the numbers of loop"
    ),
    ("UPDATE process_instance SET next_id = 1 WHERE id = 1", "and the next one is to be 1"),
  ]

  /// Damage that makes the instance unreadable.
  static let unreadable: [(sql: String, says: String)] = [
    ("UPDATE token SET attempt = 9223372036854775807 WHERE instance = 1", "its field attempt is stored as 92233720"),
    ("UPDATE token SET failures = -1 WHERE instance = 1", "its field failures is stored as -1"),
    ("UPDATE process_instance SET sequence = 9223372036854775807 WHERE id = 1", "its field sequence is stored as 9223"),
    ("UPDATE process_instance SET version = -5 WHERE id = 1", "its field version is stored as -5"),
    ("UPDATE process_instance SET next_id = 9223372036854775807 WHERE id = 1", "its field next id is stored as 9223"),
  ]

  @Test("is refused a plan, except for its end, and nothing traps", arguments: damages)
  func plans(sql: String, says: String) throws {
    let (folder, _) = try damaged(sql)
    let reader = try SQLiteReader(path: folder.store)
    let detail = try #require(try reader.detail(InstanceID(1), historyLimit: 0))
    for verb in verbs(for: detail.instance) {
      do throws(Rejection) {
        let plan = try Planner.plan(verb, for: detail.instance, of: detail.deployed, now: TimedEngine.start)
        #expect(verb == .cancel(InstanceID(1)) || verb == .terminate(InstanceID(1)), "\(verb)")
        #expect(plan.lines.first?.text.contains(says) == true, "\(plan)")
        #expect(plan.version == detail.instance.version)
      } catch {
        if case .delete = verb { continue }
        #expect(error.reason == .instanceCorrupted && error.message.contains(says), "\(verb): \(error)")
      }
    }
  }

  @Test("is marked when the engine meets it, ended by an operator, and keeps no other", arguments: damages)
  func engine(sql: String, says: String) throws {
    let (folder, store) = try damaged(sql)
    let engine = try TimedEngine(store)
    engine.setClock(to: 6)
    // Where its timer is gone nothing moves it but an operator.
    engine.perform(.suspend(InstanceID(1)))
    let reader = try SQLiteReader(path: folder.store)
    let first = try #require(try reader.detail(InstanceID(1), historyLimit: 1_000))
    #expect(first.instance.isCorrupted && !first.instance.isSuspended)
    let reasons = first.history.compactMap { entry in
      if case .processCorrupted(let reason) = entry.event { reason } else { nil }
    }
    #expect(reasons.count == 1 && reasons[0].contains(says), "\(reasons)")
    let second = try #require(try reader.detail(InstanceID(2), historyLimit: 0)).instance
    #expect(!second.isCorrupted && second.timers.isEmpty)
    for verb in verbs(for: first.instance) {
      do throws(Rejection) {
        _ = try Planner.plan(verb, for: first.instance, of: first.deployed, now: TimedEngine.start)
        #expect(verb == .cancel(InstanceID(1)) || verb == .terminate(InstanceID(1)), "\(verb)")
      } catch {
        if case .delete = verb { continue }
        #expect(error.reason == .instanceCorrupted, "\(verb): \(error)")
      }
    }
    engine.perform(.cancel(InstanceID(1)))
    #expect(try reader.detail(InstanceID(1), historyLimit: 0)?.instance.state == .cancelled)
    engine.close()
    var marks: [CorruptionMark] = []
    var found: [StoreFinding] = []
    try StoreVerifier(reader).verify {
      found.append($0)
    } note: {
      marks.append($0)
    }
    #expect(marks.map(\.instance) == [InstanceID(1)] && marks[0].reason == reasons[0] && marks[0].state == .cancelled)
    #expect(!found.contains { $0.instance == InstanceID(2) }, "\(found)")
  }

  @Test("that cannot be read is left as it is, and keeps no other", arguments: unreadable)
  func left(sql: String, says: String) throws {
    let (folder, store) = try damaged(sql)
    let engine = try TimedEngine(store)
    engine.setClock(to: 6)
    engine.perform(.cancel(InstanceID(1)))
    engine.close()
    let reader = try SQLiteReader(path: folder.store)
    do throws(StoreFailure) {
      _ = try reader.detail(InstanceID(1), historyLimit: 0)
      Issue.record("it can be read")
    } catch {
      #expect(error.kind == .corrupt && error.message.contains(says), "\(error)")
    }
    #expect(try reader.detail(InstanceID(2), historyLimit: 0)?.instance.timers.isEmpty == true)
    let findings = try StoreVerifier(reader).findings()
    #expect(findings.contains { $0.instance == InstanceID(1) && $0.sentence.contains(says) }, "\(findings)")
    #expect(!findings.contains { $0.instance == InstanceID(2) }, "\(findings)")
  }

  @Test("that only an engine's own step shows to be one is named by verification, with since when and why")
  func mark() throws {
    let (folder, store) = try damaged("UPDATE token SET node = node WHERE instance = 1")
    let engine = try TimedEngine(store)
    engine.close()
    let reader = try SQLiteReader(path: folder.store)
    var marks: [String] = []
    try StoreVerifier(reader).verify { _ in
    } note: {
      marks.append("\($0)")
    }
    #expect(marks == [])
    let lease = try store.takeLease(
      LeaseHolder(engine: "test", host: "here", path: "store", process: 1), at: TimedEngine.start)
    let detail = try #require(try reader.detail(InstanceID(1), historyLimit: 0))
    let transition = try step(
      detail.instance, .corrupt(reason: "two and two are five"),
      in: StepContext(definition: detail.deployed.definition, now: TimedEngine.start, epoch: lease.epoch, freeSlots: 0))
    let unit = UnitOfWork(
      instance: transition.instance, expectedVersion: detail.instance.version, entries: transition.entries,
      changes: transition.changes)
    #expect(try store.commit([.unit(unit)], lease: lease) == [.committed])
    var found: [StoreFinding] = []
    try StoreVerifier(reader).verify {
      found.append($0)
    } note: {
      marks.append("\($0)")
    }
    #expect(found == [])
    #expect(
      marks == [
        "instance 1: marked as corrupted since 2025-12-31T23:59:59.000000Z, and nothing but cancel or terminate moves it: "
          + "two and two are five"
      ])
  }

  private func verbs(for instance: ProcessInstance) -> [Verb] {
    let id = instance.id
    var verbs: [Verb] = [
      .retry(id, token: nil), .cancel(id), .terminate(id), .compensate(id),
      .compensate(id, target: .scope(node: "inner")),
      .compensate(id, target: .back(node: "book", after: 5)), .suspend(id), .resume(id),
      .setVariables(id, changes: [VariableChange(name: "a", value: 1)]), .delete(id),
    ]
    for token in instance.tokens.map(\.id) + [TokenID(99)] {
      verbs += [
        .retry(id, token: token), .skip(id, token: token, outputs: Context()),
        .resolve(id, token: token, outputs: Context()),
        .finishTask(id, token: token, outcome: .completed(result: .null), fence: nil),
        .extendLease(id, token: token, fence: 1, lease: .seconds(5)),
      ]
    }
    for timer in instance.timers.map(\.id) + [TimerID(99)] {
      verbs += [.fireTimer(id, timer: timer), .rescheduleTimer(id, timer: timer, due: TimedEngine.start + .seconds(9))]
    }
    return verbs
  }

  private func damaged(_ sql: String) throws -> (StoreFolder, SQLiteStore) {
    let folder = try StoreFolder()
    let store = try SQLiteStore(path: folder.store)
    let engine = try TimedEngine(store)
    let definition = try ProcessDefinition("trip", saga: .global) {
      User("book").compensate(handler: "work")
      Fork("ways", to: "inner", "each", "pay", "pause")
      Scope("inner") { User("ask") }.next("join")
      User("each").times("2", sequential: true).next("join")
      External("pay", topic: "pay").next("join")
      Wait("pause", for: .seconds(5)).next("join")
      Join("join")
    }
    engine.perform(.deploy(definition, folder: "/"))
    for _ in 0..<2 {
      engine.perform(.start(process: "trip", version: nil, businessKey: nil, variables: Context()))
    }
    let reader = try SQLiteReader(path: folder.store)
    for id in [InstanceID(1), InstanceID(2)] {
      let token = try #require(try reader.detail(id, historyLimit: 0)?.instance.userTasks.first?.token)
      engine.perform(.finishTask(id, token: token, outcome: .completed(result: .null), fence: nil))
      let instance = try #require(try reader.detail(id, historyLimit: 0)?.instance)
      try #require(instance.records.count == 1 && instance.scopes.count == 3 && instance.timers.count == 1)
    }
    engine.close()
    try #require(try StoreVerifier(reader).findings() == [])
    try store.inside { (rows) throws(StoreFailure) in try rows.sql.composed(sql).run() }
    return (folder, store)
  }
}

import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Foundation
import Testing

@testable import SQLiteAdapter

/// Every number that is stored of an instance, replaced by one that nobody would have thought of.
@Suite("Whatever number is damaged")
struct WildDamageTests {
  static let tables = [
    "process_instance", "token", "scope", "timer", "subscription", "user_task", "external_task", "incident",
    "compensation_record", "compensation_run", "deferred_outcome", "variable", "variable_undo",
  ]
  private static let values: [Int64] = [-1, 0, 1, 3, 5, 99, .max, .min]

  @Test("no plan traps, and whatever can be read can be ended", arguments: tables)
  func plans(table: String) throws {
    let folder = try StoreFolder()
    let store = try Self.livedStore(folder)
    let reader = try SQLiteReader(path: folder.store)
    var plans = 0
    for sql in try Self.damages(of: table, by: Self.values, store) {
      var instances: [ProcessInstance] = []
      try store.inside { (rows) throws(StoreFailure) in
        try rows.sql.composed("SAVEPOINT damage").run()
        let isPossible = (try? rows.sql.composed(sql).run()) != nil
        for id in Self.ids where isPossible {
          if let instance = try? rows.loadInstance(id) { instances.append(instance) }
        }
        try rows.sql.composed("ROLLBACK TO damage").run()
        try rows.sql.composed("RELEASE damage").run()
      }
      for instance in instances {
        guard let deployed = try store.loadDefinition(instance.definition) else { continue }
        for verb in Self.verbs(for: instance) {
          let plan = try? Planner.plan(verb, for: instance, of: deployed, now: TimedEngine.start, reason: "a test")
          plans += 1
          let canEnd = verb == .cancel(instance.id) && instance.state != .cancelling || verb == .terminate(instance.id)
          if canEnd, !instance.state.isEnd { #expect(plan != nil, "\(sql): \(verb)") }
        }
      }
    }
    #expect(plans > 0)
    #expect(try StoreVerifier(reader).findings() == [])
  }

  @Test(
    "an operator ends what can be read, an engine goes on with the others, and verifying comes to its end",
    arguments: tables)
  func engine(table: String) throws {
    let source = try StoreFolder()
    let sound = try Self.livedStore(source)
    let damages = try Self.damages(of: table, by: [-1, 3, 5, .max], sound)
    try sound.inside { (rows) throws(StoreFailure) in
      _ = try rows.sql("PRAGMA wal_checkpoint(TRUNCATE)").first { $0.int(0) }
    }
    for sql in damages {
      let folder = try StoreFolder()
      try FileManager.default.copyItem(atPath: source.store, toPath: folder.store)
      let store = try SQLiteStore(path: folder.store)
      let isPossible = try store.inside { (rows) throws(StoreFailure) in (try? rows.sql.composed(sql).run()) != nil }
      guard isPossible else { continue }
      let engine = try TimedEngine(store)
      engine.setClock(to: 6)
      let reader = try SQLiteReader(path: folder.store)
      for id in Self.ids {
        engine.perform(.retry(id, token: nil))
        engine.perform(.compensate(id))
        engine.perform(.cancel(id))
        engine.perform(.terminate(id))
      }
      for id in Self.ids {
        guard let left = try? reader.detail(id, historyLimit: 0)?.instance else { continue }
        #expect(left.state.isEnd, "\(sql): instance \(id) is \(left.state.name)")
      }
      let other = try reader.detail(Self.sound, historyLimit: 0)?.instance
      #expect(other?.timers.map(\.kind.name) == ["timeout"] && other?.isCorrupted == false, "\(sql)")
      engine.close()
      #expect(try !StoreVerifier(reader).findings().contains { $0.instance == Self.sound }, "\(sql)")
    }
  }

  /// Those that are damaged, and one that is not.
  private static let ids = [InstanceID(1), InstanceID(2), InstanceID(3)]
  private static let sound = InstanceID(4)

  private static func damages(of table: String, by values: [Int64], _ store: SQLiteStore) throws -> [String] {
    let key = table == "process_instance" ? "id" : "instance"
    let columns = try store.inside { (rows) throws(StoreFailure) in
      try rows.sql.composed("SELECT name, type FROM pragma_table_info('\(table)')").all { ($0.text(0), $0.text(1)) }
    }
    // Which definition it runs is another matter than what it is like.
    let damaged = columns.filter { $0.0 != key && $0.0 != "definition" }
    return damaged.flatMap { column, type in
      values.map { value in
        let wild = type == "TEXT" ? "'\(value)'" : value == .min ? "-9223372036854775807 - 1" : "\(value)"
        return "UPDATE \(table) SET \(column) = \(wild) WHERE \(key) < \(sound)"
      }
    }
  }

  static func verbs(for instance: ProcessInstance) -> [Verb] {
    let id = instance.id
    var verbs: [Verb] = [
      .retry(id, token: nil), .cancel(id), .terminate(id), .compensate(id), .suspend(id), .resume(id), .delete(id),
      .compensate(id, target: .scope(node: "inner")), .compensate(id, target: .back(node: "book", after: 5)),
      .setVariables(id, changes: [VariableChange(name: "a", value: 1)]),
    ]
    for token in instance.tokens.map(\.id) {
      verbs += [
        .retry(id, token: token), .skip(id, token: token, outputs: Context()),
        .resolve(id, token: token, outputs: Context()),
        .finishTask(id, token: token, outcome: .completed(result: .null), fence: nil),
        .finishTask(id, token: token, outcome: .businessError(code: "NO", message: "no"), fence: nil),
        .extendLease(id, token: token, fence: 1, lease: .seconds(5)),
      ]
    }
    for timer in instance.timers.map(\.id) {
      verbs += [.fireTimer(id, timer: timer), .rescheduleTimer(id, timer: timer, due: TimedEngine.start + .seconds(9))]
    }
    return verbs
  }

  /// In the store are an instance (1) that waits for everything that there is to wait for, one (2) that is being
  /// undone, one (3) that is suspended with an incident, and one (4) like the first.
  static func livedStore(_ folder: StoreFolder) throws -> SQLiteStore {
    let store = try SQLiteStore(path: folder.store)
    let engine = try TimedEngine(store)
    let trip = try ProcessDefinition("trip", saga: .global) {
      User("book").compensate(handler: "work")
      Fork("ways", to: "inner", "each", "pay", "pause", "hear")
      Scope("inner") { User("ask") }.after(.seconds(3600), next: "end").next("join")
      User("each").times("2", sequential: true).next("join")
      External("pay", topic: "pay").next("join")
      Wait("pause", for: .seconds(5)).next("join")
      Receive("hear", message: "paid", key: "=\"k\"").next("join")
      Join("join")
    }
    let plain = try ProcessDefinition("plain") {
      Fork("ways", to: "pay", "ask")
      External("pay", topic: "pay").next("join")
      User("ask").next("join")
      Join("join")
    }
    for definition in [trip, plain] { engine.perform(.deploy(definition, folder: "/")) }
    let reader = try SQLiteReader(path: folder.store)
    for process in ["trip", "trip", "plain", "trip"] {
      engine.perform(.start(process: process, version: nil, businessKey: nil, variables: ["a": 1]))
    }
    for id in [1, 2, 4].map({ InstanceID($0) }) {
      let token = try #require(try reader.detail(id, historyLimit: 0)?.instance.userTasks.first?.token)
      engine.perform(.finishTask(id, token: token, outcome: .completed(result: .null), fence: nil))
    }
    engine.perform(.compensate(InstanceID(2)))
    let failed = Failure(code: "NO", message: "no", isRetryable: false)
    let plainInstance = try #require(try reader.detail(InstanceID(3), historyLimit: 0)?.instance)
    let task = try #require(plainInstance.externalTasks.first)
    engine.perform(.finishTask(InstanceID(3), token: task.token, outcome: .failed(failed), fence: nil))
    engine.perform(.suspend(InstanceID(3)))
    let asked = try #require(plainInstance.userTasks.first)
    engine.perform(.finishTask(InstanceID(3), token: asked.token, outcome: .completed(result: .null), fence: nil))
    engine.close()
    return store
  }
}

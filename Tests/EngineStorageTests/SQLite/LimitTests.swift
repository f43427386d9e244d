import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Testing

@testable import SQLiteAdapter

@Suite("The limit that benchmarks are held against")
struct LimitTests {
  /// The units of one instance, from its start until nothing can go on by itself.
  private func units(of definition: ProcessDefinition) throws -> [UnitOfWork] {
    let now = Timestamp(microseconds: 1_700_000_000_000_000)
    var instance = ProcessInstance(id: InstanceID(1), definition: DefinitionID(1), createdAt: now)
    var commands: [InstanceCommand] = [.start(businessKey: nil, variables: Context())]
    var units: [UnitOfWork] = []
    while !commands.isEmpty {
      let context = StepContext(definition: definition, now: now, epoch: 1, freeSlots: 10)
      let transition = try step(instance, commands.removeFirst(), in: context)
      units.append(
        UnitOfWork(
          instance: transition.instance, expectedVersion: instance.version, entries: transition.entries,
          changes: transition.changes))
      instance = transition.instance
      for effect in transition.effects {
        if case .startWork(let work) = effect {
          let failure = Failure(code: "NO", message: "as asked", isRetryable: false)
          let outcome: WorkOutcome = work.handler == "fail" ? .failed(failure) : .completed(result: .null)
          commands.append(.finishWork(work.token, attempt: work.attempt, outcome: outcome))
        } else if case .timerPending(let timer, _) = effect {
          commands.append(.fireTimer(timer))
        }
      }
    }
    return units
  }

  private func check(_ definition: ProcessDefinition, ends: InstanceState) throws {
    let folder = try StoreFolder()
    let limit = try SQLiteLimit(path: folder.store)
    try limit.deploy(
      DeployedDefinition(
        id: DefinitionID(1), version: 1, definition: definition, folder: "/",
        deployedAt: Timestamp(microseconds: 1_700_000_000_000_000)))
    let units = try units(of: definition)
    for first in stride(from: Int64(1), to: 31, by: 10) { try limit.run(units, over: first..<first + 10, perCommit: 7) }
    limit.close()
    let reader = try SQLiteReader(path: folder.store)
    for finding in try StoreVerifier(reader).findings().prefix(3) { Issue.record("\(finding)") }
    let store = try SQLiteStore(path: folder.store)
    for id in [1, 17, 30] {
      let instance = try #require(try store.loadInstance(InstanceID(Int64(id))))
      #expect(instance.state == ends)
      #expect(instance.version == Int64(units.count))
    }
    #expect(try store.loadInstance(InstanceID(31)) == nil)
  }

  @Test("a sequence leaves a store that folds to its history")
  func sequence() throws {
    try check(
      try ProcessDefinition("line") {
        Service("a", handler: "work")
        Service("b", handler: "work")
        Service("c", handler: "work")
      }, ends: .completed)
  }

  @Test("a fork and its join leave a store that folds to its history")
  func fork() throws {
    try check(
      try ProcessDefinition("fork") {
        Fork("both", to: "a", "b")
        Service("a", handler: "work").next("join")
        Service("b", handler: "work").next("join")
        Join("join")
      }, ends: .completed)
  }

  @Test("a saga leaves a store that folds to its history")
  func saga() throws {
    try check(
      try ProcessDefinition("saga", saga: .global) {
        Service("a", handler: "work").compensate(handler: "work")
        Service("b", handler: "work").compensate(handler: "work")
        Service("c", handler: "fail")
      }, ends: .compensated)
  }

  @Test("a timer leaves a store that folds to its history")
  func timer() throws {
    try check(try ProcessDefinition("timer") { Wait("pause", for: .seconds(60)) }, ends: .completed)
  }

  @Test("every layout writes all instances", arguments: SQLiteLayout.all.map(\.name))
  func layouts(_ name: String) throws {
    let layout = try #require(SQLiteLayout.all.first { $0.name == name })
    let folder = try StoreFolder()
    #expect(try layout.write(instances: 25, window: 10, path: folder.store) > 25 * 11 * 20)
  }
}

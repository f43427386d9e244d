import EngineCore
import EngineRuntime
import Testing

@Suite("Fairness: a flood does not starve the rest")
struct FairnessTests {
  private func running(
    _ definitions: [ProcessDefinition], configure: (inout EngineConfiguration) -> Void
  ) throws -> EngineHarness {
    let engine = try EngineHarness(configure: configure)
    for definition in definitions { engine.post(.deploy(definition, folder: "/"), key: definition.key) }
    engine.settle()
    return engine
  }

  private func start(_ process: String, times: Int = 1, in engine: EngineHarness) {
    for _ in 0..<times {
      engine.post(.start(process: process, version: nil, businessKey: nil, variables: Context()))
    }
    engine.settle()
  }

  @Test("whoever comes to a flood that keeps every slot gets the next one that is free")
  func comingToAFlood() throws {
    let engine = try running([.sequence("flood"), .sequence("rare")]) { $0.concurrentHandlers = 4 }
    start("flood", times: 50, in: engine)
    start("rare", in: engine)
    #expect(engine.processesStarted == Array(repeating: "flood", count: 4))
    engine.finishOldest()
    engine.settle()
    #expect(engine.processesStarted.last == "rare")
  }

  @Test("two floods share the slots, and each goes on in place within its share")
  func twoFloods() throws {
    let engine = try running([.sequence("first"), .sequence("second")]) { $0.concurrentHandlers = 8 }
    start("first", times: 100, in: engine)
    start("second", times: 100, in: engine)
    for _ in 0..<40 {
      engine.finishOldest()
      engine.settle()
    }
    #expect(engine.processesRunning.count { $0 == "first" } == 4)
    #expect(engine.processesRunning.count { $0 == "second" } == 4)
  }

  @Test("a definition that is alone uses every slot")
  func alone() throws {
    let engine = try running([.sequence("first"), .sequence("second")]) { $0.concurrentHandlers = 8 }
    start("second", in: engine)
    start("first", times: 100, in: engine)
    for _ in 0..<20 {
      engine.finishOldest()
      engine.settle()
    }
    #expect(engine.processesRunning == Array(repeating: "first", count: 8))
  }

  @Test("a step in doubt whose probe has to wait for its turn keeps no one busy")
  func probesTakeTurns() throws {
    let store = TestStore()
    let first = try EngineHarness(store: store)
    let definition = try ProcessDefinition("doubtful", saga: .global) {
      Service("a", handler: "a").compensate(handler: "undo-a").probe(handler: "check")
    }
    first.post(.deploy(definition, folder: "/"))
    first.settle()
    start("doubtful", times: 2, in: first)
    let second = try EngineHarness(store: store, handlers: ["a", "check", "undo-a"]) { $0.handlerLimits = ["check": 1] }
    for id in 1...2 { second.post(.compensate(InstanceID(Int64(id)))) }
    second.settle()
    try #require(second.started.map(\.context.mode) == [.probe])
    #expect(second.loop.turn() != .zero)
    second.report(second.started[0].work, .completed(result: .boolean(false)))
    second.settle()
    #expect(second.started.map(\.context.mode) == [.probe, .probe])
    #expect(second.instance()?.state.isEnd == true)
  }

  @Test("more definitions than slots take turns")
  func manyDefinitions() throws {
    let names = (1...6).map { "p\($0)" }
    let engine = try running(names.map { .sequence($0) }) { $0.concurrentHandlers = 2 }
    for name in names { start(name, times: 20, in: engine) }
    for _ in 0..<30 {
      engine.finishOldest()
      engine.settle()
    }
    for name in names {
      let starts = engine.processesStarted.count { $0 == name }
      #expect((4...8).contains(starts), "\(name) was started \(starts) times")
    }
  }

  @Test("low priority is slow, but never starved")
  func priorities() throws {
    let engine = try running([.sequence("low", priority: -1), .sequence("high", priority: 1)]) {
      $0.concurrentHandlers = 1
    }
    start("low", times: 50, in: engine)
    start("high", times: 50, in: engine)
    for _ in 0..<50 {
      engine.finishOldest()
      engine.settle()
    }
    let low = engine.processesStarted.dropFirst().count { $0 == "low" }
    #expect((9...11).contains(low), "the low one got \(low) of 50 turns")
  }

  @Test("what waits is not overtaken for ever by instances that go on")
  func loopers() throws {
    let engine = try running([.loop("loop")]) { $0.concurrentHandlers = 1 }
    start("loop", times: 2, in: engine)
    for _ in 0..<20 {
      engine.finishOldest()
      engine.settle()
    }
    #expect(Set(engine.started.map(\.work.instance)).count == 2)
  }

  @Test("no more handlers of a name run than its limit says, and others begin beside them")
  func handlerLimits() throws {
    let engine = try running([.sequence("limited"), .sequence("other", first: "b")]) { $0.handlerLimits = ["a": 2] }
    start("limited", times: 5, in: engine)
    #expect(engine.nodesStarted == ["a", "a"])
    start("other", times: 3, in: engine)
    #expect(engine.nodesStarted == ["a", "a", "b", "b", "b"])
    engine.finishOldest()
    engine.settle()
    #expect(engine.nodesStarted.count { $0 == "a" } == 3)
  }

  @Test("definitions share a limited handler as well")
  func contestedHandler() throws {
    let engine = try running([.loop("loop"), .sequence("rare")]) { $0.handlerLimits = ["a": 1] }
    start("loop", times: 3, in: engine)
    start("rare", in: engine)
    engine.finishOldest()
    engine.settle()
    #expect(engine.processesStarted == ["loop", "rare"])
  }

  @Test("after a restart one ready token is found behind many of another definition, without reading them")
  func restart() throws {
    let old = try running([.sequence("flood"), .sequence("rare")]) { $0.concurrentHandlers = 1 }
    start("flood", times: 1_001, in: old)
    start("rare", in: old)
    old.store.state.withLock { $0.pagesRead = 0 }
    let engine = try EngineHarness(store: old.store) {
      $0.concurrentHandlers = 4
      $0.readAhead = 100
    }
    _ = engine.loop.turn()
    #expect(engine.processesStarted.contains("rare"))
    #expect(engine.store.state.withLock { $0.pagesRead } <= 3)
  }

  @Test("timers and commands of others are not kept out by a flood of messages")
  func messages() throws {
    let engine = try running([.sequence("retried", retry: RetryPolicy(attempts: 2, backoff: .seconds(5)))]) {
      $0.unitsPerCommit = 8
    }
    start("retried", times: 2, in: engine)
    engine.report("a", .failed(Failure(code: "E", message: "broke")))
    engine.settle()
    engine.clock.advance(by: .seconds(6))
    let issuer = Issuer(user: "ops", host: "here", source: "cli")
    engine.store.post(OperatorCommand(key: "k", verb: .suspend(InstanceID(1)), issuer: issuer))
    for _ in 0..<1_000 {
      engine.post(.start(process: "retried", version: nil, businessKey: nil, variables: Context()))
    }
    #expect(engine.loop.turn() == .zero)
    #expect(engine.instance(1)?.isSuspended == true)
    #expect(engine.instance(2)?.timers.isEmpty == true)
    engine.settle()
    #expect(engine.store.state.withLock { $0.instances.count } == 1_002)
  }
}

extension EngineHarness {
  /// The keys of the processes of all work that was started, in order.
  var processesStarted: [String] { started.map(\.context.processKey) }

  /// The same of the work that runs.
  var processesRunning: [String] { started[finishedWork...].map(\.context.processKey) }

  /// The work that has run the longest is done.
  func finishOldest() {
    guard finishedWork < started.count else { return }
    report(started[finishedWork].work, .completed(result: .null))
    finishedWork += 1
  }
}

extension ActivityContext {
  fileprivate var processKey: String { String(process.prefix { $0 != "@" }) }
}

extension ProcessDefinition {
  /// `a`, again and again.
  fileprivate static func loop(_ key: String) -> Self {
    let a = Activity(work: .handler(name: "a", configuration: .literal(.null)))
    let node = NodeDefinition(id: "a", kind: .activity(a))
    let flow = SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 0))
    return ProcessDefinition(key: key, nodes: [node], flows: [flow], start: NodeIndex(rawValue: 0))
  }
}

import EngineCore
import Testing

@testable import EngineRuntime

/// A store that was damaged in a way that can be read, and cannot be true.
@Suite("An instance with a broken invariant")
struct CorruptionTests {
  /// Damage to what is stored of an instance that waits for a timer.
  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout ProcessInstance) -> Void
  }

  static let damages: [Damage] = [
    Damage(testDescription: "a token at a node that does not exist") { instance in
      instance.tokens = instance.tokens.map { moved($0, to: NodeIndex(rawValue: 99), in: .root) }
    },
    Damage(testDescription: "a token in a subprocess that is not open") { instance in
      instance.tokens = instance.tokens.map { moved($0, to: $0.node, in: ScopeID(77)) }
    },
    Damage(testDescription: "a timer without its token") { $0.tokens = [] },
  ]

  private static func moved(_ token: Token, to node: NodeIndex, in scope: ScopeID) -> Token {
    var moved = Token(id: token.id, node: node, scope: scope, since: token.since)
    moved.state = token.state
    moved.wait = token.wait
    return moved
  }

  /// Two instances that wait for a timer, the first one damaged, under an engine that has nothing at hand.
  private func engine(_ damage: Damage) throws -> EngineHarness {
    let engine = try EngineHarness(handlers: ["b"])
    let nodes = [
      NodeDefinition(id: "w", kind: .catchEvent(.timer(.delay(.seconds(5))))),
      NodeDefinition(id: "b", kind: .activity(Activity(work: .handler(name: "b", configuration: .literal(.null))))),
    ]
    let flow = SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 1))
    engine.post(
      .deploy(ProcessDefinition(key: "p", nodes: nodes, flows: [flow], start: NodeIndex(rawValue: 0)), folder: "/"))
    for _ in 0..<2 { engine.post(.start(process: "p", version: nil, businessKey: nil, variables: Context())) }
    engine.settle()
    engine.store.state.withLock { state in
      if var instance = state.instances[InstanceID(1)] {
        damage.change(&instance)
        state.instances[InstanceID(1)] = instance
      }
    }
    try engine.loop.open()
    return engine
  }

  private func marks(_ engine: EngineHarness) -> Int {
    engine.store.state.withLock { state in
      (state.histories[InstanceID(1)] ?? []).count { if case .processCorrupted = $0.event { true } else { false } }
    }
  }

  private func tellings(_ engine: EngineHarness) -> Int {
    engine.observer.notices.count { if case .corrupted(InstanceID(1), _) = $0 { true } else { false } }
  }

  @Test("is marked once when the engine meets it, keeps nobody else, and only an operator ends it", arguments: damages)
  func marked(damage: Damage) throws {
    let engine = try engine(damage)
    engine.clock.advance(by: .seconds(6))
    engine.settle()
    #expect(engine.instance(1)?.isCorrupted == true)
    #expect(engine.started.map(\.work.instance.rawValue) == [2])
    try engine.loop.open()
    engine.settle()
    #expect(marks(engine) == 1)
    #expect(tellings(engine) == 1)
    engine.post(.suspend(InstanceID(1)))
    engine.post(.cancel(InstanceID(1)))
    engine.settle()
    #expect(engine.answers.suffix(2).sorted() == ["done", "instanceCorrupted"])
    #expect(engine.instance(1)?.state == .cancelled)
    #expect(engine.instance(1)?.tokens == [] && engine.instance(1)?.timers == [])
    #expect(engine.instance(2)?.isCorrupted == false)
  }

  @Test("is marked by the command of an operator who meets it first, and terminate ends it", arguments: damages)
  func commanded(damage: Damage) throws {
    let engine = try engine(damage)
    engine.post(.terminate(InstanceID(1)))
    engine.settle()
    #expect(engine.answers.last == "done")
    #expect(engine.instance(1)?.state == .terminated)
    #expect(marks(engine) == 1)
  }

  @Test("is marked when its definition is suspended, and the others are suspended all the same", arguments: damages)
  func suspended(damage: Damage) throws {
    let engine = try engine(damage)
    engine.post(.suspendDefinition(process: "p", version: nil))
    engine.settle()
    #expect(engine.answers.last == "done")
    #expect(engine.instance(1)?.isCorrupted == true && engine.instance(1)?.isSuspended == false)
    #expect(engine.instance(2)?.isHeld == true && engine.instance(2)?.isCorrupted == false)
    #expect(marks(engine) == 1)
    engine.post(.terminate(InstanceID(1)))
    engine.settle()
    #expect(engine.instance(1)?.state == .terminated)
  }

  @Test("ends no engine when a token that is ready stands at a node that does not exist")
  func readyToken() throws {
    let engine = try EngineHarness { $0.concurrentHandlers = 1 }
    engine.post(.deploy(.sequence(), folder: "/"))
    for _ in 0..<2 { engine.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context())) }
    engine.settle()
    try change(2, in: engine) { instance in
      #expect(instance.tokens.map(\.state) == [.ready])
      instance.tokens = instance.tokens.map { Self.moved($0, to: NodeIndex(rawValue: 99), in: .root) }
    }
    engine.settle()
    #expect(engine.instance(2)?.isCorrupted == true)
    #expect(engine.instance(1)?.isCorrupted == false)
  }

  @Test("is marked when a worker asks for its task, and the worker gets the others")
  func fetched() throws {
    let engine = try EngineHarness()
    engine.post(.deploy(try ProcessDefinition("p") { External("pay", topic: "pay") }, folder: "/"))
    for _ in 0..<2 { engine.post(.start(process: "p", version: nil, businessKey: nil, variables: Context())) }
    engine.settle()
    try change(1, in: engine) { instance in
      instance.tokens = instance.tokens.map { Self.moved($0, to: NodeIndex(rawValue: 99), in: .root) }
    }
    engine.post(.fetchTasks(topic: "pay", worker: "w", limit: 10, lease: nil))
    engine.settle()
    #expect(engine.answers.last == "done")
    #expect(engine.instance(1)?.isCorrupted == true)
    #expect(engine.instance(2)?.externalTasks.map(\.worker) == ["w"])
  }

  @Test("is left as it is when it has ended, and cannot be undone")
  func ended() throws {
    let engine = try EngineHarness()
    let process = try ProcessDefinition("p", saga: .local) { Service("a", handler: "a").compensate(handler: "undo-a") }
    engine.post(.deploy(process, folder: "/"))
    engine.post(.start(process: "p", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    engine.report("a")
    engine.settle()
    try change(1, in: engine) { instance in
      #expect(instance.state == .completed && instance.records.count == 1)
      instance.records = instance.records.map { record in
        CompensationRecord(
          id: record.id, node: NodeIndex(rawValue: 99), token: record.token, visibleScopes: record.visibleScopes,
          owner: record.owner)
      }
    }
    engine.post(.compensate(InstanceID(1)))
    engine.settle()
    #expect(engine.answers.last == "instanceCorrupted")
    #expect(engine.instance(1)?.state == .completed)
  }

  private func change(
    _ id: Int64, in engine: EngineHarness, _ change: (inout ProcessInstance) throws -> Void
  ) throws {
    try engine.store.state.withLock { state in
      var instance = try #require(state.instances[InstanceID(id)])
      try change(&instance)
      state.instances[InstanceID(id)] = instance
    }
    try engine.loop.open()
  }

  @Test("is not one whose handler reports too late")
  func lateReport() throws {
    let engine = try EngineHarness(handlers: ["a", "b"])
    engine.post(.deploy(.sequence(), folder: "/"))
    engine.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    engine.report(WorkKey(instance: InstanceID(1), token: TokenID(1), attempt: 9), .completed(result: .null))
    engine.report("a")
    engine.report("a")
    engine.settle()
    #expect(engine.instance(1)?.isCorrupted == false)
    #expect(engine.nodesStarted == ["a", "b"])
  }
}

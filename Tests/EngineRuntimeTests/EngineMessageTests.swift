import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Testing

@Suite("An engine brings messages and signals to those who wait for them")
struct EngineMessageTests {
  private let store = MemoryStore()

  private func engine() throws -> EngineHarness { try EngineHarness(over: store) }

  private func instance(_ id: Int64) throws -> ProcessInstance? { try store.loadInstance(InstanceID(id)) }

  private func state(_ id: Int64) throws -> InstanceState? { try instance(id)?.state }

  private func message(_ name: String, key: String? = nil, ttl: Duration = .zero) -> Verb {
    .send(OutgoingMessage(name: name, correlationKey: key, variables: ["n": 1], timeToLive: ttl))
  }

  private func receiver(_ engine: EngineHarness, _ orders: String...) throws {
    engine.post(.deploy(try ContractProcess.receive("payment", key: "order"), folder: "/"))
    engine.settle()
    for order in orders { start(engine, order) }
  }

  private func start(_ engine: EngineHarness, _ order: String) {
    engine.post(
      .start(process: "receive-payment", version: nil, businessKey: nil, variables: ["order": .string(order)]))
    engine.settle()
  }

  /// Throws a message or a signal and ends.
  private static func thrower(_ thrown: ThrowKind) -> ProcessDefinition {
    ProcessDefinition(
      key: "thrower", nodes: [NodeDefinition(id: "tell", kind: .end(.throwing(thrown)))], flows: [],
      start: NodeIndex(rawValue: 0))
  }

  /// Waits for a signal.
  private static func listener() -> ProcessDefinition {
    ProcessDefinition(
      key: "listener",
      nodes: [
        NodeDefinition(id: "wait", kind: .catchEvent(.signal(SignalTrigger(name: "news")))),
        NodeDefinition(id: "end", kind: .end(.plain)),
      ], flows: [SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 1))],
      start: NodeIndex(rawValue: 0))
  }

  @Test("of two instances that wait for the same key the older gets the message, and the next one the next")
  func oldestFirst() throws {
    let engine = try engine()
    try receiver(engine, "A", "B", "A")
    engine.post(message("payment", key: "A"), key: "m1")
    engine.settle()
    #expect(try [state(1), state(2), state(3)] == [.completed, .running, .running])
    engine.post(message("payment", key: "A"), key: "m1")
    engine.settle()
    #expect(try state(3) == .running)
    engine.post(message("payment", key: "A"), key: "m2")
    engine.settle()
    #expect(try [state(1), state(2), state(3)] == [.completed, .running, .completed])
  }

  @Test("two messages in one turn go to two instances")
  func sameTurn() throws {
    let engine = try engine()
    try receiver(engine, "A", "A")
    engine.post(message("payment", key: "A"))
    engine.post(message("payment", key: "A"))
    engine.settle()
    #expect(try [state(1), state(2)] == [.completed, .completed])
  }

  @Test("a message meets an instance that begins to wait in the same turn")
  func meeting() throws {
    let engine = try engine()
    try receiver(engine)
    engine.post(
      .start(process: "receive-payment", version: nil, businessKey: nil, variables: ["order": "A"]))
    engine.post(message("payment", key: "A"))
    engine.settle()
    #expect(try state(1) == .completed)
  }

  @Test("a message that comes in the turn in which somebody begins to wait for it is received in the next one, at once")
  func nextTurn() throws {
    let engine = try engine()
    try receiver(engine)
    engine.post(
      .start(process: "receive-payment", version: nil, businessKey: nil, variables: ["order": "A"]))
    engine.post(message("payment", key: "A"))
    #expect(engine.loop.turn() == .zero)
    _ = engine.loop.turn()
    #expect(try state(1) == .completed)
  }

  @Test("whoever looks after the engine hears of a process that refuses what should have started it")
  func refusedStart() throws {
    let engine = try engine()
    let failing = [Mapping(target: "n", template: .expression(try Expression("[1] < [2]")))]
    let triggers: [(String, EventTrigger)] = [
      ("by-message", .message(MessageTrigger(name: "order", outputs: failing))),
      ("by-signal", .signal(SignalTrigger(name: "go", outputs: failing))),
    ]
    for (key, trigger) in triggers {
      var definition = ProcessDefinition.sequence(key)
      definition.startEvents = [StartEvent(node: definition.start, trigger: trigger)]
      engine.post(.deploy(definition, folder: "/"))
    }
    engine.post(.deploy(Self.thrower(.message(MessageThrow(name: "order"))), folder: "/"))
    engine.settle()
    engine.post(.start(process: "thrower", version: nil, businessKey: nil, variables: [:]))
    engine.post(.signal(name: "go", variables: [:]))
    engine.settle()
    let refused = engine.observer.notices.compactMap { notice -> Int64? in
      if case .startFailed(let definition, _) = notice { definition.rawValue } else { nil }
    }
    #expect(refused.sorted() == [1, 2])
    #expect(try store.waitingMessages(limit: 9).isEmpty)
  }

  @Test("a message that nobody waits for is dropped, unless it has time to live")
  func buffering() throws {
    let engine = try engine()
    try receiver(engine)
    engine.post(message("payment", key: "A"))
    engine.post(message("payment", key: "B", ttl: .seconds(60)), key: "m")
    engine.settle()
    start(engine, "A")
    start(engine, "B")
    #expect(try [state(1), state(2)] == [.running, .completed])
    #expect(try store.bufferedMessages(after: 0, limit: 9).isEmpty)
  }

  @Test("a buffered message survives the engine, and is gone when its time is over")
  func expiry() throws {
    let first = try engine()
    try receiver(first)
    first.post(message("payment", key: "A", ttl: .seconds(60)))
    first.post(message("payment", key: "B", ttl: .seconds(10)))
    first.settle()
    first.loop.close()
    let second = try engine()
    second.settle()
    second.clock.advance(by: .seconds(30))
    second.settle()
    #expect(try store.bufferedMessages(after: 0, limit: 9).map(\.correlationKey) == ["A"])
    start(second, "B")
    start(second, "A")
    #expect(try [state(1), state(2)] == [.running, .completed])
  }

  @Test("a message starts one instance, however often it is sent, and a running instance comes before a start")
  func messageStart() throws {
    let engine = try engine()
    var definition = ProcessDefinition.sequence("order")
    definition.startEvents = [
      StartEvent(node: definition.start, trigger: .message(MessageTrigger(name: "payment")))
    ]
    engine.post(.deploy(definition, folder: "/"))
    engine.settle()
    engine.post(message("payment", key: "A"), key: "m1")
    engine.settle()
    engine.post(message("payment", key: "A"), key: "m1")
    engine.settle()
    #expect(try instance(1)?.businessKey == "A")
    #expect(try instance(2) == nil)
    try receiver(engine, "A")
    engine.post(message("payment", key: "A"), key: "m2")
    engine.settle()
    #expect(try state(2) == .completed)
    #expect(try instance(3) == nil)
  }

  @Test("what an instance throws reaches its receiver, also when the engine dies between the two")
  func throwing() throws {
    let first = try engine()
    try receiver(first, "A", "A")
    let thrown = MessageThrow(name: "payment", correlationKey: .literal("A"))
    first.post(.deploy(Self.thrower(.message(thrown)), folder: "/"))
    first.settle()
    first.post(.start(process: "thrower", version: nil, businessKey: nil, variables: [:]))
    _ = first.loop.turn()
    #expect(try state(3) == .completed)
    #expect(try state(1) == .running)
    let second = try EngineHarness(over: store)
    second.settle()
    #expect(try [state(1), state(2)] == [.completed, .running])
    #expect(try store.waitingMessages(limit: 9).isEmpty)
  }

  @Test("a signal reaches everybody who waited when it was sent, in bounded batches, and nobody who came later")
  func signals() throws {
    let engine = try engine()
    engine.post(.deploy(Self.listener(), folder: "/"))
    engine.settle()
    for _ in 0..<250 { engine.post(.start(process: "listener", version: nil, businessKey: nil, variables: [:])) }
    engine.settle()
    engine.post(.signal(name: "news", variables: [:]), key: "s")
    _ = engine.loop.turn()
    engine.post(.start(process: "listener", version: nil, businessKey: nil, variables: [:]))
    _ = engine.loop.turn()
    #expect(try state(100) == .completed)
    #expect(try state(101) == .running)
    engine.settle()
    #expect(try state(250) == .completed)
    #expect(try state(251) == .running)
    #expect(try store.waitingMessages(limit: 9).isEmpty)
  }

  @Test("a signal starts processes")
  func signalStart() throws {
    let engine = try engine()
    for key in ["one", "two"] {
      var definition = ProcessDefinition.sequence(key)
      definition.startEvents = [StartEvent(node: definition.start, trigger: .signal(SignalTrigger(name: "go")))]
      engine.post(.deploy(definition, folder: "/"))
    }
    engine.settle()
    engine.post(.signal(name: "go", variables: [:]))
    engine.settle()
    #expect(try instance(1) != nil)
    #expect(try instance(2) != nil)
    #expect(try instance(3) == nil)
  }

  @Test("what comes to a suspended instance takes effect on resume, and does not go to another one")
  func suspended() throws {
    let engine = try engine()
    try receiver(engine, "A", "A")
    engine.post(.suspend(InstanceID(1)))
    engine.post(message("payment", key: "A"))
    engine.settle()
    #expect(try [state(1), state(2)] == [.running, .running])
    engine.post(message("payment", key: "A"))
    engine.settle()
    #expect(try [state(1), state(2)] == [.running, .completed])
    engine.post(.resume(InstanceID(1)))
    engine.settle()
    #expect(try state(1) == .completed)
  }

  @Test("a message without a name of its own has one that no other gets, also after the store has failed")
  func unnamed() throws {
    let faulty = FaultyStore(store)
    let engine = try EngineHarness(over: faulty)
    engine.post(message("payment", key: "A", ttl: .seconds(10)))
    engine.settle()
    let first = try store.bufferedMessages(after: 0, limit: 10).map(\.event)
    engine.clock.advance(by: .seconds(11))
    var fates: [CommitFault] = [.failed]
    faulty.nextFault = { fates.popLast() ?? .none }
    engine.settle()
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    engine.post(message("payment", key: "A", ttl: .seconds(10)))
    engine.settle()
    let second = try store.bufferedMessages(after: 0, limit: 10).map(\.event)
    #expect(first.count == 1)
    #expect(second.count == 1)
    #expect(first != second)
  }

  @Test("whichever read fails when somebody begins to wait, the message that waits comes to it", arguments: 1...8)
  func failingRead(number: Int) throws {
    let faulty = FaultyStore(MemoryStore())
    let engine = try EngineHarness(over: faulty)
    try receiver(engine)
    engine.post(message("payment", key: "A", ttl: .seconds(60)))
    engine.settle()
    engine.post(.start(process: "receive-payment", version: nil, businessKey: nil, variables: ["order": "A"]))
    _ = engine.loop.turn()
    var reads = 0
    faulty.readFails = {
      reads += 1
      return reads == number
    }
    engine.settle()
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    #expect(try faulty.loadInstance(InstanceID(1))?.state == .completed)
  }
}

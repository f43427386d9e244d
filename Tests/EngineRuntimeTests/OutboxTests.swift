import EngineCore
import EngineRuntime
import Testing

@Suite("The outbox")
struct OutboxTests {
  private func running(
    publishing events: [PublishableEvent] = [.processStarted, .tokenCompleted, .processCompleted],
    store: TestStore = TestStore(), configure: (inout EngineConfiguration) -> Void = { _ in }
  ) throws -> EngineHarness {
    let engine = try EngineHarness(store: store) {
      $0.sink = SinkOfNobody()
      configure(&$0)
    }
    var definition = ProcessDefinition.sequence()
    definition.policy.publishes = events
    engine.post(.deploy(definition, folder: "/"))
    engine.settle()
    return engine
  }

  private func start(_ engine: EngineHarness, key: String? = nil) {
    engine.post(.start(process: "seq", version: nil, businessKey: key, variables: Context()))
    engine.settle()
  }

  private func waiting(_ engine: EngineHarness) -> [String] {
    engine.store.state.withLock { $0.outbox.map(\.type) }
  }

  @Test("what a definition chooses is handed over in order, and nothing else")
  func chosen() throws {
    let engine = try running()
    start(engine, key: "K-1")
    #expect(engine.handedOver.map { $0.map(\.type) } == [["processStarted"]])
    let json = try Value(json: try #require(engine.handedOver[0].first).json)
    #expect(json["instance"] == 1)
    #expect(json["process"] == "seq@1")
    #expect(json["businessKey"] == "K-1")
    #expect(json["seq"] == 1)
    engine.takeBatch()
    engine.report("a")
    engine.settle()
    engine.takeBatch()
    engine.report("b")
    engine.settle()
    engine.takeBatch()
    engine.settle()
    #expect(
      engine.handedOver.flatMap { $0.map(\.type) } == [
        "processStarted", "tokenCompleted", "tokenCompleted", "processCompleted",
      ])
    #expect(try Value(json: engine.handedOver[1][0].json)["node"] == "a")
    #expect(waiting(engine) == [])
  }

  @Test("what an engine chooses is published for every definition")
  func engineWide() throws {
    let engine = try running(publishing: []) { $0.publishes = [.processStarted] }
    start(engine)
    #expect(engine.handedOver.map { $0.map(\.type) } == [["processStarted"]])
  }

  @Test("one batch is out at a time, and events wait until the sink has taken it")
  func oneAtATime() throws {
    let engine = try running { $0.publishedPerBatch = 2 }
    for _ in 0..<3 { start(engine) }
    #expect(engine.handedOver.map(\.count) == [1])
    engine.takeBatch()
    engine.settle()
    #expect(engine.handedOver.map(\.count) == [1, 2])
    #expect(waiting(engine).count == 2)
    engine.takeBatch()
    engine.settle()
    #expect(waiting(engine) == [])
  }

  @Test("a sink that fails is told, gets the same batch again after growing pauses, and holds nothing else up")
  func failingSink() throws {
    let engine = try running()
    start(engine)
    let first = engine.handedOver[0]
    engine.takeBatch(SinkFailure("the broker is away"))
    engine.report("a")
    engine.settle()
    #expect(engine.nodesStarted == ["a", "b"])
    #expect(engine.handedOver.count == 1)
    #expect(engine.observer.notices.contains(.sinkFailed(SinkFailure("the broker is away"), failures: 1)))
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    #expect(engine.handedOver.count == 2)
    #expect(engine.handedOver[1].first == first.first)
    #expect(engine.handedOver[1].map(\.type) == ["processStarted", "tokenCompleted"])
    engine.takeBatch(SinkFailure("still away"))
    engine.settle()
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    #expect(engine.handedOver.count == 2)
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    #expect(engine.handedOver.count == 3)
    engine.takeBatch()
    engine.settle()
    #expect(engine.observer.notices.contains(.sinkRecovered))
    #expect(waiting(engine) == [])
  }

  @Test("what a killed engine has handed over without a receipt is handed over again")
  func crash() throws {
    let old = try running()
    start(old)
    #expect(old.handedOver.count == 1)
    let engine = try EngineHarness(store: old.store) { $0.sink = SinkOfNobody() }
    engine.settle()
    #expect(engine.handedOver == old.handedOver)
  }

  @Test("a receipt that could not be stored is stored later, and takes only its own batch away")
  func receiptIsRetried() throws {
    let engine = try running()
    start(engine)
    engine.takeBatch()
    engine.store.state.withLock { $0.failures = [StoreFailure(.diskFull, path: "test", "full")] }
    engine.settle()
    #expect(waiting(engine) == ["processStarted"])
    engine.report("a")
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    #expect(waiting(engine) == ["tokenCompleted"])
    #expect(engine.handedOver.map { $0.map(\.type) }.last == ["tokenCompleted"])
  }

  @Test("without a sink events wait for an engine that has one")
  func withoutSink() throws {
    let engine = try running { $0.sink = nil }
    start(engine)
    #expect(engine.handedOver.isEmpty)
    #expect(waiting(engine) == ["processStarted"])
  }
}

/// Never asked: the harness plays the sink.
struct SinkOfNobody: EventSink {
  func publish(_ events: [PublishedEvent]) async throws(SinkFailure) {}
}

import EngineCore
import EngineRuntime
import EngineTestKit
import Testing

/// A lane on which a batch is written when the loop waits for it, and not before.
final class LateLane: CommitLane {
  let smallestBatch = 1
  let goodBatch = 1_000
  /// Nobody can do anything about it but wait.
  var hasLanded: Bool { true }
  func waitForLandingOrMail() {}
  private let store: TestStore
  private var order: ([StoreWrite], Lease)?

  init(_ store: TestStore) { self.store = store }

  func begin(_ writes: [StoreWrite], lease: Lease) { order = (writes, lease) }

  func wait() throws(StoreFailure) -> [WriteResult] {
    guard let (writes, lease) = order else { return [] }
    order = nil
    return try store.commit(writes, lease: lease)
  }
}

@Suite("A batch on its way to the disk")
struct CommitLaneTests {
  private func harness() throws -> EngineHarness {
    let store = TestStore()
    let harness = try EngineHarness(store: store, lane: LateLane(store))
    harness.post(.deploy(.sequence(), folder: "/"))
    harness.settle()
    return harness
  }

  private func start(_ harness: EngineHarness, _ number: Int) {
    for _ in 0..<number {
      harness.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context()))
    }
  }

  @Test("nobody is told and no handler begins before it has landed")
  func nothingBefore() throws {
    let harness = try harness()
    start(harness, 1)
    #expect(harness.loop.turn() == .zero)
    #expect(harness.nodesStarted == [])
    #expect(harness.answers == ["done"])
    _ = harness.loop.turn()
    #expect(harness.nodesStarted == ["a"])
    #expect(harness.answers == ["done", "done"])
  }

  @Test("reports are stepped while it is on its way, commands wait for it")
  func reportsGoOn() throws {
    let harness = try harness()
    start(harness, 1)
    harness.settle()
    start(harness, 1)
    _ = harness.loop.turn()
    harness.report("a")
    harness.post(.cancel(InstanceID(2)))
    _ = harness.loop.turn()
    harness.settle()
    #expect(harness.instance(1)?.tokens.first?.node == NodeIndex(rawValue: 1))
    #expect(harness.instance(2)?.state == .cancelling)
    #expect(harness.observer.notices.filter { if case .versionConflict = $0 { true } else { false } } == [])
  }

  @Test("when it fails, it is made anew one by one, and what was gathered since after it")
  func failure() throws {
    let harness = try harness()
    start(harness, 1)
    harness.settle()
    start(harness, 2)
    _ = harness.loop.turn()
    harness.report("a")
    harness.store.state.withLock { $0.failures = [StoreFailure(.busy, path: "test", "once")] }
    for _ in 0..<3 {
      harness.settle()
      harness.clock.advance(by: .seconds(1))
    }
    #expect(harness.nodesStarted == ["a", "a", "a", "b"])
    // Instances that were never written have given their numbers away; those made anew have others.
    #expect(harness.store.state.withLock { $0.instances.values.map(\.version).sorted() } == [1, 1, 2])
    let entries = harness.store.state.withLock { $0.histories[InstanceID(1)] ?? [] }
    #expect(entries.map(\.sequence) == Array(1...Int64(entries.count)))
  }

  @Test("an engine that closes lets it land first")
  func closing() throws {
    let harness = try harness()
    start(harness, 1)
    _ = harness.loop.turn()
    harness.loop.close()
    #expect(harness.instance(1)?.version == 1)
    #expect(harness.answers == ["done", "done"])
  }

  @Test("a lost lease is told to those who wait for it")
  func lostLease() throws {
    let harness = try harness()
    start(harness, 1)
    _ = harness.loop.turn()
    harness.store.state.withLock { $0.epoch += 1 }
    _ = harness.loop.turn()
    #expect(harness.answers == ["done", "leaseLost"])
    #expect(harness.instance(1) == nil)
  }

  @Test("whoever asks again while its outcome is unknown is told, also when the lease cannot be had at once")
  func askedAgain() throws {
    let store = TestStore()
    let line = FaultyStore(store)
    let harness = try EngineHarness(store: store, over: line, lane: LateLane(store))
    harness.post(.deploy(.sequence(), folder: "/"))
    harness.settle()
    for _ in 0..<2 {
      harness.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context()), key: "order-7")
    }
    _ = harness.loop.turn()
    store.state.withLock { $0.lostReplies = 1 }
    line.readFails = { true }
    _ = harness.loop.turn()
    line.readFails = { false }
    for _ in 0..<3 {
      harness.clock.advance(by: .seconds(5))
      harness.settle()
    }
    #expect(harness.answers == ["done", "leaseLost", "leaseLost"])
    #expect(store.state.withLock { $0.instances.count } == 1)
  }

  /// `a`, then `c`; beside it `b`, which ends everything.
  private func racing() throws -> EngineHarness {
    let store = TestStore()
    let harness = try EngineHarness(store: store, handlers: ["a", "b", "c"], lane: LateLane(store))
    let definition = try ProcessDefinition("race") {
      Fork("both", to: "a", "b")
      Service("a", handler: "a").next("c")
      Service("c", handler: "c")
      End("done")
      Service("b", handler: "b").next("stop")
      End.terminate("stop")
    }
    harness.post(.deploy(definition, folder: "/"))
    harness.settle()
    harness.post(.start(process: "race", version: nil, businessKey: nil, variables: Context()))
    harness.settle()
    #expect(harness.nodesStarted.sorted() == ["a", "b"])
    harness.report("a")
    _ = harness.loop.turn()
    harness.report("b")
    return harness
  }

  @Test("a handler does not begin for a step that the next batch, sent already, has ended")
  func endedByTheNext() throws {
    let harness = try racing()
    harness.settle()
    #expect(!harness.nodesStarted.contains("c"))
    #expect(harness.instance(1)?.state == .completed)
    #expect(harness.loop.freeSlots == EngineConfiguration().concurrentHandlers)
  }

  @Test("it begins when the batch that was to end it fails, and is stopped when that has been made up for")
  func notEndedByTheNext() throws {
    let harness = try racing()
    // The first batch lands, the second one is sent.
    harness.store.state.withLock { $0.succeeding = 1 }
    harness.store.state.withLock { $0.failures = [StoreFailure(.busy, path: "test", "once")] }
    for _ in 0..<3 {
      harness.settle()
      harness.clock.advance(by: .seconds(1))
    }
    #expect(harness.nodesStarted.contains("c"))
    #expect(harness.stopped.count == 1)
    #expect(harness.instance(1)?.state == .completed)
  }
}

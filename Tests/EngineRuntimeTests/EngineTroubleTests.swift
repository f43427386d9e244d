import EngineCore
import EngineRuntime
import Testing

/// What the simulator has found, each as small as it can be made.
@Suite("The engine loop in trouble")
struct EngineTroubleTests {
  private func engine(retry: RetryPolicy = .never) throws -> EngineHarness {
    let engine = try EngineHarness()
    engine.post(.deploy(.sequence(retry: retry), folder: "/"), key: "deploy")
    engine.settle()
    return engine
  }

  private var start: Verb { .start(process: "seq", version: nil, businessKey: nil, variables: Context()) }

  private let full = StoreFailure(.diskFull, path: "test", "full")

  @Test("a refusal that leaves no row is told once, also when the commit of its turn fails")
  func refusedOnce() throws {
    let engine = try engine()
    engine.store.state.withLock { $0.failures = [full] }
    engine.post(.suspend(InstanceID(99)))
    engine.post(start)
    engine.settle()
    #expect(engine.answers == ["done", "instanceUnknown", "done"])
  }

  @Test("a repeated key is answered once, also when the commit of its turn fails")
  func repeatedOnce() throws {
    let engine = try engine()
    engine.store.state.withLock { $0.failures = [full] }
    engine.post(start, key: "order-7")
    engine.post(start, key: "order-7")
    engine.settle()
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    #expect(engine.answers == ["done", "diskFull", "done"])
    #expect(engine.store.state.withLock { $0.instances.count } == 1)
  }

  @Test("a start in the commit of a deployment does not keep later starts at the version before")
  func newestVersion() throws {
    let engine = try engine()
    engine.post(.deploy(.sequence(), folder: "/elsewhere"))
    engine.post(start)
    engine.settle()
    engine.post(start)
    engine.settle()
    #expect(engine.instance(2)?.definition == engine.store.state.withLock { $0.definitions.last?.id })
  }

  /// Terminates an instance, but the command is taken back before it is written.
  private func terminateInVain(_ engine: EngineHarness, _ id: Int64 = 1) {
    engine.store.state.withLock { $0.takenBack = [InstanceID(id)] }
    engine.post(.terminate(InstanceID(id)), key: "in vain")
  }

  @Test("a report that an instance refused as it would have been after a command that was taken back is not lost")
  func reportBesideTakenBack() throws {
    let engine = try engine()
    engine.post(start)
    engine.settle()
    terminateInVain(engine)
    engine.report("a")
    engine.settle()
    #expect(engine.answers.last == "busy")
    #expect(engine.nodesStarted == ["a", "b"])
  }

  @Test("so is a report that came while the batch with that command was on its way to the disk")
  func reportAfterTakenBack() throws {
    let store = TestStore()
    let engine = try EngineHarness(store: store, lane: LateLane(store))
    engine.post(.deploy(.sequence(), folder: "/"))
    engine.settle()
    engine.post(start)
    engine.settle()
    terminateInVain(engine)
    _ = engine.loop.turn()
    engine.report("a")
    engine.settle()
    #expect(engine.answers.last == "busy")
    #expect(engine.nodesStarted == ["a", "b"])
  }

  @Test("so is a timer that was due")
  func timerBesideTakenBack() throws {
    let engine = try engine(retry: RetryPolicy(attempts: 2, backoff: .seconds(1)))
    engine.post(start)
    engine.settle()
    engine.report("a", .failed(Failure(code: "NO", message: "no")))
    engine.settle()
    terminateInVain(engine)
    engine.clock.advance(by: .seconds(2))
    engine.settle()
    #expect(engine.nodesStarted == ["a", "a"])
  }

  @Test("so is a step that waited for room")
  func readyBesideTakenBack() throws {
    let engine = try EngineHarness { $0.concurrentHandlers = 1 }
    engine.post(.deploy(.sequence(), folder: "/"))
    engine.post(start)
    engine.settle()
    engine.report("a")
    engine.settle()
    engine.post(start)
    engine.settle()
    terminateInVain(engine, 2)
    engine.report("b")
    engine.settle()
    #expect(engine.nodesStarted == ["a", "b", "a"])
  }

  @Test("when the answer to a commit gets lost, handlers begin and the asker is told all the same, once")
  func lostReply() throws {
    let engine = try engine()
    engine.store.state.withLock { $0.lostReplies = 1 }
    engine.post(start, key: "order-7")
    engine.settle()
    #expect(engine.answers == ["done", "done"])
    #expect(engine.store.state.withLock { $0.instances.count } == 1)
    #expect(engine.nodesStarted == ["a"])
    #expect(engine.loop.lease?.epoch == 2)
  }

  @Test("when the answer to a commit gets lost, a command without a key is not done again")
  func lostReplyWithoutKey() throws {
    let engine = try engine()
    engine.store.state.withLock { $0.lostReplies = 1 }
    engine.post(start)
    engine.settle()
    #expect(engine.answers == ["done", "outcomeUnknown"])
    #expect(engine.store.state.withLock { $0.instances.count } == 1)
  }

  @Test("a clock that is set back does not prolong the pause after a failure")
  func clockSetBack() throws {
    let engine = try engine()
    engine.store.state.withLock { $0.failures = [full] }
    engine.post(start)
    engine.settle()
    engine.clock.advance(by: .seconds(-600))
    engine.post(start)
    engine.settle()
    #expect(engine.answers == ["done", "diskFull", "done"])
  }

  @Test("a handler that was stopped because the lease was lost has not failed: its step is recovered")
  func stoppedByLeaseLoss() throws {
    let engine = try engine()
    engine.post(start)
    engine.settle()
    engine.store.state.withLock { $0.epoch += 1 }
    engine.post(start)
    engine.settle()
    engine.clock.advance(by: .seconds(5))
    engine.settle()
    engine.report("a", .cancelled)
    engine.settle()
    #expect(engine.instance()?.tokens.map(\.attempt) == [2])
    #expect(engine.instance()?.tokens.map(\.failures) == [0])
    #expect(engine.instance()?.state == .running)
  }

  @Test("whoever waits for the turn after the next is told when the lease is lost")
  func toldOfLeaseLoss() throws {
    let engine = try engine()
    engine.store.state.withLock { $0.epoch += 1 }
    engine.post(start, key: "order-7")
    engine.post(start, key: "order-7")
    _ = engine.loop.turn()
    #expect(engine.answers == ["done", "leaseLost", "leaseLost"])
  }

  @Test("a handler does not begin for a token that another unit of the same commit has ended")
  func endedInTheSameCommit() throws {
    let engine = try engine()
    engine.post(start)
    engine.settle()
    engine.report("a")
    engine.post(.terminate(InstanceID(1)))
    engine.settle()
    #expect(engine.nodesStarted == ["a"])
    #expect(engine.instance()?.state == .terminated)
  }

  @Test("a timer that could not be written while it was due does not fire when the clock was set back since")
  func timerBeforeItsTime() throws {
    let engine = try engine(retry: RetryPolicy(attempts: 2, backoff: .seconds(5)))
    engine.post(start)
    engine.settle()
    engine.report("a", .failed(Failure(code: "E", message: "broke")))
    engine.settle()
    engine.clock.advance(by: .seconds(6))
    engine.store.state.withLock { $0.failures = [full] }
    engine.settle()
    engine.clock.advance(by: .seconds(-60))
    engine.settle()
    #expect(engine.nodesStarted == ["a"])
    engine.clock.advance(by: .seconds(60))
    engine.settle()
    #expect(engine.nodesStarted == ["a", "a"])
  }

  @Test("an instance that cannot be read is left alone, and everything else goes on")
  func unreadable() throws {
    let engine = try engine(retry: RetryPolicy(attempts: 2, backoff: .seconds(5)))
    for _ in 1...2 { engine.post(start) }
    engine.settle()
    for attempt in engine.started { engine.report(attempt.work, .failed(Failure(code: "E", message: "broke"))) }
    engine.settle()
    engine.store.state.withLock { $0.unreadable = [InstanceID(1)] }
    // Nothing is at hand any more.
    try engine.loop.open()
    engine.clock.advance(by: .seconds(6))
    engine.post(.suspend(InstanceID(1)))
    engine.settle()
    #expect(engine.started.map(\.work.instance.rawValue) == [1, 2, 2])
    #expect(engine.answers.last == "corrupt")
    #expect(engine.observer.notices.contains { if case .unreadable = $0 { true } else { false } })
    engine.store.post(
      OperatorCommand(
        key: "outside", verb: .suspend(InstanceID(1)), issuer: Issuer(user: "anna", host: "here", source: "cli")))
    engine.settle()
    let answer = engine.store.state.withLock { $0.commands.first { $0.command.key == "outside" }?.answer }
    guard case .refused(let rejection)? = answer else {
      Issue.record("it was not answered")
      return
    }
    #expect(rejection.reason == .instanceCorrupted)
  }

  @Test("a key may look like anything, also like what the engine itself remembers in a turn")
  func keysOfTheirOwn() throws {
    let engine = try engine()
    for key in ["deploy seq", "start seq", "message 1"] { engine.post(start, key: key) }
    engine.settle()
    #expect(engine.answers == ["done", "done", "done", "done"])
  }

  @Test("ready tokens are found although their definition could not be read at first")
  func lanesAfterFailure() throws {
    let first = try EngineHarness { $0.concurrentHandlers = 1 }
    first.post(.deploy(.sequence(), folder: "/"))
    for _ in 1...2 { first.post(start) }
    first.settle()
    first.store.state.withLock { $0.failingDefinitionReads = 1 }
    let second = try EngineHarness(store: first.store) { $0.concurrentHandlers = 2 }
    second.settle()
    second.clock.advance(by: .seconds(1))
    second.settle()
    #expect(Set(second.started.map(\.work.instance.rawValue)) == [1, 2])
  }

  @Test(
    "a handler that runs on although its step was begun anew keeps its slot until it reports", arguments: [true, false])
  func supersededAttempt(isLimited: Bool) throws {
    let store = TestStore()
    let engine = try EngineHarness(store: store) { configuration in
      if isLimited { configuration.handlerLimits = ["a": 2] } else { configuration.concurrentHandlers = 2 }
    }
    engine.post(.deploy(.sequence(), folder: "/"))
    engine.post(start)
    engine.settle()
    // Another engine takes the step up and dies.
    let other = try EngineHarness(store: store)
    other.settle()
    #expect(other.started.map(\.work.attempt) == [2])
    engine.post(start)
    engine.settle()
    engine.clock.advance(by: .seconds(5))
    engine.settle()
    try #require(engine.started.map(\.work.attempt) == [1, 3])
    engine.post(start)
    engine.settle()
    #expect(engine.nodesStarted == ["a", "a"])
    engine.report(engine.started[0].work, .cancelled)
    engine.settle()
    #expect(engine.nodesStarted == ["a", "a", "a"])
  }

  @Test("a message that cannot be read keeps no timer waiting, and is not looked at again at once")
  func unreadableMessage() throws {
    let engine = try engine(retry: RetryPolicy(attempts: 2, backoff: .seconds(5)))
    engine.post(start)
    engine.settle()
    engine.report("a", .failed(Failure(code: "E", message: "broke")))
    engine.settle()
    engine.store.state.withLock { $0.hasUnreadableMessage = true }
    try engine.loop.open()
    engine.clock.advance(by: .seconds(6))
    engine.settle()
    #expect(engine.nodesStarted == ["a", "a"])
    for _ in 0..<10 { _ = engine.loop.turn() }
    #expect(engine.loop.turn() != .zero)
    #expect(engine.observer.notices.count { if case .unreadable = $0 { true } else { false } } == 1)
  }

  private let gone = StoreFailure(.gone, path: "test", "the file was replaced")

  @Test("a heartbeat that cannot be written is told, and so is the first one that can be, once")
  func heartbeats() throws {
    let engine = try engine()
    engine.store.state.withLock { $0.heartbeatFailures = [full, full] }
    for _ in 0..<5 {
      engine.clock.advance(by: .seconds(5))
      engine.settle()
    }
    let told = engine.observer.notices.filter { $0 == .storeFailed(full) || $0 == .storeRecovered }
    #expect(told == [.storeFailed(full), .storeFailed(full), .storeRecovered])
  }

  @Test("when the file of the store is gone, no handler begins any more, and what stands there later is not taken up")
  func goneAtACommit() throws {
    let engine = try engine()
    engine.store.state.withLock { $0.isGone = true }
    engine.post(start)
    engine.settle()
    engine.post(start)
    engine.clock.advance(by: .seconds(60))
    engine.settle()
    #expect(engine.nodesStarted == [])
    #expect(engine.loop.lease == nil)
    #expect(engine.answers == ["done", "gone", "leaseLost"])
    #expect(engine.observer.notices.suffix(2) == [.storeFailed(gone), .leaseLost(epoch: 1)])
  }

  @Test("an engine that has nothing to write finds at its next heartbeat that the file is gone, and stops its handlers")
  func goneAtAHeartbeat() throws {
    let engine = try engine()
    engine.post(start)
    engine.settle()
    engine.store.state.withLock { $0.isGone = true }
    engine.clock.advance(by: .seconds(5))
    engine.settle()
    #expect(engine.stopped.map(\.attempt) == [1])
    #expect(engine.loop.lease == nil)
    #expect(engine.loop.turn() == nil)
    #expect(engine.observer.notices.suffix(2) == [.storeFailed(gone), .leaseLost(epoch: 1)])
  }
}

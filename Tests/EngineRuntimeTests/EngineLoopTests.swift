import EngineCore
import EngineRuntime
import Testing

@Suite("The engine loop")
struct EngineLoopTests {
  private func running(
    _ definition: ProcessDefinition = .sequence(), instances: Int = 1,
    configure: (inout EngineConfiguration) -> Void = { _ in }
  ) throws -> EngineHarness {
    let engine = try EngineHarness(configure: configure)
    engine.post(.deploy(definition, folder: "/"), key: "deploy")
    engine.settle()
    for _ in 0..<instances { engine.post(start) }
    engine.settle()
    return engine
  }

  private var start: Verb { .start(process: "seq", version: nil, businessKey: nil, variables: Context()) }

  @Test("a handler begins only after its predecessor is on disk")
  func order() throws {
    let engine = try running()
    #expect(engine.nodesStarted == ["a"])
    engine.store.state.withLock { $0.failures = [StoreFailure(.diskFull, path: "test", "full")] }
    engine.report("a")
    engine.settle()
    #expect(engine.nodesStarted == ["a"])
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    #expect(engine.nodesStarted == ["a", "b"])
    engine.report("b")
    engine.settle()
    #expect(engine.instance()?.state == .completed)
  }

  @Test("everything that is ready goes into one commit")
  func groupCommit() throws {
    let engine = try running(instances: 20)
    let before = engine.store.state.withLock { $0.commits }
    for index in 0..<20 {
      let work = engine.started[index].work
      engine.post(.suspend(work.instance))
    }
    engine.settle()
    #expect(engine.store.state.withLock { $0.commits } == before + 1)
  }

  @Test("one bad unit does not take the others with it")
  func poisonedUnit() throws {
    let engine = try running(instances: 3)
    engine.store.state.withLock { $0.poisoned = InstanceID(2) }
    for id in 1...3 { engine.post(.suspend(InstanceID(Int64(id)))) }
    engine.settle()
    #expect(engine.answers.suffix(3).sorted() == ["corrupt", "done", "done"])
    #expect(engine.instance(1)?.isSuspended == true)
    #expect(engine.instance(2)?.isSuspended == false)
    #expect(engine.instance(3)?.isSuspended == true)
  }

  @Test("when a unit conflicts, all that came from the same source is made anew")
  func conflictOfOneOfMany() throws {
    let engine = try running(.task(), instances: 3)
    engine.store.state.withLock { $0.conflicting = [InstanceID(2)] }
    engine.post(.fetchTasks(topic: "paint", worker: "w", limit: 3, lease: nil), key: "fetch")
    engine.settle()
    #expect(engine.observer.notices.contains(.versionConflict(InstanceID(2))))
    #expect(engine.answers.last == "done")
    for id in 1...3 { #expect(engine.instance(Int64(id))?.tokens.map(\.attempt) == [1]) }
    let locks = engine.store.state.withLock { state in
      state.histories.mapValues { history in
        history.count { entry in if case .externalTaskLocked = entry.event { true } else { false } }
      }
    }
    #expect(locks == [InstanceID(1): 1, InstanceID(2): 1, InstanceID(3): 1])
  }

  @Test("no more handlers run than there is room for, and the next begins when one ends")
  func concurrency() throws {
    let engine = try running(instances: 5) { $0.concurrentHandlers = 2 }
    #expect(engine.started.count == 2)
    engine.report("a")
    engine.settle()
    #expect(engine.started.count == 3)
  }

  @Test("repeating an idempotency key gives the first answer and starts nothing")
  func idempotency() throws {
    let engine = try running(instances: 0)
    engine.post(start, key: "order-7")
    engine.post(start, key: "order-7")
    engine.settle()
    engine.post(start, key: "order-7")
    engine.settle()
    #expect(engine.answers == ["done", "done", "done", "done"])
    #expect(engine.store.state.withLock { $0.instances.count } == 1)
  }

  @Test("a command that was planned for another version is refused and recorded")
  func versionConflict() throws {
    let engine = try running()
    let issuer = Issuer(user: "ops", host: "here", source: "console")
    engine.store.post(OperatorCommand(key: "k", verb: .suspend(InstanceID(1)), expectedVersion: 99, issuer: issuer))
    engine.settle()
    let record = engine.store.state.withLock { $0.commands.first { $0.command.key == "k" } }
    guard case .refused(let rejection)? = record?.answer else {
      Issue.record("no refusal was recorded")
      return
    }
    #expect(rejection.reason == .versionConflict)
  }

  @Test("commands that other processes post are applied")
  func foreignCommands() throws {
    let engine = try running()
    let issuer = Issuer(user: "ops", host: "here", source: "cli")
    engine.store.post(OperatorCommand(key: "k", verb: .suspend(InstanceID(1)), issuer: issuer))
    engine.settle()
    #expect(engine.instance()?.isSuspended == true)
    #expect(engine.store.state.withLock { $0.commands.last?.answer } != nil)
  }

  @Test("an engine whose epoch is over stops its handlers and writes nothing more")
  func lostLease() throws {
    let engine = try running()
    _ = try engine.store.takeLease(
      LeaseHolder(engine: "other", host: "there", path: "store", process: 2), at: engine.clock.now())
    engine.report("a")
    _ = engine.loop.turn()
    #expect(engine.observer.notices.contains(.leaseLost(epoch: 1)))
    #expect(engine.instance()?.tokens.first?.state == .executing)
    #expect(engine.loop.lease == nil)
  }

  @Test("a new engine recovers what the old one was executing")
  func recovery() throws {
    let old = try running()
    let engine = try EngineHarness(store: old.store)
    engine.settle()
    #expect(engine.nodesStarted == ["a"])
    #expect(engine.started[0].work.attempt == 2)
    #expect(engine.started[0].context.idempotencyKey == old.started[0].context.idempotencyKey)
    #expect(engine.instance()?.tokens.first?.isOutcomeUnknown == true)
  }

  @Test("a retry waits for its timer, also one that fell due while no engine ran")
  func retryTimer() throws {
    let old = try running(.sequence(retry: RetryPolicy(attempts: 2, backoff: .seconds(5))))
    old.report("a", .failed(Failure(code: "E", message: "broke")))
    old.settle()
    #expect(old.nodesStarted == ["a"])
    let engine = try EngineHarness(store: old.store)
    engine.clock.advance(by: .seconds(6))
    engine.settle()
    #expect(engine.nodesStarted == ["a"])
    #expect(engine.started[0].context.attempt == 2)
  }

  @Test("a handler that runs out of time is stopped and has failed with TIMEOUT")
  func timeout() throws {
    let engine = try running(.sequence(timeout: .seconds(3)))
    engine.clock.advance(by: .seconds(4))
    engine.settle()
    #expect(engine.stopped.count == 1)
    engine.report("a", .cancelled)
    engine.settle()
    #expect(
      engine.store.state.withLock {
        $0.histories[InstanceID(1)]?.contains { entry in
          if case .tokenFailed(_, _, _, let failure, _) = entry.event { failure.code == "TIMEOUT" } else { false }
        }
      } == true)
  }

  private func notes(_ engine: EngineHarness) -> [String] {
    let history = engine.store.state.withLock { $0.histories[InstanceID(1)] } ?? []
    return history.compactMap {
      if case .attemptNoted(_, let attempt, let text) = $0.event { "\(attempt) \(text)" } else { nil }
    }
  }

  @Test("what a handler noted is kept when it ran out of time, and when the engine stops before it is done")
  func notedAndStopped() throws {
    let engine = try running(.sequence(retry: RetryPolicy(attempts: 2), timeout: .seconds(3)))
    engine.clock.advance(by: .seconds(4))
    engine.settle()
    engine.report("a", .cancelled, note: "halfway")
    engine.settle()
    engine.clock.advance(by: .seconds(60))
    engine.settle()
    engine.loop.isDraining = true
    engine.report("a", .cancelled, note: "halfway again")
    engine.settle()
    #expect(notes(engine) == ["1 halfway", "2 halfway again"])
  }

  @Test("what a handler noted is kept once, also when the first commit of it fails")
  func notedOnce() throws {
    let engine = try running()
    engine.store.state.withLock { $0.failures = [StoreFailure(.diskFull, path: "test", "full")] }
    engine.report("a", note: "careful")
    engine.settle()
    #expect(notes(engine) == [])
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    #expect(notes(engine) == ["1 careful"])
  }

  @Test("a token whose handler this engine does not have stays ready for another engine")
  func unknownHandler() throws {
    let engine = try EngineHarness(handlers: ["b"])
    engine.post(.deploy(.sequence(), folder: "/"))
    engine.settle()
    engine.post(start)
    engine.settle()
    #expect(engine.instance()?.tokens.map(\.state) == [.ready])
    let other = try EngineHarness(store: engine.store)
    other.settle()
    #expect(other.nodesStarted == ["a"])
  }

  @Test("deploying the same content again gives the same version")
  func deployTwice() throws {
    let engine = try running(instances: 0)
    engine.post(.deploy(.sequence(), folder: "/"), key: "again")
    engine.post(.deploy(.sequence(), folder: "/elsewhere"), key: "elsewhere")
    engine.settle()
    #expect(engine.store.state.withLock { $0.definitions.map(\.version) } == [1, 2])
  }

  @Test("only an ended instance can be deleted")
  func delete() throws {
    let engine = try running()
    engine.post(.delete(InstanceID(1)))
    engine.settle()
    engine.post(.terminate(InstanceID(1)))
    engine.post(.delete(InstanceID(1)))
    engine.settle()
    #expect(engine.answers.suffix(3) == ["instanceNotEnded", "done", "done"])
    #expect(engine.instance() == nil)
  }

  @Test("an instance is deleted once, however many ask for it at the same moment")
  func deleteOnce() throws {
    let engine = try running(instances: 2)
    for id in 1...2 { engine.post(.terminate(InstanceID(Int64(id)))) }
    engine.settle()
    for _ in 1...3 { engine.post(.delete(InstanceID(1))) }
    engine.post(.delete(InstanceID(2)))
    engine.settle()
    #expect(engine.answers.suffix(4).sorted() == ["done", "done", "instanceUnknown", "instanceUnknown"])
    #expect(engine.instance(1) == nil && engine.instance(2) == nil)
  }
}

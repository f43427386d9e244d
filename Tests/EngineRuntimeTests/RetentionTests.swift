import EngineCore
import EngineRuntime
import Testing

@Suite("Retention")
struct RetentionTests {
  private func running(
    keeping policy: RetentionPolicy? = nil, configure: (inout EngineConfiguration) -> Void = { _ in }
  ) throws -> EngineHarness {
    let engine = try EngineHarness(configure: configure)
    var definition = ProcessDefinition.sequence()
    definition.policy.retention = policy
    engine.post(.deploy(definition, folder: "/"))
    engine.settle()
    return engine
  }

  /// Starts instances, a second apart, that end at once.
  private func end(_ number: Int, in engine: EngineHarness) {
    for _ in 0..<number {
      let id = engine.store.state.withLock { ($0.instances.keys.max()?.rawValue ?? 0) + 1 }
      engine.post(.start(process: "seq", version: nil, businessKey: "K\(id)", variables: ["n": Value(id)]))
      engine.settle()
      engine.post(.terminate(InstanceID(id)))
      engine.settle()
      engine.clock.advance(by: .seconds(1))
    }
  }

  /// Lets time pass until whole sweeps have been made.
  private func sweep(_ engine: EngineHarness, after duration: Duration = .zero) {
    engine.clock.advance(by: duration)
    for _ in 0..<50 {
      engine.clock.advance(by: EngineConfiguration().retentionPause)
      engine.settle()
    }
    engine.clock.advance(by: EngineConfiguration().retentionInterval)
    for _ in 0..<50 {
      engine.clock.advance(by: EngineConfiguration().retentionPause)
      engine.settle()
    }
  }

  private func kept(_ engine: EngineHarness) -> [Int64] {
    engine.store.state.withLock { $0.instances.keys.map(\.rawValue).sorted() }
  }

  @Test("instances go when they are old enough, the others stay")
  func byAge() throws {
    let engine = try running(keeping: RetentionPolicy(duration: .seconds(3600)))
    end(3, in: engine)
    engine.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    sweep(engine)
    #expect(kept(engine) == [1, 2, 3, 4])
    sweep(engine, after: .seconds(3600))
    #expect(kept(engine) == [4])
  }

  @Test("the oldest go when there are too many")
  func byNumber() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 2))
    end(5, in: engine)
    sweep(engine)
    #expect(kept(engine) == [4, 5])
  }

  @Test("a definition that says nothing is kept as the engine says, else for ever")
  func engineWide() throws {
    let forever = try running()
    end(2, in: forever)
    sweep(forever, after: .seconds(86_400 * 400))
    #expect(kept(forever) == [1, 2])
    let engine = try running { $0.retention = RetentionPolicy(newest: 1) }
    end(2, in: engine)
    sweep(engine)
    #expect(kept(engine) == [2])
  }

  @Test("no turn deletes more than a portion")
  func portions() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 0)) { $0.retentionPortion = 3 }
    engine.post(.suspend(InstanceID(99)))
    end(2, in: engine)
    let before = engine.store.state.withLock { $0.batchSizes.count }
    end(20, in: engine)
    sweep(engine)
    #expect(kept(engine) == [])
    #expect(engine.store.state.withLock { $0.batchSizes.dropFirst(before).max() } == 3)
  }

  @Test("with an archive instances are exported before they go, whole")
  func exporting() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 1)) { $0.archive = ArchiveOfNobody() }
    end(2, in: engine)
    sweep(engine)
    #expect(kept(engine) == [1, 2])
    let exported = try #require(engine.archived.first?.instances.first)
    #expect(engine.archived.count == 1)
    #expect(exported.process == "seq")
    let json = try Value(json: exported.json)
    #expect(json["instance"] == 1)
    #expect(json["businessKey"] == "K1")
    #expect(json["state"] == "terminated")
    #expect(json["variables"]?["n"] == 1)
    #expect(json["history"]?.listValue?.first?["type"] == "processStarted")
    #expect(json["history"]?.listValue?.last?["type"] == "processTerminated")
    engine.keepPortion()
    engine.settle()
    #expect(kept(engine) == [2])
  }

  @Test("what the archive did not keep stays, and comes again")
  func failingArchive() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 0)) { $0.archive = ArchiveOfNobody() }
    end(1, in: engine)
    sweep(engine)
    engine.keepPortion(ArchiveFailure("no room"))
    sweep(engine)
    #expect(kept(engine) == [1])
    #expect(engine.observer.notices.contains(.archiveFailed(ArchiveFailure("no room"), failures: 1)))
    #expect(engine.archived.count == 2)
    engine.keepPortion()
    engine.settle()
    #expect(kept(engine) == [])
    #expect(engine.observer.notices.contains(.archiveRecovered))
  }

  @Test("the newest by the clock stays, also when the clock is set back in the middle of a sweep")
  func clockSetBack() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 1)) { $0.retentionPortion = 1 }
    end(4, in: engine)
    engine.clock.advance(by: EngineConfiguration().retentionInterval)
    engine.settle()
    #expect(kept(engine).count == 3)
    // Three more end long before the newest of those.
    engine.clock.advance(by: .seconds(-86_400))
    end(3, in: engine)
    sweep(engine)
    sweep(engine)
    #expect(kept(engine) == [4])
  }

  @Test("what was exported is not exported again because the store failed to delete it at first")
  func failingStore() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 1)) { $0.archive = ArchiveOfNobody() }
    end(3, in: engine)
    sweep(engine)
    engine.clock.advance(by: EngineConfiguration().retentionInterval)
    engine.store.state.withLock { $0.failures = [StoreFailure(.diskFull, path: "test", "full")] }
    engine.keepPortion()
    sweep(engine)
    #expect(engine.archived.count == 1)
    #expect(kept(engine) == [3])
    end(1, in: engine)
    sweep(engine)
    #expect(engine.archived.count == 2)
  }

  @Test("what a killed engine exported and did not delete is exported again, the same")
  func crash() throws {
    let old = try running(keeping: RetentionPolicy(newest: 0)) { $0.archive = ArchiveOfNobody() }
    end(1, in: old)
    sweep(old)
    let engine = try EngineHarness(store: old.store) { $0.archive = ArchiveOfNobody() }
    sweep(engine)
    #expect(engine.archived.first?.instances == old.archived.first?.instances)
  }

  @Test("what must be exported stays without an archive, and what must be deleted is not exported")
  func endings() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 0, ending: .export))
    end(1, in: engine)
    sweep(engine)
    #expect(kept(engine) == [1])
    let other = try running(keeping: RetentionPolicy(newest: 0, ending: .delete)) { $0.archive = ArchiveOfNobody() }
    end(1, in: other)
    sweep(other)
    #expect(kept(other) == [])
    #expect(other.archived.isEmpty)
  }

  @Test("a called instance stays as long as the one that called it may come back to it")
  func calledInstances() throws {
    let engine = try EngineHarness(handlers: ["work", "undo"])
    let child = try ProcessDefinition("child", policy: OperatingPolicy(retention: RetentionPolicy(newest: 0))) {
      Service("step", handler: "work").compensate(handler: "undo")
    }
    let parent = try ProcessDefinition("parent") {
      Call("call", process: "child")
      User("after")
    }
    for definition in [child, parent] { engine.post(.deploy(definition, folder: "/")) }
    engine.post(.start(process: "parent", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    engine.report("step")
    sweep(engine)
    #expect(engine.instance(2)?.state == .completed)
    let task = try #require(engine.instance(1)?.userTasks.first)
    engine.post(
      .finishTask(InstanceID(1), token: task.token, outcome: .completed(result: .null), fence: nil))
    sweep(engine)
    #expect(engine.instance(1)?.state == .completed)
    #expect(kept(engine) == [1, 2])
    engine.post(.delete(InstanceID(1)))
    sweep(engine)
    #expect(kept(engine) == [])
  }

  @Test("decided commands are forgotten after their time, and their keys are new again")
  func commands() throws {
    let engine = try running { $0.keepsCommandsFor = .seconds(3600) }
    let start = Verb.start(process: "seq", version: nil, businessKey: nil, variables: Context())
    engine.post(start, key: "order-1")
    engine.settle()
    sweep(engine)
    engine.post(start, key: "order-1")
    engine.settle()
    #expect(kept(engine) == [1])
    sweep(engine, after: .seconds(3600))
    #expect(engine.store.state.withLock { $0.commands.isEmpty })
    engine.post(start, key: "order-1")
    engine.settle()
    #expect(kept(engine) == [1, 2])
  }

  @Test("what was one too many stays when it no longer is once the archive has kept it")
  func noLongerOneTooMany() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 1)) { $0.archive = ArchiveOfNobody() }
    end(2, in: engine)
    sweep(engine)
    engine.post(.delete(InstanceID(2)))
    engine.settle()
    engine.keepPortion()
    engine.settle()
    #expect(kept(engine) == [1])
  }

  @Test("what stayed because it was no longer one too many goes first when it is again")
  func againOneTooMany() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 1)) {
      $0.archive = ArchiveOfNobody()
      $0.retentionPortion = 1
    }
    end(2, in: engine)
    engine.clock.advance(by: EngineConfiguration().retentionInterval)
    engine.settle()
    engine.post(.delete(InstanceID(2)))
    engine.settle()
    engine.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    engine.post(.terminate(InstanceID(3)))
    engine.keepPortion()
    // The next portion is not due yet.
    engine.settle()
    sweep(engine)
    engine.keepPortion()
    sweep(engine)
    #expect(kept(engine) == [3])
  }

  @Test(
    "what could not be read to be exported is not passed over, unless it is damaged",
    arguments: [(.inputOutput, [3, 4]), (.corrupt, [1, 3, 4])] as [(StoreFailure.Kind, [Int64])])
  func unreadAtFirst(kind: StoreFailure.Kind, staying: [Int64]) throws {
    let engine = try running(keeping: RetentionPolicy(newest: 2)) {
      $0.archive = ArchiveOfNobody()
      $0.retentionPortion = 2
    }
    engine.store.state.withLock { $0.historyFailures = [StoreFailure(kind, path: "test", "it cannot be read")] }
    end(4, in: engine)
    engine.clock.advance(by: EngineConfiguration().retentionInterval)
    engine.settle()
    engine.clock.advance(by: .seconds(1))
    engine.settle()
    engine.keepPortion()
    engine.settle()
    #expect(kept(engine) == staying)
  }

  @Test("what cannot go because its parent is there does not push out what is to be kept")
  func besidesWhatIsKept() throws {
    let engine = try running(keeping: RetentionPolicy(newest: 2))
    end(4, in: engine)
    engine.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    engine.store.state.withLock { state in
      state.instances[InstanceID(1)]?.parent = ParentLink(instance: InstanceID(5), token: TokenID(1), depth: 1)
    }
    let second = try EngineHarness(store: engine.store) { $0.retentionPortion = 1 }
    sweep(second)
    #expect(kept(second) == [1, 3, 4, 5])
  }
}

/// Never asked: the harness plays the archive.
struct ArchiveOfNobody: InstanceArchive {
  func keep(_ instances: [ArchivedInstance]) async throws(ArchiveFailure) {}
}

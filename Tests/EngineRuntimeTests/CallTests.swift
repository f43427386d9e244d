import EngineCore
import EngineRuntime
import Testing

@Suite("Call activities")
struct CallTests {
  private static let undo = Compensation(work: .handler(name: "undo", configuration: .literal(.null)))

  /// An engine with a process `child` of one step, and a `parent` as given; one parent has been started.
  private func engine(
    child: [any ProcessElement]? = nil, saga: SagaPolicy = .global,
    @ProcessBuilder parent: () -> [NodeDraft]
  ) throws -> EngineHarness {
    let engine = try EngineHarness(handlers: ["work", "undo"])
    let elements = child ?? [Service("step", handler: "work").output("made", "=result").compensate(Self.undo)]
    let child = try ProcessDefinition("child", saga: saga) { for element in elements { element } }
    engine.post(.deploy(child, folder: "/"))
    engine.post(.deploy(try ProcessDefinition("parent", saga: saga, nodes: parent), folder: "/"))
    engine.post(
      .start(process: "parent", version: nil, businessKey: "A-1", variables: ["amount": 3]))
    engine.settle()
    return engine
  }

  private func places(_ engine: EngineHarness, _ id: Int64) -> [String] {
    engine.instance(id)?.tokens.map { "\($0.state.name) \($0.wait?.name ?? "")" } ?? []
  }

  private func states(_ engine: EngineHarness) -> [String] {
    (1...5).compactMap { engine.instance($0)?.state.name }
  }

  @Test("an instance waits for the one that it called, and keeps what it asks for of its variables")
  func completes() throws {
    let engine = try engine {
      Call("call", process: "child").input("half", "=amount / 2").output("back", "=result.made")
      Service("after", handler: "work")
    }
    let child = try #require(engine.instance(2))
    #expect(child.parent == ParentLink(instance: InstanceID(1), token: TokenID(1), depth: 1))
    #expect(child.businessKey == "A-1")
    #expect(child.variables[.root]["half"]?.jsonText == "1.5")
    #expect(places(engine, 1) == ["waiting called instance"])
    engine.report("step", .completed(result: "cup"))
    engine.settle()
    #expect(engine.nodesStarted == ["step", "after"])
    #expect(engine.instance(1)?.variables[.root]["back"] == "cup")
    #expect(states(engine) == ["running", "completed"])
  }

  @Test("what passes between parent and child is one write: both or neither")
  func atomic() throws {
    let engine = try engine { Call("call", process: "child") }
    engine.store.state.withLock { $0.poisoned = InstanceID(1) }
    engine.report("step")
    engine.settle()
    #expect(states(engine) == ["running", "running"])
  }

  @Test("the error that ends a child goes to the boundary of the call")
  func error() throws {
    let engine = try engine(child: [End("refused", error: "REFUSED")], saga: .none) {
      Call("call", process: "child").onError("REFUSED", next: "caught")
      Service("caught", handler: "work")
    }
    #expect(states(engine) == ["running", "failed"])
    #expect(engine.nodesStarted == ["caught"])
  }

  @Test("calling a process that nobody has deployed is an incident, and retrying calls again")
  func unknown() throws {
    let engine = try engine(saga: .none) { Call("call", process: "absent") }
    #expect(engine.instance(1)?.incidents.map(\.message) == ["no process absent is deployed: deploy it first"])
    let absent = try ProcessDefinition("absent") { Service("late", handler: "work") }
    engine.post(.deploy(absent, folder: "/"))
    engine.settle()
    engine.post(.retry(InstanceID(1), token: nil))
    engine.settle()
    #expect(engine.nodesStarted == ["late"])
  }

  @Test("cancelling or terminating a parent ends its child alike", arguments: [true, false])
  func cascades(cancels: Bool) throws {
    let engine = try engine { Call("call", process: "child") }
    engine.post(cancels ? .cancel(InstanceID(1)) : .terminate(InstanceID(1)))
    engine.settle()
    if cancels {
      #expect(states(engine) == ["cancelled", "cancelling"])
      engine.report("step", .cancelled)
      engine.settle()
    }
    let word = cancels ? "cancelled" : "terminated"
    #expect(states(engine) == [word, word])
    #expect(engine.stopped.map(\.instance) == [InstanceID(2)])
  }

  @Test("a child that completed is undone as a whole, between the steps before and after it")
  func undone() throws {
    let engine = try engine {
      Service("first", handler: "work").compensate(Self.undo)
      Call("call", process: "child")
      Service("last", handler: "work")
    }
    engine.report("first")
    engine.settle()
    engine.report("step")
    engine.settle()
    engine.report("last", .failed(Failure(code: "E", message: "no", isRetryable: false)))
    engine.settle()
    #expect(states(engine) == ["compensating", "compensating"])
    #expect(engine.started.last?.work.instance == InstanceID(2))
    engine.report("step")
    engine.settle()
    #expect(states(engine) == ["compensating", "compensated"])
    #expect(engine.nodesStarted == ["first", "step", "last", "step", "first"])
    engine.report("first")
    engine.settle()
    #expect(states(engine) == ["compensated", "compensated"])
  }

  @Test("a child that is still at work is undone before the parent's own steps are")
  func undoneWhileRunning() throws {
    let twoSteps: [any ProcessElement] = [
      Service("one", handler: "work").compensate(Self.undo), Service("two", handler: "work"),
    ]
    let engine = try engine(child: twoSteps) {
      Fork("both", to: "call", "other")
      Call("call", process: "child").next("merge")
      Service("other", handler: "work").next("merge")
      Join("merge")
    }
    engine.report("one")
    engine.settle()
    engine.report("other", .failed(Failure(code: "E", message: "no", isRetryable: false)))
    engine.settle()
    engine.report("two", .cancelled)
    engine.settle()
    #expect(states(engine) == ["compensating", "compensating"])
    engine.report("one")
    engine.settle()
    #expect(states(engine) == ["compensated", "compensated"])
  }

  @Test("what is called together is there before the end of one of them undoes the others")
  func calledTogether() throws {
    let engine = try EngineHarness(handlers: ["work", "undo"])
    let quick = try ProcessDefinition("quick") { End("refused", error: "REFUSED") }
    let slow = try ProcessDefinition("slow") { Service("step", handler: "work") }
    let nested = try ProcessDefinition("nested") { Call("inner", process: "slow") }
    let parent = try ProcessDefinition("parent", saga: .global) {
      Fork("all", to: "first", "second", "third")
      Call("first", process: "quick").next("merge")
      Call("second", process: "slow").next("merge")
      Call("third", process: "nested").next("merge")
      Join("merge")
    }
    for definition in [quick, slow, nested, parent] { engine.post(.deploy(definition, folder: "/")) }
    engine.post(.start(process: "parent", version: nil, businessKey: nil, variables: [:]))
    engine.settle()
    for work in engine.stopped { engine.report(work, .cancelled) }
    engine.settle()
    #expect(states(engine) == ["compensated", "failed", "compensated", "compensated", "compensated"])
  }

  @Test("a parent that is suspended learns on resume that its child has ended")
  func suspended() throws {
    let engine = try engine {
      Call("call", process: "child")
      Service("after", handler: "work")
    }
    engine.post(.suspend(InstanceID(1)))
    engine.settle()
    engine.report("step")
    engine.settle()
    #expect(states(engine) == ["running", "completed"])
    #expect(engine.nodesStarted == ["step"])
    engine.post(.resume(InstanceID(1)))
    engine.settle()
    #expect(engine.nodesStarted == ["step", "after"])
  }

  @Test("a child that an operator cancels is an incident of its parent, and retrying calls another")
  func childCancelled() throws {
    let engine = try engine(saga: .none) { Call("call", process: "child") }
    engine.post(.cancel(InstanceID(2)))
    engine.settle()
    #expect(engine.instance(1)?.incidents == [])
    engine.report("step", .cancelled)
    engine.settle()
    #expect(engine.instance(1)?.incidents.map(\.code) == ["CALL"])
    engine.post(.retry(InstanceID(1), token: nil))
    engine.settle()
    #expect(states(engine) == ["running", "cancelled", "running"])
  }

  @Test("skipping a call ends the child")
  func skipped() throws {
    let engine = try engine { Call("call", process: "child") }
    engine.post(.skip(InstanceID(1), token: TokenID(1), outputs: Context()))
    engine.settle()
    #expect(states(engine) == ["completed", "cancelling"])
    engine.report("step")
    engine.settle()
    #expect(states(engine) == ["completed", "cancelled"])
  }

  @Test("a process that calls itself for ever rests on an incident of the innermost")
  func depth() throws {
    let engine = try EngineHarness(handlers: [])
    engine.post(.deploy(try ProcessDefinition("parent") { Call("again", process: "parent") }, folder: "/"))
    engine.post(.start(process: "parent", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    #expect(engine.instance(51)?.incidents.count == 1)
    #expect(engine.instance(52) == nil)
  }

  @Test("a child is kept while its parent could still undo it")
  func kept() throws {
    let engine = try engine {
      Call("call", process: "child")
      Service("after", handler: "work")
    }
    engine.report("step")
    engine.settle()
    engine.post(.delete(InstanceID(2)))
    engine.settle()
    #expect(engine.answers.last == "instanceNotEnded")
    #expect(engine.instance(2) != nil)
  }
}

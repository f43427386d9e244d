import EngineCore
import EngineRuntime
import Testing

@Suite("Escalations of called instances")
struct CallEscalationTests {
  /// An engine on which a `parent` has called a `child` that raises an escalation behind its first step.
  private func engine(isSuspended: Bool = false, @ProcessBuilder parent: () -> [NodeDraft]) throws -> EngineHarness {
    let engine = try EngineHarness(handlers: ["work"])
    let child = try ProcessDefinition("child") {
      Service("step", handler: "work")
      Throw("late", escalation: "LATE")
      Service("more", handler: "work")
    }
    engine.post(.deploy(child, folder: "/"))
    engine.post(.deploy(try ProcessDefinition("parent", nodes: parent), folder: "/"))
    engine.post(.start(process: "parent", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    if isSuspended { engine.post(.suspend(InstanceID(1))) }
    engine.report("step")
    engine.settle()
    return engine
  }

  private func states(_ engine: EngineHarness) -> [String] {
    (1...5).compactMap { engine.instance($0)?.state.name }
  }

  @Test("one that nobody in the child catches goes to the boundary of the call, and the child goes on")
  func beside() throws {
    let engine = try engine {
      Call("call", process: "child").on(.escalation(code: "LATE"), interrupting: false, next: "tell").next("end")
      Service("tell", handler: "work").next("end")
    }
    #expect(engine.nodesStarted == ["step", "more", "tell"])
    engine.report("more")
    engine.report("tell")
    engine.settle()
    #expect(states(engine) == ["completed", "completed"])
  }

  @Test("one that interrupts the call ends the child, whose next step does not begin")
  func interrupting() throws {
    let engine = try engine {
      Call("call", process: "child").on(.escalation(code: nil), next: "tell").next("end")
      Service("tell", handler: "work").next("end")
    }
    #expect(states(engine) == ["running", "cancelled"])
    #expect(engine.nodesStarted == ["step", "tell"])
  }

  @Test("one that ends the child is heard before its end is")
  func ending() throws {
    let engine = try EngineHarness(handlers: ["work"])
    let child = ProcessDefinition(
      key: "child", nodes: [NodeDefinition(id: "late", kind: .end(.throwing(.escalation(code: "LATE"))))], flows: [],
      start: NodeIndex(rawValue: 0))
    engine.post(.deploy(child, folder: "/"))
    let parent = try ProcessDefinition("parent") {
      Call("call", process: "child").on(.escalation(code: "LATE"), next: "tell").next("after")
      Service("after", handler: "work").next("end")
      Service("tell", handler: "work").next("end")
    }
    engine.post(.deploy(parent, folder: "/"))
    engine.post(.start(process: "parent", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    #expect(engine.nodesStarted == ["tell"])
    #expect(states(engine) == ["running", "completed"])
  }

  @Test("one that nobody in the parent catches either goes on outwards")
  func outwards() throws {
    let engine = try EngineHarness(handlers: ["work"])
    let child = try ProcessDefinition("child") {
      Service("step", handler: "work")
      Throw("late", escalation: "LATE")
      Service("more", handler: "work")
    }
    let outer = try ProcessDefinition("outer") {
      Call("call", process: "middle").on(.escalation(code: "LATE"), interrupting: false, next: "tell").next("end")
      Service("tell", handler: "work").next("end")
    }
    for definition in [child, try ProcessDefinition("middle") { Call("call", process: "child") }, outer] {
      engine.post(.deploy(definition, folder: "/"))
    }
    engine.post(.start(process: "outer", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    engine.report("step")
    engine.settle()
    #expect(engine.nodesStarted == ["step", "more", "tell"])
    #expect(states(engine) == ["running", "running", "running"])
  }

  @Test("one that comes while the parent is suspended takes effect on resume, though the child has ended since")
  func suspended() throws {
    let engine = try engine(isSuspended: true) {
      Call("call", process: "child").on(.escalation(code: "LATE"), next: "tell").next("after")
      Service("after", handler: "work").next("end")
      Service("tell", handler: "work").next("end")
    }
    engine.report("more")
    engine.settle()
    #expect(states(engine) == ["running", "completed"])
    #expect(engine.instance(1)?.deferred == [.escalation(TokenID(1), code: "LATE")])
    #expect(engine.nodesStarted == ["step", "more"])
    engine.post(.resume(InstanceID(1)))
    engine.settle()
    #expect(engine.nodesStarted == ["step", "more", "tell"])
  }
}

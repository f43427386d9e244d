import EngineCore
import Testing

@Suite("Event subprocesses and escalations")
struct EventSubprocessTests {
  /// One service task beside which things may happen.
  private func process(_ handlers: (inout TestProcess) throws -> Void) throws -> TestProcess {
    var process = TestProcess()
    try process.service("work")
    process.add("end", .end(.plain))
    process.link("work", "end")
    try handlers(&process)
    return process
  }

  /// The same inside of a subprocess, with the handlers in it.
  private func nested(
    saga: SagaPolicy = .none, _ handlers: (inout TestProcess) throws -> Void
  ) throws -> TestProcess {
    var process = TestProcess()
    process.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 1), saga: saga)))
    try process.service("work", in: "sub")
    process.add("inside", .end(.plain), in: "sub")
    try process.service("after")
    process.add("end", .end(.plain))
    process.link("work", "inside")
    process.link("sub", "after", "end")
    try handlers(&process)
    return process
  }

  private static let triggers: [(EventTrigger, String)] = [
    (.message("m"), "message"), (.signal("s"), "signal"), (.after(60), "timer"),
    ((try? .condition("x > 3")) ?? .signal("none"), "condition"),
  ]

  private func setOff(_ run: inout TestRun, _ kind: String) throws {
    switch kind {
    case "message": try run.deliver("m")
    case "signal": try run.deliver("s")
    case "timer": try run.fireNextTimer()
    default: try run.set("x", 4)
    }
  }

  @Test("one that interrupts takes the place of the scope it stands in", arguments: [0, 1, 2, 3])
  func interrupting(index: Int) throws {
    let (trigger, kind) = Self.triggers[index]
    var run = try TestRun(try process { try $0.handler("h", trigger) })
    #expect(DefinitionValidator.issues(in: run.definition).isEmpty)
    #expect(run.places == ["work:executing"])
    try setOff(&run, kind)
    #expect(run.places == ["h:waiting", "work-h:executing"])
    #expect(run.instance.subscriptions.isEmpty)
    #expect(run.instance.timers.isEmpty)
    try run.finish("work-h")
    #expect(run.instance.state == .completed)
    #expect(run.done == ["work-h", "end-h", "h"])
  }

  @Test("one that does not interrupt runs beside the rest, and the scope waits for both", arguments: [0, 1, 2, 3])
  func beside(index: Int) throws {
    let (trigger, kind) = Self.triggers[index]
    var run = try TestRun(try nested { try $0.handler("h", trigger, interrupting: false, in: "sub") })
    #expect(DefinitionValidator.issues(in: run.definition).isEmpty)
    try setOff(&run, kind)
    try run.finish("work")
    #expect(run.places == ["sub:waiting", "h:waiting", "work-h:executing"])
    try run.finish("work-h")
    #expect(run.places == ["after:executing"])
    #expect(run.instance.subscriptions.isEmpty)
    #expect(run.instance.timers.isEmpty)
  }

  @Test("one that does not interrupt can run twice at the same time")
  func twice() throws {
    var run = try TestRun(try process { try $0.handler("h", .message("m"), interrupting: false) })
    try run.deliver("m")
    try run.deliver("m")
    #expect(run.places.filter { $0 == "work-h:executing" }.count == 2)
  }

  @Test("what would start it ends with its scope")
  func closing() throws {
    var run = try TestRun(
      try nested {
        try $0.handler("m", .message("m"), in: "sub")
        try $0.handler("t", .after(60), in: "sub")
      })
    #expect(run.subscriptions == ["m message m"])
    #expect(run.instance.timers.count == 1)
    try run.finish("work")
    #expect(run.places == ["after:executing"])
    #expect(run.instance.subscriptions.isEmpty)
    #expect(run.instance.timers.isEmpty)
  }

  @Test("of the outermost scope ends with the instance, however that ends", arguments: ["done", "cancel", "terminate"])
  func closingInstance(how: String) throws {
    var run = try TestRun(
      try process {
        try $0.handler("m", .message("m"))
        try $0.handler("t", .after(60))
      })
    switch how {
    case "done": try run.finish("work")
    case "cancel":
      try run.perform(.cancel)
      try run.finish("work")
    default: try run.perform(.terminate)
    }
    #expect(run.instance.state.isEnd)
    #expect(run.instance.subscriptions.isEmpty)
    #expect(run.instance.timers.isEmpty)
  }

  @Test("one that interrupts ends another that is running")
  func interruptsAnother() throws {
    var run = try TestRun(
      try process {
        try $0.handler("note", .message("note"), interrupting: false)
        try $0.handler("stop", .message("stop"))
      })
    try run.deliver("note")
    #expect(run.places == ["work:executing", "note:waiting", "work-note:executing"])
    try run.deliver("stop")
    #expect(run.places == ["stop:waiting", "work-stop:executing"])
    #expect(run.instance.subscriptions.isEmpty)
    try run.finish("work-stop")
    #expect(run.instance.state == .completed)
  }

  @Test("a terminate end inside of one ends only that one")
  func terminateEnd() throws {
    var process = TestProcess()
    try process.service("work")
    process.add("end", .end(.plain))
    process.link("work", "end")
    process.add(
      "h",
      .subprocess(
        Subprocess(
          start: NodeIndex(rawValue: 3), event: EventStart(trigger: .message("m"), isInterrupting: false))))
    process.add("fork", .parallelGateway, in: "h")
    try process.service("slow", in: "h")
    try process.service("quick", in: "h")
    process.add("stop", .end(.terminate), in: "h")
    process.link("fork", "slow", "stop")
    process.link("fork", "quick", "stop")
    var run = try TestRun(process)
    try run.deliver("m")
    try run.finish("quick")
    #expect(run.places == ["work:executing"])
    try run.finish("work")
    #expect(run.instance.state == .completed)
  }

  @Test("an error is handled in the scope where it happens, before anything is undone")
  func errors() throws {
    var run = try TestRun(
      try nested(saga: .global) {
        try $0.handler("any", .error(code: nil), in: "sub")
        try $0.handler("known", .error(code: "KNOWN"), in: "sub")
      })
    #expect(DefinitionValidator.issues(in: run.definition).isEmpty)
    var other = run
    try run.fail("work", code: "KNOWN")
    #expect(run.places == ["sub:waiting", "known:waiting", "work-known:executing"])
    try run.finish("work-known")
    #expect(run.places == ["after:executing"])
    try other.fail("work", code: "OTHER")
    #expect(other.places == ["sub:waiting", "any:waiting", "work-any:executing"])
  }

  @Test("an error inside of one is not handled by it or its neighbour, but on the border of the scope")
  func errorInside() throws {
    var process = try nested {
      try $0.handler("any", .error(code: nil), in: "sub")
      try $0.handler("note", .message("note"), interrupting: false, in: "sub")
    }
    process.boundary("caught", on: "sub", .error(code: nil))
    process.link("caught", "end")
    var run = try TestRun(process)
    try run.deliver("note")
    try run.fail("work-note")
    #expect(run.instance.state == .completed)
    #expect(run.done == ["caught", "end"])
  }

  @Test("compensation closes what would start one")
  func compensation() throws {
    var process = try process { try $0.handler("h", .message("m")) }
    try process.service("first", undo: true)
    process.saga = .global
    var run = try TestRun(process)
    try run.perform(.compensate(reason: "by hand"))
    #expect(run.instance.subscriptions.isEmpty)
    try run.finish("work")
    #expect(run.instance.state == .compensated)
  }

  // MARK: Escalations

  private func escalating(_ handlers: (inout TestProcess) throws -> Void) throws -> TestProcess {
    var process = TestProcess()
    process.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 1))))
    process.add("tell", .throwEvent(.escalation(code: "LATE")), in: "sub")
    try process.service("work", in: "sub")
    process.add("inside", .end(.plain), in: "sub")
    process.add("end", .end(.plain))
    process.link("tell", "work", "inside")
    process.link("sub", "end")
    try handlers(&process)
    return process
  }

  @Test("an escalation that nobody catches changes nothing")
  func uncaught() throws {
    let run = try TestRun(try escalating { _ in })
    #expect(run.places == ["sub:waiting", "work:executing"])
  }

  @Test("an escalation goes to the border of its subprocess, which goes on or is ended", arguments: [false, true])
  func escalation(interrupting: Bool) throws {
    var run = try TestRun(
      try escalating {
        $0.boundary("any", on: "sub", .escalation(code: nil))
        $0.boundary("late", on: "sub", .escalation(code: "LATE"), interrupting: interrupting)
        try $0.service("chase")
        $0.link("any", "end")
        $0.link("late", "chase", "end")
      })
    #expect(DefinitionValidator.issues(in: run.definition).isEmpty)
    #expect(run.places == (interrupting ? ["chase:executing"] : ["sub:waiting", "work:executing", "chase:executing"]))
    try run.finish("chase")
    if !interrupting { try run.finish("work") }
    #expect(run.instance.state == .completed)
  }

  @Test("an event subprocess catches it before the border does; one that does not interrupt lets it be thrown again")
  func escalationInside() throws {
    var process = try escalating {
      try $0.handler("note", .escalation(code: "LATE"), interrupting: false, in: "sub")
      $0.boundary("late", on: "sub", .escalation(code: "LATE"))
      $0.link("late", "end")
    }
    process.add("tell-again", .throwEvent(.escalation(code: "OVERDUE")), in: "sub")
    try process.handler("give-up", .escalation(code: "OVERDUE"), in: "sub")
    var run = try TestRun(process)
    #expect(run.places == ["sub:waiting", "note:waiting", "work:executing", "work-note:executing"])
    try run.finish("work-note")
    #expect(run.places == ["sub:waiting", "work:executing"])
  }

  @Test("first beside the rest, then in its place")
  func besideThenInPlace() throws {
    var process = TestProcess()
    process.add("tell", .throwEvent(.escalation(code: "LATE")))
    try process.service("work")
    process.add("end", .end(.throwing(.escalation(code: "OVERDUE"))))
    process.link("tell", "work", "end")
    try process.handler("note", .escalation(code: "LATE"), interrupting: false)
    try process.handler("give-up", .escalation(code: nil))
    var run = try TestRun(process)
    #expect(run.places == ["note:waiting", "work:executing", "work-note:executing"])
    try run.finish("work")
    #expect(run.places == ["give-up:waiting", "work-give-up:executing"])
    try run.finish("work-give-up")
    #expect(run.instance.state == .completed)
    #expect(run.done.last == "give-up")
  }
}

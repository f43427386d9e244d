import EngineCore
import Testing

@Suite("A subprocess with a compensation event subprocess is undone by that")
struct CompensationSubprocessTests {
  /// `before`, then `trip` with `hotel`, `flight` and the event subprocess `undo`, then `last`.
  private func trip(
    saga: SagaPolicy = .global, undo: SagaPolicy = .none, inside: (inout TestProcess) throws -> Void
  ) throws -> TestRun {
    var process = TestProcess()
    process.step("before")
    process.scope("trip")
    process.step("hotel", in: "trip")
    process.step("flight", in: "trip")
    process.add(
      "undo",
      .subprocess(
        Subprocess(
          start: NodeIndex(rawValue: process.count + 1), saga: undo, event: EventStart(trigger: .compensation))),
      in: "trip")
    try inside(&process)
    try process.service("last")
    process.link("before", "trip", "last")
    process.link("hotel", "flight")
    process.saga = saga
    var run = try TestRun(process, variables: ["price": 5])
    try run.finishAll("before", "hotel", "flight")
    return run
  }

  @Test("its own work is done instead of that of the steps; then what came before is undone")
  func instead() throws {
    var run = try trip { try $0.service("apologise", in: "undo") }
    try run.fail("last")
    #expect(run.places == ["trip:waiting", "apologise:executing"])
    try run.finish("apologise")
    #expect(run.undoing == ["before"])
    try run.finish("before")
    #expect(run.instance.state == .compensated)
    #expect(run.undone == ["trip", "before"])
  }

  @Test("it may throw at the steps: all of them or one; the rest is left as it is", arguments: [true, false])
  func throwing(all: Bool) throws {
    var run = try trip { process in
      process.add(
        "back-out", .throwEvent(.compensation(activity: all ? nil : process.index("hotel"))), in: "undo")
      try process.service("tell", in: "undo")
      process.link("back-out", "tell")
    }
    try run.fail("last")
    if all {
      #expect(run.undoing == ["flight"])
      try run.finish("flight")
    }
    #expect(run.undoing == ["hotel"])
    try run.finish("hotel")
    #expect(run.places == ["trip:waiting", "tell:executing"])
    try run.finish("tell")
    #expect(try run.undoAll() == [["before"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("it sees the variables as they were, and changes none of the instance's")
  func variables() throws {
    var run = try trip { process in
      try process.service("refund", output: ["price": "result", "note": "result"], in: "undo")
    }
    try run.perform(.setVariables([VariableChange(name: "price", value: 99)]))
    try run.fail("last")
    let seen = run.effects.compactMap { effect in
      if case .startWork(let work) = effect { work.variables["price"] } else { nil }
    }
    #expect(seen == [5])
    try run.finish("refund", .completed(result: 0))
    #expect(run.instance.variables[.root]["price"] == 99)
    #expect(run.instance.variables[.root]["note"] == nil)
  }

  @Test("a failure inside it rests on an incident; nothing is done twice when it is retried")
  func failing() throws {
    var run = try trip { process in
      process.add("back-out", .throwEvent(.compensation(activity: nil)), in: "undo")
      try process.service("tell", in: "undo")
      process.link("back-out", "tell")
    }
    try run.fail("last")
    try run.finish("flight")
    try run.finish("hotel")
    try run.fail("tell")
    #expect(run.kinds("tell") == [.workFailed])
    try run.perform(.retry(nil))
    try run.finish("tell")
    #expect(try run.undoAll() == [["before"]])
    #expect(run.undone == ["flight", "hotel", "trip", "before"])
  }

  @Test("an error end inside it halts the run; retrying begins it again with what it had not undone")
  func errorEnd() throws {
    var run = try trip { process in
      process.add("back-out", .throwEvent(.compensation(activity: process.index("flight"))), in: "undo")
      process.add("sure", .exclusiveGateway(defaultFlow: nil), in: "undo")
      process.add("no", .end(.error(code: "NO")), in: "undo")
      process.add("yes", .end(.plain), in: "undo")
      process.link("back-out", "sure")
      process.link("sure", "no", when: "price = 5")
      process.link("sure", "yes", when: "price != 5")
    }
    try run.fail("last")
    try run.finish("flight")
    #expect(run.kinds("trip") == [.compensationFailed])
    #expect(run.instance.runs.map(\.phase) == [.halted])
    #expect(run.instance.scopes.isEmpty)
    try run.perform(.retry(nil))
    #expect(run.undone == ["flight"])
    try run.perform(.skip(try run.token("trip").id, outputs: Context()))
    #expect(try run.undoAll() == [["before"]])
    #expect(run.instance.state == .compensated)
  }

  @Test(
    "an error that its own saga answers ends its other branches, undoes the steps and halts the run: its whole is itself",
    arguments: [SagaPolicy.local, .global])
  func ownSaga(saga: SagaPolicy) throws {
    var run = try trip(undo: saga) { process in
      process.add("fork", .parallelGateway, in: "undo")
      try process.service("ask", in: "undo")
      try process.service("tell", in: "undo")
      process.add("wait", .catchEvent(.signal("news")), in: "undo")
      process.link("fork", "ask")
      process.link("fork", "tell")
      process.link("fork", "wait")
    }
    try run.fail("last")
    #expect(run.places == ["trip:waiting", "ask:executing", "tell:executing", "wait:waiting"])
    try run.finish("ask", .businessError(code: "NO", message: "no"))
    // Its handlers get the grace that everybody gets.
    #expect(run.places == ["trip:waiting", "tell:executing"])
    try run.finish("tell", .cancelled)
    #expect(try run.undoAll() == [["flight"], ["hotel"]])
    #expect(run.kinds("trip") == [.compensationFailed])
    #expect(run.instance.runs.map(\.phase) == [.halted])
    #expect(run.instance.scopes.isEmpty)
    try run.perform(.skip(try run.token("trip").id, outputs: Context()))
    #expect(try run.undoAll() == [["before"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("a step of it whose handler is gone is not in doubt: nobody undoes the undoing of something")
  func noDoubtInside() throws {
    var run = try trip(undo: .local) { process in
      process.add("fork", .parallelGateway, in: "undo")
      try process.service("ask", in: "undo")
      process.step("tell", in: "undo")
      process.link("fork", "ask")
      process.link("fork", "tell")
    }
    try run.fail("last")
    try run.finish("ask", .businessError(code: "NO", message: "no"))
    #expect(run.places == ["trip:waiting", "tell:executing"])
    try run.finish("tell", .cancelled)
    #expect(run.undoing == ["flight"])
  }

  @Test("a throw event beside the subprocess sets it off, too")
  func thrownAt() throws {
    var process = TestProcess()
    process.scope("trip")
    process.step("hotel", in: "trip")
    process.add(
      "undo",
      .subprocess(
        Subprocess(start: NodeIndex(rawValue: process.count + 1), event: EventStart(trigger: .compensation))),
      in: "trip")
    try process.service("apologise", in: "undo")
    process.add("throw", .throwEvent(.compensation(activity: process.index("trip"))))
    try process.service("next")
    process.link("trip", "throw", "next")
    var run = try TestRun(process)
    try run.finish("hotel")
    #expect(run.places == ["throw:waiting", "trip:waiting", "apologise:executing"])
    try run.finish("apologise")
    #expect(run.places == ["next:executing"])
  }

  @Test("a wider compensation waits until it is done, and does not do it again")
  func takenOver() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.scope("trip")
    process.step("hotel", in: "trip")
    process.add(
      "undo",
      .subprocess(
        Subprocess(start: NodeIndex(rawValue: process.count + 1), event: EventStart(trigger: .compensation))),
      in: "trip")
    process.add("back-out", .throwEvent(.compensation(activity: nil)), in: "undo")
    try process.service("tell", in: "undo")
    process.link("back-out", "tell")
    process.add("throw", .throwEvent(.compensation(activity: nil)))
    try process.service("next")
    try process.service("bad")
    process.fork("fork", to: "trip", "bad")
    process.link("trip", "throw", "next")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("hotel")
    try run.fail("bad")
    #expect(run.undoing == ["hotel"])
    try run.finish("hotel")
    try run.finish("tell")
    #expect(run.instance.state == .compensated)
    #expect(run.undone == ["hotel", "trip"])
  }

  @Test("a subprocess that did not complete is undone step by step")
  func open() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.scope("trip")
    process.step("hotel", in: "trip")
    try process.service("waits", in: "trip")
    process.add(
      "undo",
      .subprocess(
        Subprocess(start: NodeIndex(rawValue: process.count + 1), event: EventStart(trigger: .compensation))),
      in: "trip")
    try process.service("apologise", in: "undo")
    try process.service("bad")
    process.fork("fork", to: "trip", "bad")
    process.link("hotel", "waits")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("hotel")
    try run.fail("bad")
    try run.finish("waits")
    #expect(try run.undoAll() == [["hotel"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("an error that leaves it halts the run: boundary events of the subprocess catch only what goes forward")
  func leavingByAnError() throws {
    var process = TestProcess()
    process.scope("trip")
    process.step("hotel", in: "trip")
    process.add(
      "undo",
      .subprocess(
        Subprocess(
          start: NodeIndex(rawValue: process.count + 1), saga: .local, event: EventStart(trigger: .compensation))),
      in: "trip")
    try process.service("apologise", in: "undo")
    process.add("broken", .end(.error(code: "E")), in: "undo")
    process.add("throw", .throwEvent(.compensation(activity: nil)))
    try process.service("next")
    process.catching("caught", .error(code: nil), on: "trip")
    try process.service("elsewhere")
    process.link("apologise", "broken")
    process.link("trip", "throw", "next")
    process.link("caught", "elsewhere")
    var run = try TestRun(process)
    try run.finishAll("hotel", "apologise")
    #expect(run.undoing == ["hotel"])
    try run.finish("hotel")
    #expect(run.places == ["throw:waiting", "trip:failed"])
    #expect(run.kinds("trip") == [.compensationFailed])
    try run.perform(.retry(try run.token("trip").id))
    #expect(run.places == ["throw:waiting", "trip:waiting", "apologise:executing"])
  }
}

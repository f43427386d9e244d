import EngineCore
import Testing

@Suite("Compensation throw events undo completed steps of their own scope and go on")
struct CompensationThrowTests {
  private func line(_ kind: (TestProcess) -> NodeKind, saga: SagaPolicy = .none) throws -> TestRun {
    var process = TestProcess()
    process.step("a")
    process.step("b")
    process.add("throw", kind(process))
    try process.service("next")
    process.link("a", "b", "throw", "next")
    process.saga = saga
    var run = try TestRun(process)
    try run.finishAll("a", "b")
    return run
  }

  @Test("everything of the scope is undone in reverse order; then the token goes on and the instance completes")
  func all() throws {
    var run = try line { _ in .throwEvent(.compensation(activity: nil)) }
    #expect(run.instance.state == .running)
    #expect(run.places == ["throw:waiting", "b:executing"])
    #expect(try run.undoAll() == [["b"], ["a"]])
    #expect(run.places == ["next:executing"])
    try run.finish("next")
    #expect(run.instance.state == .completed)
  }

  @Test("with an activity only its records are undone")
  func oneActivity() throws {
    var run = try line { .throwEvent(.compensation(activity: $0.index("a"))) }
    #expect(try run.undoAll() == [["a"]])
    #expect(run.places == ["next:executing"])
    #expect(run.instance.records.map(\.state) == [.done, .pending])
  }

  @Test("an activity that loops is undone once for each time it completed")
  func loops() throws {
    var process = TestProcess()
    process.step("a")
    process.add("again", .exclusiveGateway(defaultFlow: nil))
    process.add("throw", .throwEvent(.compensation(activity: process.index("a"))))
    try process.service("next")
    process.link("a", "again")
    process.link("again", "a", when: "more")
    process.link("again", "throw", when: "not(more)")
    process.link("throw", "next")
    var run = try TestRun(process, variables: ["more": true])
    try run.finish("a")
    try run.perform(.setVariables([VariableChange(name: "more", value: false)]))
    try run.finish("a")
    #expect(try run.undoAll() == [["a"], ["a"]])
  }

  @Test("when there is nothing to undo the token goes on at once")
  func nothing() throws {
    var process = TestProcess()
    process.add("throw", .throwEvent(.compensation(activity: nil)))
    try process.service("next")
    process.link("throw", "next")
    let run = try TestRun(process)
    #expect(run.places == ["next:executing"])
    #expect(run.instance.runs.isEmpty)
  }

  @Test("a compensation end event undoes, and then the instance completes")
  func endEvent() throws {
    var process = TestProcess()
    process.step("a")
    process.add("end", .end(.throwing(.compensation(activity: nil))))
    process.link("a", "end")
    var run = try TestRun(process)
    try run.finish("a")
    #expect(run.places == ["end:waiting", "a:executing"])
    try run.finish("a")
    #expect(run.instance.state == .completed)
    #expect(run.done == ["a", "undo-a", "end"])
  }

  @Test("other branches go on, and what they record meanwhile is left alone")
  func besides() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.step("a")
    process.add("throw", .throwEvent(.compensation(activity: nil)))
    process.step("other")
    try process.service("more")
    process.fork("fork", to: "a", "other")
    process.link("a", "throw")
    process.link("other", "more")
    process.add("end", .end(.plain))
    process.link("throw", "end")
    var run = try TestRun(process)
    try run.finish("a")
    try run.finish("other")
    #expect(run.places == ["throw:waiting", "a:executing", "more:executing"])
    try run.finish("a")
    #expect(run.places == ["more:executing"])
    #expect(run.undone == ["a"])
  }

  @Test("a completed subprocess is undone step by step when it is named, and an open one is not touched")
  func subprocesses() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.scope("sub")
    process.step("in-sub", in: "sub")
    process.step("two", in: "sub")
    process.scope("open")
    process.step("in-open", in: "open")
    try process.service("stays", in: "open")
    process.step("outside")
    process.add("throw", .throwEvent(.compensation(activity: process.index("sub"))))
    process.add("throw-all", .throwEvent(.compensation(activity: nil)))
    try process.service("next")
    process.link("in-sub", "two")
    process.link("in-open", "stays")
    process.fork("fork", to: "sub", "open")
    process.link("sub", "outside", "throw", "throw-all", "next")
    var run = try TestRun(process)
    try run.finishAll("in-sub", "two", "in-open", "outside")
    #expect(run.undoing == ["two"])
    try run.finish("two")
    try run.finish("in-sub")
    #expect(run.undoing == ["outside"])
    try run.finish("outside")
    #expect(run.undone == ["two", "in-sub", "outside"])
    #expect(run.places.contains("next:executing"))
  }

  @Test("a throw event in a subprocess undoes only what that subprocess did")
  func ownScope() throws {
    var process = TestProcess()
    process.step("before")
    process.scope("sub")
    process.step("inner", in: "sub")
    process.add("throw", .throwEvent(.compensation(activity: nil)), in: "sub")
    try process.service("last", in: "sub")
    process.link("before", "sub")
    process.link("inner", "throw", "last")
    var run = try TestRun(process)
    try run.finishAll("before", "inner")
    #expect(try run.undoAll() == [["inner"]])
    #expect(run.places == ["sub:waiting", "last:executing"])
    #expect(run.instance.records.filter { $0.state == .pending }.count == 1)
  }

  @Test("two throw events of one scope take turns, so that the reverse order is kept")
  func takingTurns() throws {
    var process = TestProcess()
    process.step("a")
    process.step("b")
    process.add("fork", .parallelGateway)
    process.add("left", .throwEvent(.compensation(activity: process.index("b"))))
    process.add("right", .throwEvent(.compensation(activity: process.index("a"))))
    try process.service("after-left")
    try process.service("after-right")
    process.link("a", "b", "fork")
    process.fork("fork", to: "left", "right")
    process.link("left", "after-left")
    process.link("right", "after-right")
    var run = try TestRun(process)
    try run.finishAll("a", "b")
    #expect(run.undoing == ["b"])
    try run.finish("b")
    #expect(run.undoing == ["a"])
    #expect(run.places.contains("after-left:executing"))
  }

  @Test("a failure elsewhere takes the rest over, and what is done is not done twice")
  func takenOver() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.step("a")
    process.step("b")
    process.step("c")
    process.add("throw", .throwEvent(.compensation(activity: nil)))
    try process.service("next")
    try process.service("bad")
    process.fork("fork", to: "a", "bad")
    process.link("a", "b", "c", "throw", "next")
    process.saga = .global
    var run = try TestRun(process)
    try run.finishAll("a", "b", "c")
    try run.finish("c")
    #expect(run.undoing == ["b"])
    try run.fail("bad")
    #expect(run.undoing == ["b"])
    try run.finish("b")
    #expect(try run.undoAll() == [["a"]])
    #expect(run.undone == ["c", "b", "a"])
    #expect(run.instance.state == .compensated)
  }

  @Test("a failed compensation of a throw event halts it with an incident; an operator's skip lets the token go on")
  func halting() throws {
    var run = try line { _ in .throwEvent(.compensation(activity: nil)) }
    try run.fail("b")
    #expect(run.kinds("b") == [.compensationFailed])
    #expect(run.places == ["throw:waiting", "b:failed"])
    try run.perform(.skip(try run.token("b").id, outputs: Context()))
    try run.finish("a")
    #expect(run.places == ["next:executing"])
  }

  @Test("skipping the throw event ends its compensation; what was not undone can be undone later")
  func skipped() throws {
    var run = try line { _ in .throwEvent(.compensation(activity: nil)) }
    try run.perform(.skip(try run.token("throw").id, outputs: Context()))
    #expect(run.places == ["next:executing"])
    #expect(run.instance.records.map(\.state) == [.pending, .pending])
    try run.perform(.compensate(reason: "by hand"))
    #expect(run.instance.state == .compensating)
  }

  @Test("cancel and terminate during a throw event's compensation undo nothing more", arguments: [true, false])
  func ended(cancel: Bool) throws {
    var run = try line { _ in .throwEvent(.compensation(activity: nil)) }
    try run.perform(cancel ? .cancel : .terminate)
    if cancel { try run.fireNextTimer() }
    #expect(run.instance.state == (cancel ? .cancelled : .terminated))
    #expect(run.undone.isEmpty)
  }

  @Test("a terminate end event in the same subprocess ends a throw event's compensation with everything else")
  func terminated() throws {
    var process = TestProcess()
    process.scope("sub")
    process.add("fork", .parallelGateway, in: "sub")
    process.step("a", in: "sub")
    process.add("throw", .throwEvent(.compensation(activity: nil)), in: "sub")
    try process.service("next", in: "sub")
    try process.service("other", in: "sub")
    process.add("stop", .end(.terminate), in: "sub")
    try process.service("behind")
    process.fork("fork", to: "a", "other")
    process.link("a", "throw", "next")
    process.link("other", "stop")
    process.link("sub", "behind")
    var run = try TestRun(process)
    try run.finishAll("a", "other")
    #expect(run.places == ["behind:executing"])
    #expect(run.instance.runs.isEmpty)
  }

  @Test("what a subprocess that was open had done is left alone, also when it completes meanwhile")
  func openSubprocess() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.scope("scope")
    process.step("inside", in: "scope")
    try process.service("rest", in: "scope")
    process.step("a")
    process.add("throw", .throwEvent(.compensation(activity: nil)))
    try process.service("next")
    process.fork("fork", to: "scope", "a")
    process.link("inside", "rest")
    process.link("a", "throw", "next")
    var run = try TestRun(process)
    try run.finishAll("inside", "a")
    #expect(run.undoing == ["a"])
    try run.finish("rest")
    #expect(run.undoing == ["a"])
    #expect(try run.undoAll() == [["a"]])
    #expect(run.places == ["next:executing"])
    #expect(run.instance.records.map(\.state) == [.pending, .done])
  }
}

import EngineCore
import Testing

@Suite("Sagas inside of sagas")
struct NestedSagaTests {
  /// `outer-step`, then `sub` with `inner` and `broken`; the scope and the process have a saga each.
  private func nested(inner: SagaPolicy, outer: SagaPolicy, undo: Bool = false) throws -> TestRun {
    var process = TestProcess()
    process.step("outer-step")
    process.scope("sub", saga: inner, undo: undo)
    process.step("inner", in: "sub")
    try process.service("broken", in: "sub")
    try process.service("last")
    process.link("outer-step", "sub", "last")
    process.link("inner", "broken")
    process.saga = outer
    var run = try TestRun(process)
    try run.finishAll("outer-step", "inner")
    return run
  }

  @Test("an error that no boundary event of a local scope catches makes the parent fail alike")
  func uncaught() throws {
    var run = try nested(inner: .local, outer: .global)
    try run.fail("broken")
    #expect(run.instance.state == .running)
    try run.finish("inner")
    #expect(run.instance.state == .compensating)
    #expect(try run.undoAll() == [["outer-step"]])
    #expect(run.undone == ["inner", "outer-step"])
    #expect(run.instance.state == .compensated)
  }

  @Test("where the parent has no saga, the subprocess rests on an incident after it was undone")
  func noParent() throws {
    var run = try nested(inner: .local, outer: .none)
    try run.fail("broken")
    try run.finish("inner")
    #expect(run.places == ["sub:failed"])
    try run.perform(.retry(nil))
    #expect(run.places == ["sub:waiting", "inner:executing"])
  }

  @Test("a scope that says `global` undoes the whole instance")
  func globalInside() throws {
    var run = try nested(inner: .global, outer: .none)
    try run.fail("broken")
    #expect(try run.undoAll() == [["inner"], ["outer-step"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("a local scope at the root ends the instance as compensated")
  func localRoot() throws {
    var run = try nested(inner: .none, outer: .local)
    try run.fail("broken")
    #expect(try run.undoAll() == [["inner"], ["outer-step"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("a subprocess with its own compensation is undone as a whole, and its steps are not")
  func whole() throws {
    var run = try nested(inner: .none, outer: .global, undo: true)
    try run.finish("broken")
    try run.fail("last")
    #expect(try run.undoAll() == [["sub"], ["outer-step"]])
  }

  @Test("a failure outside while a local scope is being undone takes over and undoes nothing twice")
  func absorbed() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.scope("sub", saga: .local)
    process.step("one", in: "sub")
    process.step("two", in: "sub")
    try process.service("broken", in: "sub")
    try process.service("bad")
    process.fork("fork", to: "sub", "bad")
    process.link("one", "two", "broken")
    process.saga = .global
    var run = try TestRun(process)
    try run.finishAll("one", "two")
    try run.fail("broken")
    #expect(run.undoing == ["two"])
    try run.fail("bad")
    try run.finish("two")
    #expect(try run.undoAll() == [["one"]])
    #expect(run.undone == ["two", "one"])
    #expect(run.instance.state == .compensated)
  }

  @Test("a boundary event of a local scope that is being undone no longer cuts in")
  func undisturbed() throws {
    var process = TestProcess()
    process.scope("sub", saga: .local)
    process.step("one", in: "sub")
    try process.service("broken", in: "sub")
    process.catching("late", .timer(.delay(.seconds(5))), on: "sub")
    try process.service("behind")
    process.link("one", "broken")
    process.link("late", "behind")
    var run = try TestRun(process)
    try run.finish("one")
    try run.fail("broken")
    #expect(run.instance.timers.isEmpty)
    #expect(run.undoing == ["one"])
  }

  @Test("parallel branches are undone in the reverse of their completing units")
  func interleaved() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    for id in ["a1", "a2", "b1", "b2"] { process.step(id) }
    process.add("join", .parallelGateway)
    try process.service("last")
    process.fork("fork", to: "a1", "b1")
    process.link("a1", "a2", "join", "last")
    process.link("b1", "b2", "join")
    process.saga = .global
    var run = try TestRun(process)
    try run.finishAll("a1", "b1", "b2", "a2")
    try run.fail("last")
    #expect(try run.undoAll() == [["a2"], ["b2"], ["b1"], ["a1"]])
  }
}

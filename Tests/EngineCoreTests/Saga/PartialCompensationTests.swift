import EngineCore
import Testing

@Suite("An operator can have a part undone")
struct PartialCompensationTests {
  private func line() throws -> TestRun {
    var process = TestProcess()
    process.step("a")
    process.step("b")
    process.step("c")
    try process.service("d")
    process.link("a", "b", "c", "d")
    var run = try TestRun(process)
    try run.finishAll("a", "b", "c")
    return run
  }

  private func back(_ run: TestRun, to node: String) throws -> CompensationTarget {
    try CompensationTarget.back(to: node, in: run.history, of: run.instance, run.definition)
  }

  @Test("back to a node: what came after it is undone, then the instance goes on behind it")
  func backTo() throws {
    var run = try line()
    try run.perform(.compensate(reason: "wrong size", target: try back(run, to: "a")))
    #expect(run.instance.state == .running)
    try run.finish("d", .cancelled)
    #expect(try run.undoAll() == [["c"], ["b"]])
    #expect(run.places == ["b:executing"])
    try run.finishAll("b", "c", "d")
    #expect(run.instance.state == .completed)
    try run.perform(.compensate(reason: "all of it"))
    #expect(try run.undoAll() == [["c"], ["b"], ["a"]])
  }

  @Test("back to a node of a loop means its last completion")
  func backToLatest() throws {
    var run = try line()
    try run.perform(.compensate(reason: "again", target: try back(run, to: "a")))
    try run.finish("d", .cancelled)
    _ = try run.undoAll()
    try run.finish("b")
    try run.perform(.compensate(reason: "again", target: try back(run, to: "b")))
    try run.finish("c", .cancelled)
    #expect(run.kinds("c") == [.inDoubt])
    try run.perform(.skip(try run.token("c").id, outputs: Context()))
    #expect(run.places == ["c:executing"])
    #expect(run.undone == ["c", "b"])
  }

  @Test("going back is refused when the node never completed, when nothing follows it, and when branches were lost")
  func refusedBack() throws {
    let run = try line()
    #expect(throws: Rejection.self) { try back(run, to: "d") }
    #expect(throws: Rejection.self) { try back(run, to: "nowhere") }
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.step("left")
    try process.service("right")
    try process.service("next")
    process.fork("fork", to: "left", "right")
    process.link("left", "next")
    var forked = try TestRun(process)
    try forked.finish("left")
    #expect(throws: Rejection.self) { try back(forked, to: "left") }
  }

  @Test("going back inside a subprocess leaves everything outside of it alone")
  func backInside() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.scope("sub")
    process.step("one", in: "sub")
    process.step("two", in: "sub")
    try process.service("three", in: "sub")
    try process.service("beside")
    process.fork("fork", to: "sub", "beside")
    process.link("one", "two", "three")
    var run = try TestRun(process)
    try run.finishAll("one", "two")
    try run.perform(.compensate(reason: "again", target: try back(run, to: "one")))
    try run.finish("three", .cancelled)
    #expect(try run.undoAll() == [["two"]])
    #expect(run.places == ["sub:waiting", "beside:executing", "two:executing"])
  }

  @Test(
    "an open subprocess is undone and then waits for an operator: retry begins it again, skip goes on behind it",
    arguments: [true, false])
  func openScope(retry: Bool) throws {
    var process = TestProcess()
    process.step("before")
    process.scope("sub")
    process.step("inner", in: "sub")
    try process.service("stuck", in: "sub")
    try process.service("behind")
    process.link("before", "sub", "behind")
    process.link("inner", "stuck")
    process.saga = .global
    var run = try TestRun(process)
    try run.finishAll("before", "inner")
    try run.perform(.compensate(reason: "this part", target: .scope(node: "sub")))
    try run.finish("stuck", .cancelled)
    #expect(try run.undoAll() == [["inner"]])
    #expect(run.places == ["sub:failed"])
    #expect(run.instance.state == .running)
    let host = try run.token("sub").id
    if retry {
      try run.perform(.retry(host))
      #expect(run.places == ["sub:waiting", "inner:executing"])
    } else {
      try run.perform(.skip(host, outputs: Context()))
      #expect(run.places == ["behind:executing"])
    }
  }

  @Test("of a completed subprocess the records are undone while everything else goes on")
  func completedScope() throws {
    var process = TestProcess()
    process.scope("sub")
    process.step("one", in: "sub")
    process.step("two", in: "sub")
    process.step("after")
    try process.service("going-on")
    process.link("one", "two")
    process.link("sub", "after", "going-on")
    var run = try TestRun(process)
    try run.finishAll("one", "two", "after")
    try run.perform(.compensate(reason: "that part", target: .scope(node: "sub")))
    #expect(run.places == ["going-on:executing", "two:executing"])
    try run.finish("going-on")
    #expect(run.instance.state == .running)
    #expect(try run.undoAll() == [["two"], ["one"]])
    #expect(run.instance.state == .completed)
    #expect(run.instance.records.map(\.state) == [.done, .done, .pending])
  }

  private func completed() throws -> TestRun {
    var process = TestProcess()
    process.step("a")
    process.step("b")
    process.step("c")
    process.link("a", "b", "c")
    var run = try TestRun(process)
    try run.finishAll("a", "b", "c")
    return run
  }

  @Test("of a completed instance one step can be undone; it stays completed, and the rest can be undone later")
  func completedInstance() throws {
    var run = try completed()
    try run.perform(.compensate(reason: "only the second", target: .scope(node: "b")))
    #expect(run.instance.state == .compensating)
    #expect(run.instance.endedAt == nil)
    #expect(try run.undoAll() == [["b"]])
    #expect(run.instance.state == .completed)
    #expect(run.instance.endedAt == run.now)
    #expect(run.instance.records.map(\.state) == [.pending, .done, .pending])
    #expect(throws: Rejection.self) {
      try run.perform(.compensate(reason: "once more", target: .scope(node: "b")))
    }
    var step = run
    try step.perform(.compensate(reason: "the first too", target: .scope(node: "a")))
    #expect(try step.undoAll() == [["a"]])
    #expect(step.instance.state == .completed)
    try step.perform(.compensate(reason: "and the last", target: .scope(node: "c")))
    #expect(try step.undoAll() == [["c"]])
    #expect(step.instance.state == .compensated)
    try run.perform(.compensate(reason: "all that is left"))
    #expect(try run.undoAll() == [["c"], ["a"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("while a part of a completed instance is undone, more of it can be asked for, but there is no going on")
  func completedInstanceMore() throws {
    var run = try completed()
    let back = try back(run, to: "a")
    try run.perform(.compensate(reason: "the second", target: .scope(node: "b")))
    #expect(throws: Rejection.self) { try run.perform(.compensate(reason: "again", target: back)) }
    var other = run
    try other.perform(.compensate(reason: "the first too", target: .scope(node: "a")))
    #expect(try other.undoAll() == [["b"], ["a"]])
    #expect(other.instance.state == .completed)
    try run.perform(.compensate(reason: "all of it"))
    #expect(try run.undoAll() == [["b"], ["c"], ["a"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("behind a node nothing goes on unwatched: when a condition of its scope cannot be evaluated, a person is asked")
  func unwatched() throws {
    var process = TestProcess()
    process.step("a")
    process.step("b")
    try process.service("c")
    process.link("a", "b", "c")
    let handling = process.count
    process.add(
      "late",
      .subprocess(
        Subprocess(
          start: NodeIndex(rawValue: handling + 1),
          event: EventStart(trigger: .timer(.expression(try Expression("limit"))), isInterrupting: false))))
    try process.service("note", in: "late")
    var run = try TestRun(process, variables: ["limit": "PT5S"])
    try run.finishAll("a", "b")
    #expect(run.instance.timers.count == 1)
    try run.perform(.compensate(reason: "again", target: try back(run, to: "a")))
    try run.perform(.setVariables([VariableChange(name: "limit", value: "soon")]))
    try run.finish("c", .cancelled)
    #expect(try run.undoAll() == [["b"]])
    #expect(run.places == ["b:failed"])
    #expect(run.kinds("b") == [.expressionFailed])
    try run.perform(.retry(try run.token("b").id))
    #expect(run.places == ["b:failed"])
    try run.perform(.setVariables([VariableChange(name: "limit", value: "PT7S")]))
    try run.perform(.retry(try run.token("b").id))
    #expect(run.places == ["b:executing"])
    #expect(run.instance.timers.map { $0.due - run.now } == [.seconds(7)])
  }

  @Test("what has nothing to undo, does not exist, or is being undone already is refused")
  func refused() throws {
    var run = try line()
    #expect(throws: Rejection.self) { try run.perform(.compensate(reason: "", target: .scope(node: "d"))) }
    #expect(throws: Rejection.self) { try run.perform(.compensate(reason: "", target: .scope(node: "x"))) }
    #expect(throws: Rejection.self) { try run.perform(.compensate(reason: "", target: .back(node: "a", after: 999))) }
    try run.perform(.compensate(reason: "all"))
    #expect(throws: Rejection.self) { try run.perform(.compensate(reason: "", target: .scope(node: "a"))) }
  }

  @Test("everything can be undone although a part is being undone: the rest is taken over, nothing is done twice")
  func widened() throws {
    var run = try line()
    try run.perform(.compensate(reason: "part", target: .scope(node: "c")))
    try run.perform(.compensate(reason: "all"))
    try run.finish("d", .cancelled)
    #expect(run.undoing == ["c"])
    #expect(try run.undoAll() == [["c"], ["b"], ["a"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("a plan says what will be undone, in which order, and what comes of the rest")
  func plans() throws {
    let run = try line()
    let deployed = DeployedDefinition(
      id: DefinitionID(1), version: 1, definition: run.definition, folder: "/", deployedAt: run.now)
    func text(_ target: CompensationTarget) throws -> [String] {
      let plan = try Planner.plan(
        .compensate(run.instance.id, target: target), for: run.instance, of: deployed, now: run.now)
      return [plan.title] + plan.lines.map(\.text)
    }
    #expect(try text(.everything).contains("undoes c, then b, then a"))
    let back = try text(try back(run, to: "a"))
    #expect(back.first == "compensate back to a")
    #expect(back.contains("undoes c, then b"))
    #expect(back.last == "then goes on behind a, with the variables as they are by then")
    #expect(try text(.scope(node: "b")).contains("compensation starts; forward work goes on beside it"))
  }
}

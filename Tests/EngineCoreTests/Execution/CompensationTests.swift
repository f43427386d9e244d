import EngineCore
import Testing

@Suite("Compensation undoes completed steps in strict reverse order")
struct CompensationTests {
  private func saga(_ scope: SagaScope = .global, steps: [String] = ["a", "b", "c"]) throws -> TestProcess {
    var process = TestProcess()
    for id in steps { try process.service(id, undo: true) }
    try process.service("last")
    for (from, to) in zip(steps, steps.dropFirst() + ["last"]) { process.link(from, to) }
    process.saga = SagaPolicy(scope: scope)
    return process
  }

  @Test("a failure undoes what succeeded, one at a time, the latest first; the failed step is not undone")
  func strictReverse() throws {
    var run = try TestRun(try saga())
    for node in ["a", "b", "c"] { try run.finish(node) }
    try run.fail("last")
    #expect(run.instance.state == .compensating)
    for node in ["c", "b", "a"] {
      #expect(run.places == ["\(node):executing"])
      try run.finish(node)
    }
    #expect(run.instance.state == .compensated)
    #expect(run.done == ["a", "b", "c", "undo-c", "undo-b", "undo-a"])
  }

  @Test("without a saga nothing is undone and the token waits for an operator")
  func noSaga() throws {
    var run = try TestRun(try saga(.none))
    for node in ["a", "b", "c"] { try run.finish(node) }
    try run.fail("last")
    #expect(run.places == ["last:failed"])
    #expect(run.instance.state == .running)
  }

  @Test("a failed compensation halts the run; retry and skip lead on")
  func halting() throws {
    var run = try TestRun(try saga())
    for node in ["a", "b", "c"] { try run.finish(node) }
    try run.fail("last")
    try run.fail("c")
    #expect(run.places == ["c:failed"])
    #expect(run.instance.runs.map(\.phase) == [.halted])
    #expect(run.instance.incidents.map(\.kind) == [.compensationFailed])
    try run.perform(.retry(nil))
    try run.finish("c")
    try run.fail("b")
    try run.perform(.skip(try run.token("b").id, outputs: Context()))
    try run.finish("a")
    #expect(run.instance.state == .compensated)
    #expect(run.done.suffix(3) == ["undo-c", "skip-undo-b", "undo-a"])
  }

  @Test("a compensation that was done by hand is done, and what it left is seen by those after it")
  func resolve() throws {
    var run = try TestRun(try saga())
    for node in ["a", "b", "c"] { try run.finish(node) }
    try run.fail("last")
    try run.fail("c")
    try run.perform(.resolve(try run.token("c").id, outputs: ["refund": 7], note: "refunded at the counter"))
    #expect(run.instance.runs.first?.context["refund"] == 7)
    try run.finish("b")
    try run.finish("a")
    #expect(run.instance.state == .compensated)
    #expect(run.done.suffix(3) == ["undo-c", "undo-b", "undo-a"])
  }

  @Test("running handlers are asked to stop; a success in that time is undone too, and first")
  func draining() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("early", undo: true)
    try process.service("slow", undo: true)
    try process.service("bad")
    process.link("fork", "early", "bad")
    process.link("fork", "slow")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("early")
    try run.fail("bad")
    #expect(run.places == ["slow:executing"])
    #expect(run.instance.runs.map(\.phase) == [.draining])
    try run.finish("slow")
    try run.finish("slow")
    try run.finish("early")
    #expect(run.instance.state == .compensated)
    #expect(run.done.suffix(2) == ["undo-slow", "undo-early"])
  }

  @Test("a step that was stopped without an answer is in doubt until an operator decides", arguments: [true, false])
  func inDoubt(happened: Bool) throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("slow", undo: true)
    try process.service("bad")
    process.link("fork", "slow")
    process.link("fork", "bad")
    process.saga = .global
    var run = try TestRun(process)
    try run.fail("bad")
    try run.finish("slow", .cancelled)
    #expect(run.instance.incidents.map(\.kind) == [.inDoubt])
    let token = try run.token("slow").id
    if happened {
      try run.perform(.retry(token))
      try run.finish("slow")
    } else {
      try run.perform(.skip(token, outputs: Context()))
    }
    #expect(run.instance.state == .compensated)
    #expect(run.done.contains("undo-slow") == happened)
  }

  @Test("compensation sees the variables of the moment in which its step completed")
  func snapshots() throws {
    var process = TestProcess()
    try process.service("a", undo: true, output: ["x": "result"])
    try process.service("b", undo: true, output: ["x": "result"])
    try process.service("last")
    process.link("a", "b", "last")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("a", .completed(result: 1))
    try run.finish("b", .completed(result: 2))
    try run.perform(.setVariables([VariableChange(name: "x", value: 99)]))
    try run.fail("last")
    func seen() -> Value? {
      for case .startWork(let work) in run.effects { return work.variables["x"] }
      return nil
    }
    #expect(seen() == 2)
    try run.finish("b")
    #expect(seen() == 1)
  }

  @Test("a local saga undoes its scope, then throws the error to the scope's boundary")
  func localScope() throws {
    var process = TestProcess()
    try process.service("before", undo: true)
    process.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 2), saga: .local)))
    try process.service("inner", undo: true, in: "sub")
    try process.service("broken", in: "sub")
    process.add("caught", .boundary(BoundaryEvent(host: process.index("sub"), trigger: .error(code: "E"))))
    try process.service("instead")
    process.link("before", "sub")
    process.link("inner", "broken")
    process.link("caught", "instead")
    var run = try TestRun(process)
    try run.finish("before")
    try run.finish("inner")
    try run.fail("broken", code: "E")
    #expect(run.instance.state == .running)
    try run.finish("inner")
    #expect(run.places == ["instead:executing"])
    #expect(run.done == ["before", "inner", "undo-inner", "caught"])
    #expect(run.instance.records.filter { $0.state == .pending }.count == 1)
  }

  @Test("the records of a completed subprocess belong to the scope around it")
  func recordsMoveOut() throws {
    var process = TestProcess()
    process.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 1))))
    try process.service("inner", undo: true, in: "sub")
    try process.service("last")
    process.link("sub", "last")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("inner")
    try run.fail("last")
    #expect(run.places == ["inner:executing"])
    try run.finish("inner")
    #expect(run.instance.state == .compensated)
  }

  @Test("a completed instance can be undone while it is kept, and only once")
  func afterCompletion() throws {
    var process = TestProcess()
    try process.service("a", undo: true)
    process.add("end", .end(.plain))
    process.link("a", "end")
    var run = try TestRun(process)
    try run.finish("a")
    #expect(run.instance.state == .completed)
    try run.perform(.compensate(reason: "customer called"))
    try run.finish("a")
    #expect(run.instance.state == .compensated)
    #expect(throws: Rejection.self) { try run.perform(.compensate(reason: "again")) }
  }

  @Test("an engine that dies during compensation goes on where it stood and undoes nothing twice")
  func recovery() throws {
    var run = try TestRun(try saga())
    for node in ["a", "b", "c"] { try run.finish(node) }
    try run.fail("last")
    try run.finish("c")
    run.epoch += 1
    let token = try run.token("b")
    try run.perform(.recover(token.id))
    try run.perform(.claim(token.id))
    try run.finish("b")
    try run.finish("a")
    #expect(run.done.filter { $0.hasPrefix("undo-") } == ["undo-c", "undo-b", "undo-a"])
  }
}

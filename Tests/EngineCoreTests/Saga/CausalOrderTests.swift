import EngineCore
import Testing

@Suite("Causal order undoes independent steps at the same time")
struct CausalOrderTests {
  private static let causal = SagaPolicy(scope: .global, order: .causal)

  /// `first`, then `left` beside `right`, then `merged`, then `last`.
  private func diamond(_ saga: SagaPolicy) throws -> TestRun {
    var process = TestProcess()
    process.step("first")
    process.add("fork", .parallelGateway)
    process.step("left")
    process.step("right")
    process.add("join", .parallelGateway)
    process.step("merged")
    try process.service("last")
    process.link("first", "fork")
    process.fork("fork", to: "left", "right")
    process.link("left", "join", "merged", "last")
    process.link("right", "join")
    process.saga = saga
    var run = try TestRun(process)
    try run.finishAll("first", "right", "left", "merged")
    try run.fail("last")
    return run
  }

  @Test("branches are undone together, after what followed them and before what they followed")
  func branches() throws {
    var run = try diamond(Self.causal)
    #expect(try run.undoAll() == [["merged"], ["left", "right"], ["first"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("strict order undoes the same steps one at a time, the latest completion first")
  func strict() throws {
    var run = try diamond(.global)
    #expect(try run.undoAll() == [["merged"], ["left"], ["right"], ["first"]])
  }

  @Test("a step waits until everything that came after it is undone, however slow one branch is")
  func slowBranch() throws {
    var run = try diamond(Self.causal)
    try run.finish("merged")
    try run.finish("left")
    #expect(run.undoing == ["right"])
    try run.finish("right")
    #expect(run.undoing == ["first"])
  }

  @Test("a failed compensation halts the run: what is at work ends, nothing new begins until an operator moves it")
  func halting() throws {
    var run = try diamond(Self.causal)
    try run.finish("merged")
    try run.fail("left")
    #expect(run.instance.runs.map(\.phase) == [.halted])
    try run.finish("right")
    #expect(run.undoing.isEmpty)
    try run.perform(.retry(nil))
    try run.finish("left")
    #expect(try run.undoAll() == [["first"]])
  }

  @Test("when both branches fail, the run goes on after the second one has been moved")
  func bothFail() throws {
    var run = try diamond(Self.causal)
    try run.finish("merged")
    try run.fail("left")
    try run.fail("right")
    try run.perform(.skip(try run.token("left").id, outputs: Context()))
    #expect(run.undoing.isEmpty)
    try run.perform(.skip(try run.token("right").id, outputs: Context()))
    #expect(run.undoing == ["first"])
  }

  @Test("with `continue` the step before a failed compensation is undone although it is not")
  func passing() throws {
    var run = try diamond(SagaPolicy(scope: .global, onCompensationFailure: .continue, order: .causal))
    try run.finish("merged")
    try run.fail("left")
    #expect(run.undoing == ["right"])
    try run.finish("right")
    #expect(run.undoing == ["first"])
    try run.finish("first")
    #expect(run.instance.state == .compensating)
    try run.perform(.skip(try run.token("left").id, outputs: Context()))
    #expect(run.instance.state == .compensated)
  }

  @Test("steps without compensation, choices and boundary events hand on who came before")
  func inBetween() throws {
    var process = TestProcess()
    process.step("first")
    try process.service("plain")
    process.add("choice", .exclusiveGateway(defaultFlow: nil))
    try process.service("watched")
    process.catching("caught", .error(code: "E"), on: "watched")
    process.step("instead")
    try process.service("last")
    process.link("first", "plain", "choice")
    process.link("choice", "watched", when: "true")
    process.link("caught", "instead", "last")
    process.saga = Self.causal
    var run = try TestRun(process)
    try run.finishAll("first", "plain")
    try run.fail("watched", code: "E")
    try run.finish("instead")
    try run.fail("last")
    #expect(try run.undoAll() == [["instead"], ["first"]])
  }

  @Test("what happened inside a subprocess comes before what follows it, on all of its ways")
  func insideOut() throws {
    var process = TestProcess()
    process.step("first")
    process.scope("sub")
    process.add("split", .parallelGateway, in: "sub")
    process.step("one", in: "sub")
    process.step("two", in: "sub")
    process.step("after")
    try process.service("last")
    process.link("first", "sub", "after", "last")
    process.fork("split", to: "one", "two")
    process.saga = Self.causal
    var run = try TestRun(process)
    try run.finishAll("first", "two", "one", "after")
    try run.fail("last")
    #expect(try run.undoAll() == [["after"], ["one", "two"], ["first"]])
  }

  @Test("a subprocess that is undone as a whole comes after what came before its steps")
  func whole() throws {
    var process = TestProcess()
    process.step("first")
    process.scope("sub", undo: true)
    process.step("inner", in: "sub")
    try process.service("last")
    process.link("first", "sub", "last")
    process.saga = Self.causal
    var run = try TestRun(process)
    try run.finishAll("first", "inner")
    try run.fail("last")
    #expect(try run.undoAll() == [["sub"], ["first"]])
  }

  @Test("tokens and records know nothing of each other where nobody asks for causal order")
  func free() throws {
    let run = try diamond(.global)
    #expect(run.instance.records.allSatisfy { $0.after.isEmpty })
  }

  @Test("a record names the latest records before it, and no earlier ones")
  func lineage() throws {
    let run = try diamond(Self.causal)
    let records = run.instance.records
    let names = records.map { record in
      record.after.compactMap { id in records.first { $0.id == id } }.map { run.definition[$0.node].id }
    }
    #expect(names == [[], ["first"], ["first"], ["right", "left"]])
  }
}

import EngineCore
import Testing

@Suite("Inclusive gateways take what holds and join what can still come")
struct InclusiveGatewayTests {
  /// split → (a if x, b if y, c otherwise) → join → after → end
  private func process() throws -> TestProcess {
    var process = TestProcess()
    process.add("split", .inclusiveGateway(defaultFlow: FlowIndex(rawValue: 2)))
    for name in ["a", "b", "c", "after"] { try process.service(name) }
    process.add("join", .inclusiveGateway(defaultFlow: nil))
    process.add("end", .end(.plain))
    process.link("split", "a", when: "x")
    process.link("split", "b", when: "y")
    process.link("split", "c")
    for name in ["a", "b", "c"] { process.link(name, "join") }
    process.link("join", "after", "end")
    return process
  }

  @Test(
    "a split takes every flow whose condition holds, else the default",
    arguments: [
      (true, true, ["a:executing", "b:executing"]), (true, false, ["a:executing"]), (false, true, ["b:executing"]),
      (false, false, ["c:executing"]),
    ])
  func split(x: Bool, y: Bool, places: [String]) throws {
    let run = try TestRun(try process(), variables: ["x": .boolean(x), "y": .boolean(y)])
    #expect(run.places == places)
  }

  @Test("a join waits for the branches that were taken, and for no others", arguments: [["a", "b"], ["b", "a"]])
  func join(order: [String]) throws {
    var run = try TestRun(try process(), variables: ["x": true, "y": true])
    try run.finish(order[0])
    #expect(run.places == ["\(order[1]):executing", "join:waiting"])
    try run.finish(order[1])
    #expect(run.places == ["after:executing"])
    try run.finish("after")
    #expect(run.instance.state == .completed)
    #expect(run.done.filter { $0 == "after" }.count == 1)
  }

  @Test("a failed branch keeps a join waiting until it is retried")
  func failedBranch() throws {
    var run = try TestRun(try process(), variables: ["x": true, "y": true])
    try run.finish("a")
    try run.fail("b")
    #expect(run.places == ["b:failed", "join:waiting"])
    try run.perform(.retry(nil))
    try run.finish("b")
    #expect(run.places == ["after:executing"])
  }

  @Test("a condition that cannot be decided rests on an incident, and skipping it takes the default")
  func undecided() throws {
    var run = try TestRun(try process(), variables: ["x": "many", "y": true])
    #expect(run.places == ["split:failed"])
    try run.perform(.skip(try run.token("split").id, outputs: [:]))
    #expect(run.places == ["c:executing"])
  }

  @Test("a boundary event is a way around a join: while it can go off the join waits, and then it does not")
  func boundary() throws {
    var process = TestProcess()
    process.add("split", .inclusiveGateway(defaultFlow: nil))
    try process.service("a")
    try process.service("b")
    try process.service("late")
    process.add("join", .inclusiveGateway(defaultFlow: nil))
    process.add(
      "b.error", .boundary(BoundaryEvent(host: process.index("b"), trigger: .error(code: nil))))
    try process.service("after")
    process.link("split", "a", "join", "after")
    process.link("split", "b")
    process.link("b", "after")
    process.link("b.error", "late", "join")
    var run = try TestRun(process)
    try run.finish("a")
    #expect(run.places == ["b:executing", "join:waiting"])
    var failed = run
    try failed.fail("b", retryable: false)
    #expect(failed.places == ["join:waiting", "late:executing"])
    try failed.finish("late")
    #expect(failed.places == ["after:executing"])
    try run.finish("b")
    #expect(run.places == ["after:executing", "after:executing"])
  }

  @Test("a branch that brings two tokens makes the join fire twice")
  func twoTokens() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.add("double", .parallelGateway)
    for name in ["a", "b1", "b2", "b", "after"] { try process.service(name) }
    process.add("join", .inclusiveGateway(defaultFlow: nil))
    process.link("fork", "a", "join", "after")
    process.link("fork", "double", "b1", "b", "join")
    process.link("double", "b2", "b")
    var run = try TestRun(process)
    try run.finish("a")
    for name in ["b1", "b2", "b"] { try run.finish(name) }
    #expect(run.places == ["join:waiting", "b:executing", "join:waiting"])
    try run.finish("b")
    #expect(run.places == ["after:executing", "after:executing"])
  }

  @Test("in a loop the join fires once for each round", arguments: [1, 2, 3])
  func loop(rounds: Int) throws {
    var process = TestProcess()
    process.add("split", .inclusiveGateway(defaultFlow: nil))
    try process.service("a")
    try process.service("b")
    process.add("join", .inclusiveGateway(defaultFlow: nil))
    try process.service("count", output: ["n": "n + 1"])
    process.add("again", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 7)))
    process.add("end", .end(.plain))
    process.link("split", "a", when: "n >= 0")
    process.link("split", "b", when: "n >= 1")
    process.link("a", "join")
    process.link("b", "join")
    process.link("join", "count", "again")
    process.link("again", "split", when: "n < \(rounds)")
    process.link("again", "end")
    var run = try TestRun(process, variables: ["n": 0])
    for round in 0..<rounds {
      try run.finish("a")
      if round > 0 { try run.finish("b") }
      #expect(run.places == ["count:executing"])
      try run.finish("count")
    }
    #expect(run.instance.state == .completed)
  }

  @Test("two joins that wait only for each other do not wait for ever: the first in the document fires")
  func mutual() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("a")
    try process.service("b")
    process.add("first", .inclusiveGateway(defaultFlow: nil))
    process.add("second", .inclusiveGateway(defaultFlow: nil))
    process.add("from-first", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 6)))
    process.add("from-second", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 8)))
    process.add("end", .end(.plain))
    process.link("fork", "a", "first", "from-first")
    process.link("fork", "b", "second")
    process.link("from-first", "second", when: "false")
    process.link("from-first", "end")
    process.link("from-second", "first", when: "false")
    process.link("from-second", "end")
    process.link("second", "from-second")
    var run = try TestRun(process)
    try run.finish("b")
    #expect(run.places == ["a:executing", "second:waiting"])
    try run.finish("a")
    #expect(run.instance.state == .completed)
    let joins = run.history.compactMap { entry in
      if case .joinCompleted(let node, _, _) = entry.event { run.definition[node].id } else { nil }
    }
    #expect(joins == ["first", "second"])
  }

  @Test("joins in two entries of one subprocess do not wait for each other's tokens")
  func scopes() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    for name in ["l", "r", "after"] { try process.service(name) }
    process.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 5))))
    process.add("split", .inclusiveGateway(defaultFlow: nil), in: "sub")
    try process.service("a", in: "sub")
    try process.service("b", in: "sub")
    process.add("join", .inclusiveGateway(defaultFlow: nil), in: "sub")
    process.add("done", .end(.plain), in: "sub")
    process.link("fork", "l", "sub", "after")
    process.link("fork", "r", "sub")
    process.link("split", "a", "join", "done")
    process.link("split", "b", "join")
    var run = try TestRun(process)
    try run.finish("l")
    try run.finish("r")
    let tokens = run.instance.tokens.filter { run.definition[$0.node].id == "a" || run.definition[$0.node].id == "b" }
    let first = tokens.filter { $0.scope == tokens[0].scope }
    for token in first { try run.perform(.finishWork(token.id, attempt: 1, outcome: .completed(result: .null))) }
    #expect(run.places == ["sub:waiting", "a:executing", "b:executing", "after:executing"])
  }

  @Test("a join inside waits for its own branches while a saga ends them all")
  func draining() throws {
    var process = try process()
    process.saga = .global
    var run = try TestRun(process, variables: ["x": true, "y": true])
    try run.finish("a")
    try run.fail("b", retryable: false)
    #expect(run.instance.state == .compensated)
    #expect(!run.done.contains("after"))
  }
}

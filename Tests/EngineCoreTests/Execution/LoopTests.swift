import EngineCore
import Testing

@Suite("Loops and nested multi-instances")
struct LoopTests {
  private func process(_ loop: StandardLoop) throws -> TestProcess {
    var process = TestProcess()
    try process.service("poll", output: ["state": "result"])
    process.add("end", .end(.plain))
    process.link("poll", "end")
    process.loop("poll", .standard(loop))
    return process
  }

  @Test("repeats while its condition holds, looking before each round", arguments: [0, 1, 3])
  func testsBefore(rounds: Int) throws {
    let loop = StandardLoop(condition: try Expression("loopCounter < \(rounds)"))
    var run = try TestRun(try process(loop))
    for _ in 0..<rounds { try run.finishIteration("poll") }
    #expect(run.instance.state == .completed)
    #expect(run.done.filter { $0 == "poll" }.count == rounds + 1)
  }

  @Test("looking only after each round, it is executed at least once")
  func testsAfter() throws {
    let loop = StandardLoop(condition: try Expression("state != \"done\""), testsBefore: false)
    var run = try TestRun(try process(loop), variables: ["state": "done"])
    try run.finishIteration("poll", .completed(result: "not yet"))
    #expect(run.places == ["poll:waiting", "poll:executing"])
    try run.finishIteration("poll", .completed(result: "done"))
    #expect(run.instance.state == .completed)
  }

  @Test("ends in good order at its maximum")
  func maximum() throws {
    var run = try TestRun(try process(StandardLoop(condition: try Expression("true"), maximum: 2)))
    try run.finishIteration("poll")
    try run.finishIteration("poll")
    #expect(run.instance.state == .completed)
  }

  @Test("a loop that never ends by itself rests on an incident at the engine's limit")
  func limit() throws {
    var process = TestProcess()
    process.add(
      "count", .activity(Activity(work: .script, outputs: [])))
    process.add("end", .end(.plain))
    process.link("count", "end")
    process.loop("count", .standard(StandardLoop(condition: try Expression("true"))))
    var run = try TestRun(process, checksFolding: false)
    while let token = run.instance.tokens.last, token.state == .ready { try run.perform(.claim(token.id)) }
    #expect(run.places == ["count:failed"])
    #expect(run.instance.incidents.map(\.code) == ["TOO_MANY"])
    #expect(run.history.count { if case .scopeCompleted = $0.event { true } else { false } } == 10_000)
  }

  /// outer over rows, sequential: a subprocess that runs `cell` for each column, in parallel.
  private func nested(saga: SagaPolicy = .none) throws -> TestProcess {
    var process = TestProcess()
    process.saga = saga
    process.add("row", .subprocess(Subprocess(start: NodeIndex(rawValue: 1))))
    try process.service("cell", undo: true, in: "row")
    process.add("done", .end(.plain), in: "row")
    try process.service("after")
    process.add("end", .end(.plain))
    process.link("cell", "done")
    process.link("row", "after", "end")
    process.loop(
      "row",
      .multiInstance(
        MultiInstance(
          items: .collection(try Expression("[[1, 2], [3, 4]]"), item: "columns"), isSequential: true,
          output: MultiInstance.Output(element: try Expression("sum(cells)"), collection: "sums"))))
    process.loop(
      "cell",
      .multiInstance(
        MultiInstance(
          items: .collection(try Expression("columns"), item: "column"),
          output: MultiInstance.Output(element: try Expression("column * 10"), collection: "cells"))))
    return process
  }

  @Test("multi-instances nest, each with its own items and results")
  func nesting() throws {
    var run = try TestRun(try nested(), variables: ["cells": []])
    #expect(run.places == ["row:waiting", "row:waiting", "cell:waiting", "cell:executing", "cell:executing"])
    for _ in 1...4 { try run.finishIteration("cell") }
    #expect(run.places == ["after:executing"])
    #expect(run.instance.variables[.root]["sums"] == [30, 70])
    #expect(run.instance.scopes.isEmpty)
  }

  @Test("records of nested iterations pass outwards and are undone in strict reverse")
  func nestedCompensation() throws {
    var run = try TestRun(try nested(saga: .global))
    for _ in 1...4 { try run.finishIteration("cell") }
    #expect(run.instance.records.allSatisfy { $0.owner == .root })
    try run.fail("after", retryable: false)
    var columns: [Value?] = []
    while !run.instance.tokens.isEmpty {
      for effect in run.effects {
        if case .startWork(let work) = effect { columns.append(work.variables["column"]) }
      }
      try run.finish("cell")
    }
    #expect(columns == [4, 3, 2, 1])
  }

  @Test("a terminate end inside a looping subprocess ends its own iteration alone")
  func terminateEnd() throws {
    var process = TestProcess()
    process.add("each", .subprocess(Subprocess(start: NodeIndex(rawValue: 1))))
    process.add("fork", .parallelGateway, in: "each")
    try process.service("quick", in: "each")
    try process.service("slow", in: "each")
    process.add("stop", .end(.terminate), in: "each")
    process.add("end", .end(.plain))
    process.link("fork", "quick", "stop")
    process.link("fork", "slow", "stop")
    process.link("each", "end")
    process.loop("each", .multiInstance(MultiInstance(items: .count(try Expression("2")))))
    var run = try TestRun(process)
    try run.finish("quick")
    #expect(run.places == ["each:waiting", "each:waiting", "quick:executing", "slow:executing"])
    try run.finish("slow")
    #expect(run.instance.state == .completed)
  }

  @Test("a subprocess that is undone as a whole is undone once for each of its iterations")
  func compensatedSubprocess() throws {
    var process = TestProcess()
    process.saga = .global
    process.add(
      "each",
      .subprocess(
        Subprocess(
          start: NodeIndex(rawValue: 1),
          compensation: Compensation(work: .handler(name: "undo", configuration: .literal(.null))))))
    try process.service("step", in: "each")
    process.add("done", .end(.plain), in: "each")
    try process.service("after")
    process.link("step", "done")
    process.link("each", "after")
    process.loop(
      "each", .multiInstance(MultiInstance(items: .collection(try Expression("[\"a\", \"b\"]"), item: "which"))))
    var run = try TestRun(process)
    try run.finish("step")
    try run.finish("step")
    try run.fail("after", retryable: false)
    var seen: [Value?] = []
    while !run.instance.tokens.isEmpty {
      for effect in run.effects {
        if case .startWork(let work) = effect { seen.append(work.variables["which"]) }
      }
      try run.finish("each")
    }
    #expect(seen == ["b", "a"])
    #expect(run.instance.state == .compensated)
  }

  @Test("an uncaught error of a local saga inside an iteration undoes that iteration and fails it alone")
  func localSaga() throws {
    var process = TestProcess()
    process.add("each", .subprocess(Subprocess(start: NodeIndex(rawValue: 1), saga: .local)))
    try process.service("book", undo: true, in: "each")
    try process.service("pay", in: "each")
    process.add("done", .end(.plain), in: "each")
    process.add("end", .end(.plain))
    process.link("book", "pay", "done")
    process.link("each", "end")
    process.loop("each", .multiInstance(MultiInstance(items: .count(try Expression("2")))))
    var run = try TestRun(process)
    try run.finish("book")
    try run.finish("book")
    try run.fail("pay", retryable: false)
    #expect(run.places == ["each:waiting", "each:waiting", "each:waiting", "pay:executing", "book:executing"])
    try run.finish("book")
    #expect(run.places == ["each:waiting", "each:failed", "each:waiting", "pay:executing"])
    try run.finish("pay")
    try run.perform(.retry(nil))
    try run.finish("book")
    try run.finish("pay")
    #expect(run.instance.state == .completed)
  }

  @Test("a thousand parallel instances open, pass in bounded units, and complete")
  func thousand() throws {
    var process = TestProcess()
    process.add("task", .activity(Activity(work: .user(UserWork()))))
    process.add("end", .end(.plain))
    process.link("task", "end")
    process.loop("task", .multiInstance(MultiInstance(items: .count(try Expression("1000")))))
    var run = try TestRun(process, checksFolding: false)
    #expect(run.instance.userTasks.count == CoreLimits.nodesPerUnit - 1)
    for token in run.instance.tokens where token.state == .ready { try run.perform(.claim(token.id)) }
    #expect(run.instance.userTasks.count == 1000)
    for token in run.instance.tokens.dropFirst() {
      try run.perform(.finishTask(token.id, fence: nil, outcome: .completed(result: .null)))
    }
    #expect(run.instance.state == .completed)
  }
}

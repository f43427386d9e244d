import EngineCore
import Testing

@Suite("Failures are retried, caught, undone or become incidents")
struct FailureTests {
  private func sequence(retry: RetryPolicy = .never) throws -> TestProcess {
    var process = TestProcess()
    try process.service("a", retry: retry)
    process.add("end", .end(.plain))
    process.link("a", "end")
    return process
  }

  @Test("a retry policy tries again after growing pauses, then raises an incident")
  func retries() throws {
    let policy = RetryPolicy(attempts: 3, backoff: .seconds(1), factor: 2)
    var run = try TestRun(try sequence(retry: policy))
    try run.fail("a")
    #expect(run.places == ["a:waiting"])
    #expect(run.instance.timers.map(\.due) == [run.now + .seconds(1)])
    try run.fireNextTimer()
    #expect(try run.token("a").attempt == 2)
    try run.fail("a")
    #expect(run.instance.timers.map(\.due) == [run.now + .seconds(2)])
    try run.fireNextTimer()
    try run.fail("a")
    #expect(run.places == ["a:failed"])
    #expect(run.instance.incidents.count == 1)
    #expect(run.instance.timers.isEmpty)
  }

  @Test("a failure that says it cannot be retried is not")
  func notRetryable() throws {
    var run = try TestRun(try sequence(retry: RetryPolicy(attempts: 3)))
    try run.fail("a", retryable: false)
    #expect(run.places == ["a:failed"])
  }

  @Test("an operator's retry grants one more try and goes on counting attempts")
  func operatorRetry() throws {
    var run = try TestRun(try sequence(retry: RetryPolicy(attempts: 2, backoff: .zero)))
    try run.fail("a")
    try run.fireNextTimer()
    try run.fail("a")
    try run.perform(.retry(nil))
    #expect(try run.token("a").attempt == 3)
    #expect(run.instance.incidents.isEmpty)
    try run.fail("a")
    #expect(run.places == ["a:failed"])
    try run.perform(.retry(nil))
    try run.finish("a")
    #expect(run.instance.state == .completed)
  }

  @Test("skipping a failed node counts it as done, with the outputs given")
  func skip() throws {
    var run = try TestRun(try sequence())
    try run.fail("a")
    try run.perform(.skip(try run.token("a").id, outputs: ["x": 1]))
    #expect(run.instance.state == .completed)
    #expect(run.done == ["skip-a", "end"])
    #expect(run.instance.variables[.root]["x"] == 1)
  }

  @Test("a failed step that was done by hand counts as completed, with the outputs given, and says how")
  func resolve() throws {
    var run = try TestRun(try sequence())
    try run.fail("a")
    let token = try run.token("a").id
    #expect {
      try run.perform(.resolve(token, outputs: Context(), note: " "))
    } throws: {
      ($0 as? Rejection)?.reason == .invalidArgument
    }
    try run.perform(.resolve(token, outputs: ["x": 1], note: "paid by telephone"))
    #expect(run.instance.state == .completed)
    #expect(run.done == ["a", "end"])
    #expect(run.instance.variables[.root]["x"] == 1)
  }

  @Test("only what has failed can be resolved")
  func resolveRunning() throws {
    var run = try TestRun(try sequence())
    let token = try run.token("a").id
    #expect {
      try run.perform(.resolve(token, outputs: Context(), note: "done"))
    } throws: {
      ($0 as? Rejection)?.reason == .incidentUnknown
    }
  }

  @Test("a report for an attempt that is over is refused by name")
  func lateReport() throws {
    var run = try TestRun(try sequence())
    let token = try run.token("a")
    try run.finish("a")
    #expect {
      try run.perform(.finishWork(token.id, attempt: 1, outcome: .completed(result: .null)))
    } throws: {
      ($0 as? Rejection)?.reason == .tokenFinalizedTwice
    }
  }

  @Test(
    "an error boundary event takes what it names, and leaves the rest",
    arguments: [("REJECTED", true), ("OTHER", false)])
  func errorBoundary(code: String, isCaught: Bool) throws {
    var process = try sequence()
    process.add("onError", .boundary(BoundaryEvent(host: process.index("a"), trigger: .error(code: "REJECTED"))))
    try process.service("refuse")
    process.link("onError", "refuse")
    var run = try TestRun(process)
    try run.finish("a", .businessError(code: code, message: "no"))
    #expect(run.places == [isCaught ? "refuse:executing" : "a:failed"])
  }

  @Test(
    "an interrupting boundary timer ends its host; one that does not interrupt runs beside it",
    arguments: [true, false])
  func boundaryTimer(interrupts: Bool) throws {
    var process = try sequence()
    process.add(
      "late",
      .boundary(
        BoundaryEvent(host: process.index("a"), trigger: .timer(.delay(.seconds(9))), isInterrupting: interrupts)))
    try process.service("remind")
    process.link("late", "remind")
    var run = try TestRun(process)
    try run.fireNextTimer()
    #expect(run.places == (interrupts ? ["remind:executing"] : ["a:executing", "remind:executing"]))
  }

  @Test("an engine that dies leaves the attempt unknown; five deaths in one step are an incident")
  func recovery() throws {
    var run = try TestRun(try sequence())
    for death in 1...CoreLimits.crashesPerStep {
      run.epoch += 1
      try run.perform(.recover(try run.token("a").id))
      #expect(try run.token("a").isOutcomeUnknown)
      if death < CoreLimits.crashesPerStep {
        try run.perform(.claim(try run.token("a").id))
        #expect(try run.token("a").attempt == death + 1)
      }
    }
    #expect(run.places == ["a:failed"])
    #expect(run.instance.incidents.map(\.kind) == [.crashLoop])
  }

  @Test("an engine that stops leaves the attempt unknown, however often: nobody died over it")
  func givenBack() throws {
    var run = try TestRun(try sequence())
    for stop in 1...2 * CoreLimits.crashesPerStep {
      try run.perform(.giveBack(try run.token("a").id, attempt: stop))
      #expect(try run.token("a").isOutcomeUnknown)
      #expect(throws: Rejection.self) { try run.perform(.giveBack(try run.token("a").id, attempt: stop)) }
      run.epoch += 1
      try run.perform(.claim(try run.token("a").id))
      #expect(try run.token("a").attempt == stop + 1)
    }
    #expect(run.instance.incidents.isEmpty)
  }

  @Test("an error inside a subprocess goes to its boundary event, and everything inside ends")
  func subprocessError() throws {
    var process = TestProcess()
    process.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 1))))
    try process.service("inner", in: "sub")
    try process.service("after")
    process.add("caught", .boundary(BoundaryEvent(host: process.index("sub"), trigger: .error(code: nil))))
    process.add("end", .end(.plain))
    process.link("sub", "after", "end")
    process.link("caught", "end")
    var run = try TestRun(process)
    #expect(run.places == ["sub:waiting", "inner:executing"])
    try run.fail("inner")
    #expect(run.instance.state == .completed)
    #expect(run.instance.scopes.isEmpty)
    #expect(!run.done.contains("after"))
  }

  @Test("a suspended instance keeps outcomes until it is resumed")
  func suspension() throws {
    var run = try TestRun(try sequence())
    try run.perform(.suspend)
    try run.finish("a")
    #expect(run.places == ["a:executing"])
    #expect(run.instance.deferred.count == 1)
    try run.perform(.resume)
    #expect(run.instance.state == .completed)
  }

  @Test("cancel ends everything and undoes nothing")
  func cancel() throws {
    var process = TestProcess()
    try process.service("a", undo: true)
    try process.service("b")
    process.link("a", "b")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("a")
    try run.perform(.cancel)
    try run.finish("b", .cancelled)
    #expect(run.instance.state == .cancelled)
    #expect(run.instance.tokens.isEmpty)
    #expect(run.done == ["a"])
  }
}

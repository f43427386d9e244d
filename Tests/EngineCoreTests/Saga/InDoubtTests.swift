import EngineCore
import Testing

@Suite("A step of which nobody knows whether it happened is in doubt")
struct InDoubtTests {
  /// `slow` beside `bad`, whose failure starts compensation while `slow` is at work.
  private func stopped(probe: Work? = TestProcess.probe, finish: Bool = true) throws -> TestRun {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.step("slow", probe: probe)
    try process.service("bad")
    process.fork("fork", to: "slow", "bad")
    process.saga = .global
    var run = try TestRun(process)
    try run.fail("bad")
    if finish { try run.finish("slow", .cancelled) }
    return run
  }

  private func startsProbe(_ effects: [Effect]) -> Bool {
    effects.contains { effect in
      if case .startWork(let work) = effect { work.handler == "probe" && work.mode == .probe } else { false }
    }
  }

  @Test(
    "a probe decides: what happened is recorded and undone, what did not is left alone",
    arguments: [Value.boolean(true), .boolean(false), ["happened": true], ["happened": false]])
  func decided(answer: Value) throws {
    var run = try stopped()
    #expect(run.places == ["slow:executing"])
    #expect(startsProbe(run.effects))
    try run.finish("slow", .completed(result: answer))
    let happened = answer.booleanValue ?? answer["happened"]?.booleanValue ?? false
    _ = try run.undoAll()
    #expect(run.undone == (happened ? ["slow"] : []))
    #expect(run.instance.state == .compensated)
  }

  @Test(
    "a probe that does not know, fails or stops leaves the doubt to an operator",
    arguments: [
      WorkOutcome.completed(result: "perhaps"), .failed(Failure(code: "exit 1", message: "no line")),
      .businessError(code: "NO", message: "no"), .cancelled,
    ])
  func undecided(outcome: WorkOutcome) throws {
    var run = try stopped()
    try run.finish("slow", outcome)
    #expect(run.kinds("slow") == [.inDoubt])
    #expect(run.instance.runs.map(\.phase) == [.draining])
    try run.perform(.retry(try run.token("slow").id))
    #expect(try run.undoAll() == [["slow"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("without a probe it parks as an incident")
  func parked() throws {
    let run = try stopped(probe: nil)
    #expect(run.kinds("slow") == [.inDoubt])
  }

  @Test("a probe begins when the grace is over without a report, too")
  func afterGrace() throws {
    var run = try stopped(finish: false)
    try run.fireNextTimer()
    #expect(startsProbe(run.effects))
    try run.finish("slow", .completed(result: false))
    #expect(run.instance.state == .compensated)
  }

  @Test("an engine that dies during a probe asks again")
  func recovered() throws {
    var run = try stopped()
    run.epoch += 1
    let token = try run.token("slow").id
    try run.perform(.recover(token))
    try run.perform(.claim(token))
    #expect(startsProbe(run.effects))
    try run.finish("slow", .completed(result: true))
    #expect(try run.undoAll() == [["slow"]])
  }

  @Test("a person can be the probe, and an operator may skip the question")
  func person() throws {
    var run = try stopped(probe: .user(UserWork()))
    #expect(run.instance.userTasks.count == 1)
    var skipped = run
    try run.perform(.finishTask(try run.token("slow").id, fence: nil, outcome: .completed(result: true)))
    #expect(try run.undoAll() == [["slow"]])
    try skipped.perform(.skip(try skipped.token("slow").id, outputs: Context()))
    #expect(skipped.instance.state == .compensated)
  }

  @Test("an attempt that was lost before compensation began is asked after, too")
  func lostBefore() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.step("slow", probe: TestProcess.probe)
    try process.service("bad")
    process.fork("fork", to: "slow", "bad")
    process.saga = .global
    var run = try TestRun(process)
    run.epoch += 1
    try run.perform(.recover(try run.token("slow").id))
    try run.fail("bad")
    #expect(startsProbe(run.effects))
  }

  private func external() throws -> TestRun {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    let undo = Compensation(work: .handler(name: "undo", configuration: .literal(.null)))
    process.add(
      "charge", .activity(Activity(work: .external(ExternalWork(topic: "charges")), compensation: undo)))
    try process.service("bad")
    process.fork("fork", to: "charge", "bad")
    process.saga = .global
    return try TestRun(process)
  }

  @Test("a worker that holds the task gets the grace: its success is recorded and undone")
  func worker() throws {
    var run = try external()
    let token = try run.token("charge").id
    try run.perform(.lockTask(token, worker: "w", until: run.now + .seconds(60)))
    try run.fail("bad")
    #expect(run.places == ["charge:waiting"])
    try run.perform(.finishTask(token, fence: 1, outcome: .completed(result: .null)))
    #expect(try run.undoAll() == [["charge"]])
  }

  @Test("a worker that says nothing in the grace leaves its step in doubt, and nobody else gets the task")
  func silentWorker() throws {
    var run = try external()
    let token = try run.token("charge").id
    try run.perform(.lockTask(token, worker: "w", until: run.now + .seconds(1)))
    try run.fail("bad")
    run.now = run.now + .seconds(2)
    #expect(throws: Rejection.self) {
      try run.perform(.lockTask(token, worker: "x", until: run.now + .seconds(60)))
    }
    try run.fireNextTimer()
    #expect(run.kinds("charge") == [.inDoubt])
  }

  @Test("a task that nobody has taken ends at once")
  func untaken() throws {
    var run = try external()
    try run.fail("bad")
    #expect(run.instance.state == .compensated)
  }
}

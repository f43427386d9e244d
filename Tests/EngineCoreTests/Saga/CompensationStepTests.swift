import EngineCore
import Testing

@Suite("A compensation step is a step of its own")
struct CompensationStepTests {
  @Test("it has no retries unless they are given, and its own back-off when they are")
  func retries() throws {
    var process = TestProcess()
    process.step("a", undoRetry: RetryPolicy(attempts: 2, backoff: .seconds(7)))
    try process.service("last")
    process.link("a", "last")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("a")
    try run.fail("last")
    try run.fail("a")
    #expect(run.places == ["a:waiting"])
    #expect(run.instance.timers.map { $0.due - run.now } == [.seconds(7)])
    try run.fireNextTimer()
    try run.fail("a")
    #expect(run.kinds("a") == [.compensationFailed])
  }

  @Test("boundary events of the step do not watch its compensation, not even when the unit limit is passed")
  func noBoundaryEvents() throws {
    var process = TestProcess()
    process.step("a")
    process.catching("late", .timer(.delay(.seconds(5))), on: "a")
    process.catching("caught", .error(code: nil), on: "a")
    try process.service("last")
    try process.service("other")
    process.link("a", "last")
    process.link("late", "other")
    process.link("caught", "other")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("a")
    try run.fail("last")
    #expect(run.instance.timers.isEmpty)
    try run.fail("a")
    #expect(run.places == ["a:failed"])
  }

  @Test("an operator marks a failed one done; its outputs count, and the run goes on")
  func markedDone() throws {
    var process = TestProcess()
    process.step("a")
    process.step("b")
    try process.service("last")
    process.link("a", "b", "last")
    process.saga = .global
    var run = try TestRun(process)
    try run.finishAll("a", "b")
    try run.fail("last")
    try run.fail("b")
    try run.perform(.finishTask(try run.token("b").id, fence: nil, outcome: .completed(result: .null)))
    #expect(run.instance.records.map(\.state) == [.running, .done])
    #expect(try run.undoAll() == [["a"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("a step that failed for good is undone too where its definition says so, and before everything else")
  func failedStep() throws {
    var process = TestProcess()
    process.step("a")
    process.step("half", includesFailure: true)
    process.link("a", "half")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("a")
    try run.fail("half")
    #expect(try run.undoAll() == [["half"], ["a"]])
  }

  @Test(
    "a step that failed for good and was caught is undone when compensation comes later, in causal order too",
    arguments: CompensationOrder.allCases)
  func caughtFailure(order: CompensationOrder) throws {
    var process = TestProcess()
    process.step("half", includesFailure: true)
    process.catching("caught", .error(code: nil), on: "half")
    process.step("instead")
    try process.service("last")
    process.link("caught", "instead", "last")
    process.saga = SagaPolicy(scope: .global, order: order)
    var run = try TestRun(process)
    try run.fail("half")
    try run.finish("instead")
    try run.fail("last")
    #expect(try run.undoAll() == [["instead"], ["half"]])
  }

  @Test("a failure that an operator left lying, and one that comes in the grace, count as failed for good")
  func otherFailures() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.step("lying", includesFailure: true)
    process.step("stopping", includesFailure: true)
    process.fork("fork", to: "lying", "stopping")
    var run = try TestRun(process)
    try run.fail("lying")
    try run.perform(.compensate(reason: "enough"))
    try run.fail("stopping")
    #expect(try run.undoAll() == [["stopping"], ["lying"]])
  }

  @Test("each one sees what earlier ones returned, and the instance's variables stay as they are")
  func context() throws {
    var process = TestProcess()
    for id in ["a", "b"] {
      let undo = Compensation(
        work: .handler(name: "undo-" + id, configuration: .literal(.null)),
        outputs: [Mapping(target: "receipt", template: .expression(try Expression("result")))])
      process.add(
        id, .activity(Activity(work: .handler(name: id, configuration: .literal(.null)), compensation: undo)))
    }
    try process.service("last")
    process.link("a", "b", "last")
    process.saga = .global
    var run = try TestRun(process, variables: ["receipt": "none"])
    try run.finishAll("a", "b")
    try run.fail("last")
    try run.finish("b", .completed(result: "R-1"))
    let seen = run.effects.compactMap { effect in
      if case .startWork(let work) = effect { work.variables["receipt"] } else { nil }
    }
    #expect(seen == ["R-1"])
    #expect(run.instance.variables[.root]["receipt"] == "none")
  }

  @Test("external and human compensations keep the reverse order")
  func waitingOnes() throws {
    var process = TestProcess()
    let work: [(String, Work)] = [
      ("a", .handler(name: "undo", configuration: .literal(.null))), ("b", .user(UserWork())),
      ("c", .external(ExternalWork(topic: "undo"))), ("d", .script),
    ]
    for (id, undo) in work {
      process.add(
        id,
        .activity(
          Activity(
            work: .handler(name: id, configuration: .literal(.null)), compensation: Compensation(work: undo))))
    }
    try process.service("last")
    process.link("a", "b", "c", "d", "last")
    process.saga = .global
    var run = try TestRun(process)
    try run.finishAll("a", "b", "c", "d")
    try run.fail("last")
    #expect(run.places == ["c:waiting"])
    let task = try run.token("c").id
    try run.perform(.lockTask(task, worker: "w", until: run.now + .seconds(9)))
    #expect(run.places == ["c:waiting"])
    try run.perform(.finishTask(task, fence: 1, outcome: .completed(result: .null)))
    #expect(run.places == ["b:waiting"])
    try run.perform(.finishTask(try run.token("b").id, fence: nil, outcome: .completed(result: .null)))
    #expect(run.undoing == ["a"])
    try run.finish("a")
    #expect(run.undone == ["d", "c", "b", "a"])
    #expect(run.instance.state == .compensated)
  }

  @Test(
    "cancel and terminate during compensation undo nothing more, and nobody is told that it was completed",
    arguments: [true, false])
  func ended(cancel: Bool) throws {
    var process = TestProcess()
    process.step("a")
    process.step("b")
    try process.service("last")
    process.link("a", "b", "last")
    process.saga = .global
    var run = try TestRun(process)
    try run.finishAll("a", "b")
    try run.fail("last")
    try run.perform(cancel ? .cancel : .terminate)
    if cancel { try run.finish("b", .cancelled) }
    #expect(run.instance.state == (cancel ? .cancelled : .terminated))
    #expect(run.undone.isEmpty)
    #expect(run.instance.records.map(\.state) == [.pending, .pending])
    #expect(run.history.contains { if case .sagaAbandoned = $0.event { true } else { false } })
    #expect(!run.history.contains { if case .sagaCompleted = $0.event { true } else { false } })
    #expect(throws: Rejection.self) { try run.perform(.compensate(reason: "after all")) }
  }
}

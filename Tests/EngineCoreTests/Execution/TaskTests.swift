import EngineCore
import Testing

@Suite("Tasks for workers and people")
struct TaskTests {
  private func external(
    inputs: [String: String] = [:], retry: RetryPolicy = .never, undo: Work? = nil
  ) throws -> TestProcess {
    var process = TestProcess()
    let mappings = try inputs.sorted { $0.key < $1.key }.map {
      Mapping(target: $0.key, template: .expression(try Expression($0.value)))
    }
    process.add(
      "pay",
      .activity(
        Activity(
          work: .external(ExternalWork(topic: "pay")), inputs: mappings, retry: retry,
          compensation: undo.map { Compensation(work: $0) })))
    try process.service("next")
    process.link("pay", "next")
    return process
  }

  private func fetch(_ run: inout TestRun, _ node: String = "pay") throws -> TokenID {
    let token = try run.token(node).id
    try run.perform(.lockTask(token, worker: "w", until: run.now + .seconds(60)))
    return token
  }

  private func reason(_ run: TestRun, _ token: TokenID, fence: Int?) -> Rejection.Reason? {
    var run = run
    do {
      try run.perform(.finishTask(token, fence: fence, outcome: .completed(result: .null)))
      return nil
    } catch {
      return (error as? Rejection)?.reason
    }
  }

  @Test("a number that nobody was given is refused before the task is fetched, and so is one too high afterwards")
  func invented() throws {
    var run = try TestRun(try external())
    let token = try run.token("pay").id
    #expect(reason(run, token, fence: 0) == .externalTaskLeaseConflict)
    #expect(reason(run, token, fence: 1) == .externalTaskLeaseConflict)
    _ = try fetch(&run)
    #expect(reason(run, token, fence: 0) == .externalTaskLeaseConflict)
    #expect(reason(run, token, fence: 2) == .externalTaskLeaseConflict)
    #expect(reason(run, token, fence: 1) == nil)
  }

  @Test("a late worker is refused with its number while the task waits for its retry, and after that")
  func afterFailure() throws {
    var run = try TestRun(try external(retry: RetryPolicy(attempts: 2, backoff: .seconds(5))))
    let token = try fetch(&run)
    try run.perform(
      .finishTask(token, fence: 1, outcome: .failed(Failure(code: "E", message: "m"))))
    #expect(run.places == ["pay:waiting"])
    #expect(reason(run, token, fence: 1) == .externalTaskLeaseConflict)
    try run.fireNextTimer()
    #expect(reason(run, token, fence: 1) == .externalTaskLeaseConflict)
    _ = try fetch(&run)
    #expect(reason(run, token, fence: 1) == .externalTaskLeaseConflict)
    #expect(reason(run, token, fence: 2) == nil)
  }

  @Test("a late worker is refused with its number when the task has ended, and the whole instance too")
  func afterEnd() throws {
    var run = try TestRun(try external())
    let token = try fetch(&run)
    try run.perform(.finishTask(token, fence: 1, outcome: .completed(result: .null)))
    #expect(reason(run, token, fence: 1) == .externalTaskLeaseConflict)
    #expect(reason(run, token, fence: nil) == .tokenFinalizedTwice)
    #expect(reason(run, TokenID(99), fence: 1) == .tokenUnknown)
    try run.finish("next")
    #expect(run.instance.state == .completed)
    #expect(reason(run, token, fence: 1) == .externalTaskLeaseConflict)
    #expect(reason(run, token, fence: nil) == .tokenFinalizedTwice)
  }

  @Test("a lease is not extended by an old number")
  func extend() throws {
    var run = try TestRun(try external())
    let token = try fetch(&run)
    try run.perform(.finishTask(token, fence: 1, outcome: .completed(result: .null)))
    #expect {
      try run.perform(.extendLease(token, fence: 1, until: run.now + .seconds(60)))
    } throws: {
      ($0 as? Rejection)?.reason == .externalTaskLeaseConflict
    }
  }

  @Test("a compensation that failed is marked done by an operator, not by the worker who comes late")
  func lateCompensation() throws {
    var run = try TestRun(try external(undo: .external(ExternalWork(topic: "refund"))))
    run.now = run.now + .seconds(1)
    let token = try fetch(&run)
    try run.perform(.finishTask(token, fence: 1, outcome: .completed(result: .null)))
    try run.perform(.compensate(reason: "enough"))
    try run.finish("next", .cancelled)
    let undoing = try fetch(&run)
    try run.perform(
      .finishTask(undoing, fence: 1, outcome: .failed(Failure(code: "E", message: "m", isRetryable: false))))
    #expect(run.kinds("pay") == [.compensationFailed])
    #expect(reason(run, undoing, fence: 1) == .externalTaskLeaseConflict)
    #expect(reason(run, undoing, fence: nil) == nil)
  }

  @Test("a person's task knows no number")
  func userTask() throws {
    var process = TestProcess()
    process.add("ask", .activity(Activity(work: .user(UserWork()))))
    let run = try TestRun(process)
    #expect(reason(run, try run.token("ask").id, fence: 1) == .wrongKindOfTask)
    #expect(reason(run, try run.token("ask").id, fence: nil) == nil)
  }

  @Test("a task whose inputs cannot be calculated is an incident, not a task that nobody can be given")
  func inputs() throws {
    var run = try TestRun(try external(inputs: ["sum": "price + 1"]), variables: ["price": "much"])
    #expect(run.kinds("pay") == [.expressionFailed])
    #expect(run.instance.externalTasks.isEmpty)
    try run.perform(.setVariables([VariableChange(name: "price", value: 2)]))
    try run.perform(.retry(try run.token("pay").id))
    #expect(run.instance.externalTasks.count == 1)
  }

  @Test("when they no longer can be by the time it is fetched, it becomes an incident then")
  func laterInputs() throws {
    var run = try TestRun(try external(inputs: ["sum": "price + 1"]), variables: ["price": 1])
    try run.perform(.setVariables([VariableChange(name: "price", value: "much")]))
    let token = try fetch(&run)
    #expect(run.kinds("pay") == [.expressionFailed])
    #expect(run.instance.externalTasks.isEmpty)
    #expect(run.instance.token(token)?.attempt == 0)
  }

  @Test(
    "an assignee must be text or null, and candidates a list of texts",
    arguments: [
      ("who", "names", [] as [String]), ("nobody", "nobody", []), ("number", "names", ["assignee", "text", "number"]),
      ("who", "who", ["candidates", "list"]), ("who", "mixed", ["candidate", "text", "number"]),
    ])
  func people(assignee: String, candidates: String, complaint: [String]) throws {
    var process = TestProcess()
    process.add(
      "ask",
      .activity(
        Activity(
          work: .user(
            UserWork(
              assignee: .expression(try Expression(assignee)), candidates: .expression(try Expression(candidates)))))))
    let run = try TestRun(
      process,
      variables: ["who": "anna", "number": 3, "nobody": .null, "names": ["bert", "carl"], "mixed": ["bert", 4]])
    if complaint.isEmpty {
      let task = try #require(run.instance.userTasks.first)
      #expect(task.assignee == (assignee == "who" ? "anna" : nil))
      #expect(task.candidates == (candidates == "names" ? ["bert", "carl"] : []))
    } else {
      let incident = try #require(run.instance.incidents.first)
      #expect(incident.kind == .expressionFailed)
      for word in complaint { #expect(incident.message.contains(word), "\(incident.message)") }
    }
  }
}

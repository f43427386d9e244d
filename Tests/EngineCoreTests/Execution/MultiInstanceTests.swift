import EngineCore
import Testing

@Suite("A node is executed once for each of many")
struct MultiInstanceTests {
  private func process(
    items: MultiInstance.Items? = nil, isSequential: Bool = false, collect: Bool = true, until: String? = nil,
    retry: RetryPolicy = .never, undo: Bool = false, saga: SagaPolicy = .none
  ) throws -> TestProcess {
    var process = TestProcess()
    process.saga = saga
    try process.service("charge", undo: undo, retry: retry)
    try process.service("after")
    process.add("end", .end(.plain))
    process.link("charge", "after", "end")
    let output = try collect ? MultiInstance.Output(element: Expression("result.paid"), collection: "paid") : nil
    process.loop(
      "charge",
      .multiInstance(
        MultiInstance(
          items: try items ?? .collection(Expression("orders"), item: "order"), isSequential: isSequential,
          output: output, completionCondition: try until.map { try Expression($0) })))
    return process
  }

  private let three: Context = ["orders": [10, 20, 30]]

  /// Finishes the iteration with a number.
  private func finish(_ run: inout TestRun, _ number: Int, _ outcome: WorkOutcome? = nil) throws {
    let token = try iteration(run, number)
    let paid: Value = ["paid": run.instance.visibleVariables(in: token.scope)["order"] ?? Value(number)]
    try run.perform(
      .finishWork(token.id, attempt: token.attempt, outcome: outcome ?? .completed(result: paid)))
  }

  private func iteration(_ run: TestRun, _ number: Int) throws -> Token {
    try #require(
      run.instance.tokens.first {
        $0.state != .ready && run.instance.scope($0.scope)?.kind == .iteration
          && run.instance.variables[$0.scope]["loopCounter"]?.intValue == number
      }, "no iteration \(number); tokens at \(run.places)")
  }

  @Test("parallel instances all begin at once, each with its item, and the results come in the order of the items")
  func parallel() throws {
    var run = try TestRun(try process(), variables: three)
    #expect(run.places == ["charge:waiting", "charge:executing", "charge:executing", "charge:executing"])
    let work = run.effects.compactMap { effect in
      if case .startWork(let invocation) = effect { invocation.variables["order"] } else { nil }
    }
    #expect(work == [10, 20, 30])
    for number in [3, 1, 2] { try finish(&run, number) }
    #expect(run.places == ["after:executing"])
    #expect(run.instance.variables[.root]["paid"] == [10, 20, 30])
    #expect(run.instance.scopes.isEmpty)
    #expect(run.instance.variables.scopes.map(\.scope) == [.root])
  }

  @Test("sequential instances follow each other, with the items as they were at the beginning")
  func sequential() throws {
    var run = try TestRun(try process(isSequential: true), variables: three)
    #expect(run.places == ["charge:waiting", "charge:executing"])
    try run.perform(.setVariables([VariableChange(name: "orders", value: [])]))
    for number in 1...3 { try finish(&run, number) }
    #expect(run.instance.variables[.root]["paid"] == [10, 20, 30])
    #expect(run.places == ["after:executing"])
  }

  @Test("a number of times needs no list, and instances know their number")
  func count() throws {
    var run = try TestRun(try process(items: .count(Expression("1 + 1"))))
    let scopes = run.instance.scopes.filter { $0.kind == .iteration }
    #expect(scopes.map { run.instance.visibleVariables(in: $0.id)["loopCounter"] } == [1, 2])
    #expect(scopes.map { run.instance.visibleVariables(in: $0.id)["numberOfInstances"] } == [2, 2])
    try finish(&run, 2)
    try finish(&run, 1)
    #expect(run.instance.variables[.root]["paid"] == [1, 2])
  }

  @Test("no items at all: the node is passed at once with an empty list", arguments: [true, false])
  func nothing(isSequential: Bool) throws {
    let run = try TestRun(try process(isSequential: isSequential), variables: ["orders": []])
    #expect(run.places == ["after:executing"])
    #expect(run.instance.variables[.root]["paid"] == [])
  }

  @Test("the completion condition ends what is not needed any more", arguments: [true, false])
  func completion(isSequential: Bool) throws {
    let condition = "numberOfCompletedInstances >= 2 and count(paid) = 2"
    var run = try TestRun(try process(isSequential: isSequential, until: condition), variables: three)
    try finish(&run, 1)
    #expect(run.places.first == "charge:waiting")
    try finish(&run, 2)
    #expect(run.places == ["after:executing"])
    #expect(run.instance.variables[.root]["paid"] == [10, 20])
    #expect(run.instance.scopes.isEmpty)
  }

  @Test("a completion condition that cannot be decided rests on the node, and its retry goes on without new work")
  func undecidedCompletion() throws {
    var run = try TestRun(try process(until: "enough"), variables: three)
    try finish(&run, 1)
    #expect(run.places == ["charge:failed", "charge:executing", "charge:executing"])
    try finish(&run, 2)
    #expect(run.instance.incidents.count == 1)
    try run.perform(.setVariables([VariableChange(name: "enough", value: true)]))
    try run.perform(.retry(nil))
    #expect(run.places == ["after:executing"])
    #expect(run.instance.variables[.root]["paid"] == [10, 20])
  }

  @Test(
    "what is no list, no number of times or too many rests on an incident that says so",
    arguments: [("orders", "list"), ("7.5", "times"), ("0 - 1", "times"), ("10001", "10000")])
  func wrongItems(source: String, word: String) throws {
    let items: MultiInstance.Items =
      source == "orders" ? .collection(try Expression(source), item: "order") : .count(try Expression(source))
    let run = try TestRun(try process(items: items), variables: ["orders": "many"])
    #expect(run.places == ["charge:failed"])
    #expect(run.instance.incidents.first?.message.contains(word) == true)
    #expect(run.instance.scopes.isEmpty)
  }

  @Test("one instance that fails rests on an incident, the others go on, and its retry completes the node")
  func failure() throws {
    var run = try TestRun(try process(retry: RetryPolicy(attempts: 2)), variables: three)
    try finish(&run, 2, .failed(Failure(code: "E", message: "m")))
    try run.fireNextTimer()
    try finish(&run, 2, .failed(Failure(code: "E", message: "m")))
    try finish(&run, 1)
    try finish(&run, 3)
    #expect(run.places == ["charge:waiting", "charge:failed"])
    try run.perform(.retry(nil))
    try finish(&run, 2)
    #expect(run.instance.variables[.root]["paid"] == [10, 20, 30])
    #expect(run.places == ["after:executing"])
  }

  @Test("an instance that is skipped counts as done, with what the operator gives or nothing")
  func skip() throws {
    var run = try TestRun(try process(), variables: three)
    for number in [1, 2] {
      try finish(&run, number, .failed(Failure(code: "E", message: "m")))
    }
    try run.perform(.skip(try iteration(run, 1).id, outputs: ["paid": 7]))
    try run.perform(.skip(try iteration(run, 2).id, outputs: [:]))
    try finish(&run, 3)
    #expect(run.places == ["after:executing"])
    #expect(run.instance.variables[.root]["paid"] == [7, .null, 30])
  }

  @Test("skipping the whole node ends its instances")
  func skipAll() throws {
    var run = try TestRun(try process(), variables: three)
    let outer = try #require(run.instance.tokens.first)
    try run.perform(.skip(outer.id, outputs: [:]))
    #expect(run.places == ["after:executing"])
    #expect(run.instance.scopes.isEmpty)
    #expect(run.effects.count { if case .stopWork = $0 { true } else { false } } == 3)
  }

  @Test("an error of one instance goes to the boundary of the node and ends the others")
  func boundaryError() throws {
    var process = try process()
    process.add("caught", .boundary(BoundaryEvent(host: process.index("charge"), trigger: .error(code: "NO"))))
    try process.service("other")
    process.link("caught", "other", "end")
    var run = try TestRun(process, variables: three)
    try finish(&run, 2, .businessError(code: "NO", message: "refused"))
    #expect(run.places == ["other:executing"])
    #expect(run.instance.scopes.isEmpty)
  }

  @Test("a boundary timer belongs to the node as a whole: there is one, whatever the number of instances")
  func boundaryTimer() throws {
    var process = try process()
    process.add(
      "late", .boundary(BoundaryEvent(host: process.index("charge"), trigger: .timer(.delay(.seconds(5))))))
    try process.service("other")
    process.link("late", "other", "end")
    var run = try TestRun(process, variables: three)
    #expect(run.instance.timers.count == 1)
    try run.fireNextTimer()
    #expect(run.places == ["other:executing"])
    #expect(run.instance.timers.isEmpty)
  }

  @Test("each instance is undone with its own item, the last to complete first")
  func compensation() throws {
    var run = try TestRun(try process(undo: true, saga: .global), variables: three)
    for number in [2, 3, 1] { try finish(&run, number) }
    try run.fail("after", retryable: false)
    var undone: [Value?] = []
    while let token = run.instance.tokens.first {
      let work = run.effects.compactMap { effect in
        if case .startWork(let invocation) = effect { invocation.variables["order"] } else { nil }
      }
      undone += work.map { $0 }
      try run.perform(.finishWork(token.id, attempt: token.attempt, outcome: .completed(result: .null)))
    }
    #expect(undone == [10, 30, 20])
    #expect(run.instance.state == .compensated)
  }

  @Test("instances that are at work when a saga begins come to rest first, and what succeeds is undone")
  func draining() throws {
    var run = try TestRun(try process(undo: true, saga: .global), variables: three)
    try finish(&run, 1)
    try finish(&run, 2, .failed(Failure(code: "E", message: "m", isRetryable: false)))
    #expect(run.places == ["charge:waiting", "charge:executing"])
    try finish(&run, 3)
    #expect(run.places == ["charge:executing"])
    try run.finish("charge")
    try run.finish("charge")
    #expect(run.instance.state == .compensated)
    #expect(run.done == ["charge", "charge", "undo-charge", "undo-charge"])
  }

  @Test("cancelling the instance ends everything inside", arguments: [true, false])
  func cancel(isSequential: Bool) throws {
    var run = try TestRun(try process(isSequential: isSequential), variables: three)
    try run.perform(isSequential ? .cancel : .terminate)
    if isSequential { try run.fireNextTimer() }
    #expect(run.instance.tokens.isEmpty && run.instance.scopes.isEmpty)
    #expect(run.instance.state == (isSequential ? .cancelled : .terminated))
  }

  @Test("without room the instances stay ready and are claimed one by one")
  func noRoom() throws {
    var process = try process()
    process.add("wait", .catchEvent(.timer(.delay(.seconds(1)))))
    process.link("wait", "charge")
    process.first = "wait"
    var run = try TestRun(process, variables: three)
    run.freeSlots = 1
    try run.fireNextTimer()
    #expect(run.places == ["charge:waiting", "charge:executing", "charge:ready", "charge:ready"])
    let ready = run.instance.tokens.filter { $0.state == .ready }
    for token in ready { try run.perform(.claim(token.id)) }
    #expect(run.places == ["charge:waiting", "charge:executing", "charge:executing", "charge:executing"])
  }

  @Test("user and external work is executed for each item as well", arguments: [true, false])
  func tasks(isUser: Bool) throws {
    var process = TestProcess()
    let work: Work =
      isUser
      ? .user(UserWork(assignee: .expression(try Expression("who")))) : .external(ExternalWork(topic: "payment"))
    process.add("task", .activity(Activity(work: work)))
    process.add("end", .end(.plain))
    process.link("task", "end")
    process.loop(
      "task",
      .multiInstance(
        MultiInstance(
          items: .collection(try Expression("people"), item: "who"),
          output: MultiInstance.Output(element: try Expression("who + result"), collection: "answers"))))
    var run = try TestRun(process, variables: ["people": ["ada", "bob"]])
    #expect(run.instance.userTasks.map(\.assignee) == (isUser ? ["ada", "bob"] : []))
    #expect(run.instance.externalTasks.count == (isUser ? 0 : 2))
    let tokens = run.instance.tokens.filter { run.instance.scope($0.scope)?.kind == .iteration }
    for token in tokens.reversed() {
      try run.perform(.finishTask(token.id, fence: nil, outcome: .completed(result: "!")))
    }
    #expect(run.instance.state == .completed)
    #expect(run.instance.variables[.root]["answers"] == ["ada!", "bob!"])
  }

  @Test("suspended, results wait; resumed, the node completes")
  func suspended() throws {
    var run = try TestRun(try process(), variables: three)
    try run.perform(.suspend)
    for number in 1...3 { try finish(&run, number) }
    #expect(run.places.count == 4)
    try run.perform(.resume)
    #expect(run.places == ["after:executing"])
  }
}

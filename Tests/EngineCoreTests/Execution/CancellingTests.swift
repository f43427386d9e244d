import EngineCore
import Testing

@Suite("An instance that is cancelled waits for the handlers that run, and for nothing else")
struct CancellingTests {
  /// Two handlers at work, one of them in a subprocess, beside a person.
  private func busy() throws -> TestRun {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.step("a")
    process.scope("sub")
    try process.service("inside", output: ["found": "result"], in: "sub")
    process.add("person", .activity(Activity(work: .user(UserWork()))))
    process.fork("fork", to: "a", "sub", "person")
    return try TestRun(process)
  }

  private static let stopped = WorkOutcome.cancelled

  @Test("what waits ends at once, what lies around a handler stays until that has stopped")
  func order() throws {
    var run = try busy()
    try run.perform(.cancel)
    #expect(run.instance.state == .cancelling)
    #expect(run.places == ["a:executing", "sub:waiting", "inside:executing"])
    #expect(run.instance.timers.map(\.kind) == [.grace(.none)])
    #expect(run.effects.count { if case .stopWork(_, immediately: false) = $0 { true } else { false } } == 2)
    try run.finish("inside", .completed(result: 7))
    #expect(run.instance.variables[.root]["found"] == 7)
    #expect(run.places == ["a:executing", "sub:waiting"])
    try run.finish("a", Self.stopped)
    #expect(run.instance.state == .cancelled)
    #expect(run.instance.records.isEmpty)
  }

  @Test("a success in the grace leaves its record, however late the others report")
  func success() throws {
    var run = try busy()
    try run.perform(.cancel)
    try run.finish("a")
    #expect(run.instance.records.map(\.state) == [.pending])
    try run.fireNextTimer()
    #expect(run.effects.contains { if case .stopWork(_, immediately: true) = $0 { true } else { false } })
    #expect(run.instance.state == .cancelled)
    #expect(run.done == ["fork", "a"])
  }

  @Test("an engine of another epoch is gone: nobody waits for its handlers")
  func olderEpoch() throws {
    var run = try busy()
    run.epoch = 2
    try run.perform(.cancel)
    #expect(run.instance.state == .cancelled)
    #expect(!run.history.contains { $0.event == .cancellationStarted })
  }

  @Test("a handler that its engine gives back, or dies over, is not taken up again", arguments: [true, false])
  func lost(isGivenBack: Bool) throws {
    var run = try busy()
    try run.perform(.cancel)
    if !isGivenBack { run.epoch = 2 }
    for node in ["a", "inside"] {
      let token = try run.token(node)
      try run.perform(isGivenBack ? .giveBack(token.id, attempt: token.attempt) : .recover(token.id))
      #expect(!run.effects.contains(.tokenReady(token.id)))
    }
    #expect(run.instance.state == .cancelled)
  }

  @Test("a probe that is asked to stop may still say that the step happened", arguments: [true, false])
  func probe(happened: Bool) throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.step("a", probe: TestProcess.probe)
    try process.service("b")
    process.fork("fork", to: "a", "b")
    process.saga = .global
    var run = try TestRun(process)
    try run.fail("b")
    try run.finish("a", Self.stopped)
    #expect(try run.token("a").isProbing)
    try run.perform(.cancel)
    try run.finish("a", .completed(result: .boolean(happened)))
    #expect(run.instance.state == .cancelled)
    #expect(run.instance.records.count == (happened ? 1 : 0))
  }

  @Test("while it is being cancelled, each command is taken or refused by name")
  func everyCommand() throws {
    var run = try busy()
    let person = try run.token("person").id
    try run.perform(.cancel)
    let a = try run.token("a")
    let grace = try #require(run.instance.timers.first)
    let commands: [(String, InstanceCommand)] = [
      ("report", .finishWork(a.id, attempt: 1, outcome: .cancelled)),
      ("old report", .finishWork(a.id, attempt: 9, outcome: .cancelled)),
      ("given back", .giveBack(a.id, attempt: 1)), ("recovered", .recover(a.id)), ("claimed", .claim(a.id)),
      ("task", .finishTask(person, fence: nil, outcome: .cancelled)),
      ("task of a worker", .finishTask(person, fence: 3, outcome: .cancelled)),
      ("lease", .extendLease(person, fence: 3, until: run.now)),
      ("lock", .lockTask(person, worker: "w", until: run.now)),
      ("child", .finishChild(person, child: InstanceID(2), outcome: .cancelled, canBeUndone: false)),
      ("escalation", .escalateChild(person, child: InstanceID(2), code: "E")),
      ("delivery", .deliver(SubscriptionID(9), EventDelivery(event: "m", variables: Context()))),
      ("timer", .fireTimer(grace.id)), ("other timer", .fireTimer(TimerID(99))),
      ("rescheduled", .rescheduleTimer(grace.id, due: run.now)), ("retry", .retry(nil)), ("retry one", .retry(a.id)),
      ("skip", .skip(a.id, outputs: Context())), ("resolve", .resolve(a.id, outputs: Context(), note: "done")),
      ("cancel", .cancel), ("terminate", .terminate), ("compensate", .compensate(reason: "r")), ("suspend", .suspend),
      ("resume", .resume), ("set", .setVariables([VariableChange(name: "a", value: 1)])),
    ]
    var table: [String] = []
    for (name, command) in commands {
      var copy = run
      do {
        try copy.perform(command)
        table.append("\(name): \(copy.instance.state.name)")
      } catch let rejection as Rejection {
        table.append("\(name): \(rejection.reason.rawValue)")
      }
    }
    let no = "instanceCancelling"
    #expect(
      table.joined(separator: "\n") == """
        report: cancelling
        old report: tokenInvalidTransition
        given back: cancelling
        recovered: tokenInvalidTransition
        claimed: tokenInvalidTransition
        task: tokenFinalizedTwice
        task of a worker: externalTaskLeaseConflict
        lease: externalTaskLeaseConflict
        lock: tokenFinalizedTwice
        child: tokenFinalizedTwice
        escalation: tokenFinalizedTwice
        delivery: subscriptionUnknown
        timer: cancelled
        other timer: timerUnknown
        rescheduled: cancelling
        retry: \(no)
        retry one: \(no)
        skip: \(no)
        resolve: \(no)
        cancel: \(no)
        terminate: terminated
        compensate: \(no)
        suspend: \(no)
        resume: \(no)
        set: \(no)
        """)
  }

  @Test("its plan says how many handlers are asked, and for how long; with none it ends at once")
  func plan() throws {
    var run = try busy()
    #expect(
      try lines(of: .cancel(run.instance.id), run).first
        == "asks 2 handlers to stop, up to 10s; then the instance ends as cancelled")
    #expect(try lines(of: .terminate(run.instance.id), run).contains("stops a"))
    try run.perform(.cancel)
    #expect(
      try lines(of: .terminate(run.instance.id), run).contains("the instance ends as terminated; nothing is undone"))
    var process = TestProcess()
    process.add("person", .activity(Activity(work: .user(UserWork()))))
    let quiet = try TestRun(process)
    #expect(
      try lines(of: .cancel(quiet.instance.id), quiet)
        == ["the token at person ends", "the instance ends as cancelled; nothing is undone"])
  }

  private func lines(of verb: Verb, _ run: TestRun) throws -> [String] {
    let deployed = DeployedDefinition(
      id: DefinitionID(1), version: 1, definition: run.definition, folder: "/", deployedAt: run.now)
    return try Planner.plan(verb, for: run.instance, of: deployed, now: run.now).lines.map(\.text)
  }
}

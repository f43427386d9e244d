import EngineCore
import Testing

@Suite("What an attempt notes beside its outcome")
struct NotedAttemptTests {
  /// `a`, which can be undone, then `b`.
  private func run(_ first: String = "a") throws -> TestRun {
    var process = TestProcess()
    process.saga = .global
    try process.service("a", undo: true)
    try process.service("b")
    process.add("end", .end(.plain))
    process.link("a", "b", "end")
    return try TestRun(process)
  }

  /// The types of the events since a sequence.
  private func types(_ run: TestRun, after sequence: Int64) -> [String] {
    run.history.filter { $0.sequence > sequence }.map(\.event.typeName)
  }

  private func notes(_ run: TestRun) -> [ProcessEvent] {
    run.history.map(\.event).filter { if case .attemptNoted = $0 { true } else { false } }
  }

  @Test(
    "stands in history before what came of it, whatever that is",
    arguments: [
      (WorkOutcome.completed(result: .null), "tokenCompleted"),
      (.businessError(code: "NO", message: "m"), "tokenFailed"),
      (.failed(Failure(code: "E", message: "m")), "tokenFailed"), (.cancelled, "tokenFailed"),
      (.waiting(reference: "r"), "workHandedOver"),
    ])
  func noted(outcome: WorkOutcome, following: String) throws {
    var run = try run()
    let token = try run.token("a")
    let before = run.instance.sequence
    try run.perform(.finishWork(token.id, attempt: 1, outcome: outcome, note: "careful"))
    #expect(types(run, after: before).prefix(2) == ["attemptNoted", following])
    #expect(notes(run) == [.attemptNoted(token: token.id, attempt: 1, text: "careful")])
  }

  @Test("leaves no event where there is none")
  func nothing() throws {
    var run = try run()
    try run.finish("a")
    #expect(notes(run).isEmpty)
  }

  @Test("is kept at once while the instance is suspended, and once only")
  func suspended() throws {
    var run = try run()
    let token = try run.token("a")
    try run.perform(.suspend)
    let before = run.instance.sequence
    try run.perform(.finishWork(token.id, attempt: 1, outcome: .completed(result: .null), note: "careful"))
    #expect(types(run, after: before) == ["attemptNoted", "outcomeDeferred"])
    try run.perform(.resume)
    #expect(run.places == ["b:executing"])
    #expect(notes(run).count == 1)
  }

  @Test("is kept of an attempt that is given back, and of one that is cancelled")
  func stopped() throws {
    var given = try run()
    try given.perform(.giveBack(try given.token("a").id, attempt: 1, note: "halfway"))
    #expect(given.places == ["a:ready"])
    #expect(notes(given).count == 1)
    var cancelled = try run()
    let token = try cancelled.token("a")
    try cancelled.perform(.cancel)
    try cancelled.perform(.finishWork(token.id, attempt: 1, outcome: .cancelled, note: "halfway"))
    #expect(cancelled.instance.state == .cancelled)
    #expect(notes(cancelled).count == 1)
  }

  @Test("is kept of a step that undoes")
  func compensation() throws {
    var run = try run()
    try run.finish("a")
    try run.fail("b", retryable: false)
    let undo = try run.token("a")
    #expect(undo.mode == .compensation)
    try run.perform(.finishWork(undo.id, attempt: 1, outcome: .completed(result: .null), note: "undone"))
    #expect(run.instance.state == .compensated)
    #expect(notes(run) == [.attemptNoted(token: undo.id, attempt: 1, text: "undone")])
  }

  @Test("is not kept of an attempt that is over")
  func late() throws {
    var run = try run()
    let token = try run.token("a")
    let before = run.instance
    #expect(throws: Rejection.self) {
      try run.perform(.finishWork(token.id, attempt: 2, outcome: .completed(result: .null), note: "careful"))
    }
    #expect(run.instance == before)
  }
}

import EngineCore
import Testing

@Suite("An engine that dies while compensation waits leaves no step behind that may have happened")
struct CrashWhileStoppingTests {
  /// `a` is at work when `b` fails; the engine has died over it some times before, and dies once more in the grace.
  private func stopped(crashes: Int, probe: Work? = nil, undoes: Bool = true) throws -> TestRun {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    if undoes { process.step("a", probe: probe) } else { try process.service("a") }
    try process.service("b")
    process.fork("fork", to: "a", "b")
    process.saga = .global
    var run = try TestRun(process)
    for _ in 0..<crashes - 1 {
      try run.crash("a")
      try run.perform(.claim(try run.token("a").id))
    }
    try run.fail("b")
    try run.crash("a")
    return run
  }

  @Test("however often it died, the step is in doubt and stays so until somebody decides", arguments: [1, 4, 5])
  func inDoubt(crashes: Int) throws {
    var run = try stopped(crashes: crashes)
    #expect(run.kinds("a") == [.inDoubt])
    #expect(run.instance.state == .compensating)
    #expect(run.instance.runs.map(\.phase) == [.draining])
    try run.perform(.retry(try run.token("a").id))
    #expect(try run.undoAll() == [["a"]])
    #expect(run.instance.state == .compensated)
  }

  @Test("a probe finds out, and when the engine dies over that too often, a person has to", arguments: [1, 5])
  func probed(crashes: Int) throws {
    var run = try stopped(crashes: crashes, probe: TestProcess.probe)
    #expect(run.effects.contains { if case .startWork(let work) = $0 { work.mode == .probe } else { false } })
    for _ in 1..<CoreLimits.crashesPerStep {
      try run.crash("a")
      try run.perform(.claim(try run.token("a").id))
    }
    try run.crash("a")
    #expect(run.kinds("a") == [.inDoubt])
    try run.perform(.resolve(try run.token("a").id, outputs: Context(), note: "seen in the ledger"))
    #expect(try run.undoAll() == [["a"]])
  }

  @Test("a step that cannot be undone just ends")
  func nothingToUndo() throws {
    let run = try stopped(crashes: 5, undoes: false)
    #expect(run.instance.state == .compensated)
  }

  @Test("a compensation over which the engine died too often halts its run, and its retry goes on with it")
  func undoing() throws {
    var process = TestProcess()
    process.step("a")
    process.step("b")
    try process.service("last")
    process.link("a", "b", "last")
    process.saga = .global
    var run = try TestRun(process)
    try run.finishAll("a", "b")
    try run.fail("last")
    for _ in 1..<CoreLimits.crashesPerStep {
      try run.crash("b")
      try run.perform(.claim(try run.token("b").id))
    }
    try run.crash("b")
    #expect(run.kinds("b") == [.crashLoop])
    #expect(run.instance.runs.map(\.phase) == [.halted])
    #expect(run.history.contains { if case .compensationFailed = $0.event { true } else { false } })
    try run.perform(.retry(try run.token("b").id))
    #expect(run.instance.runs.map(\.phase) == [.running])
    #expect(try run.undoAll() == [["b"], ["a"]])
  }

  /// `a` is done, but what it leaves cannot be calculated; `b` is beside it.
  private func withoutOutputs() throws -> TestProcess {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("a", undo: true, output: ["charge": "result.number + 1"])
    try process.service("b")
    process.fork("fork", to: "a", "b")
    process.saga = .global
    return process
  }

  @Test("a step that was done in the grace and whose outputs cannot be calculated is not forgotten")
  func outputsInTheGrace() throws {
    var run = try TestRun(try withoutOutputs())
    try run.fail("b")
    try run.finish("a", .completed(result: ["number": "seven"]))
    #expect(run.kinds("a") == [.inDoubt])
    try run.perform(.resolve(try run.token("a").id, outputs: ["charge": 8], note: "read in the ledger"))
    let seen = run.effects.compactMap { effect in
      if case .startWork(let work) = effect { work.variables["charge"] } else { nil }
    }
    #expect(seen == [8])
    #expect(try run.undoAll() == [["a"]])
  }

  @Test("nor is one that had come to this before compensation began")
  func outputsBefore() throws {
    var run = try TestRun(try withoutOutputs())
    try run.finish("a", .completed(result: ["number": "seven"]))
    #expect(run.kinds("a") == [.expressionFailed])
    try run.fail("b")
    #expect(run.kinds("a") == [.inDoubt])
    try run.perform(.retry(try run.token("a").id))
    #expect(try run.undoAll() == [["a"]])
  }
}

extension TestRun {
  /// The engine dies while a node is at work, and another one takes over.
  mutating func crash(_ node: String) throws {
    epoch += 1
    try perform(.recover(try token(node).id))
  }
}

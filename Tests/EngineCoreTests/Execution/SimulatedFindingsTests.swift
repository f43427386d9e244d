import EngineCore
import Testing

/// What the simulator has found in the rules, each as small as it can be made.
@Suite("Rules that only chance had broken")
struct SimulatedFindingsTests {
  @Test("a subprocess that is emptied by compensation has not completed: it leaves no record and sends no token")
  func emptiedSubprocess() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("slow")
    let undo = Compensation(work: .handler(name: "undo", configuration: .literal(.null)))
    process.add("scope", .subprocess(Subprocess(start: NodeIndex(rawValue: 3), compensation: undo)))
    process.add("pause", .catchEvent(.timer(.delay(.seconds(60)))), in: "scope")
    try process.service("after")
    process.link("fork", "slow")
    process.link("fork", "scope", "after")
    var run = try TestRun(process)
    try run.perform(.compensate(reason: "by hand"))
    #expect(run.places == ["slow:executing", "scope:waiting"])
    #expect(run.instance.records.isEmpty)
    try run.finish("slow")
    #expect(run.instance.state == .compensated)
    #expect(run.done == ["fork", "slow"])
  }

  @Test("a task that comes back after a pause stands where its token does, before those of later tokens")
  func repeatedTask() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    for id in ["a", "b"] {
      let work = Work.external(ExternalWork(topic: "parcels"))
      process.add(id, .activity(Activity(work: work, retry: RetryPolicy(attempts: 2))))
      process.link("fork", id)
    }
    var run = try TestRun(process)
    let failure = Failure(code: "E", message: "no")
    try run.perform(.finishTask(try run.token("a").id, fence: nil, outcome: .failed(failure)))
    try run.fireNextTimer()
    #expect(run.instance.externalTasks.map(\.token) == [try run.token("a").id, try run.token("b").id])
  }

  @Test("a handler that would begin in the step that ends its token does not begin")
  func endedInItsFirstStep() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("work")
    process.add("stop", .end(.terminate))
    process.link("fork", "work")
    process.link("fork", "stop")
    let run = try TestRun(process)
    #expect(run.instance.state == .completed)
    #expect(run.effects.isEmpty)
  }

  @Test("a subprocess that is being undone cannot be skipped: nothing goes on behind it, and no doubt is forgotten")
  func skippedWhileUndone() throws {
    var process = TestProcess()
    process.add("scope", .subprocess(Subprocess(start: NodeIndex(rawValue: 1))))
    try process.service("charge", undo: true, in: "scope")
    try process.service("after")
    process.link("scope", "after")
    var run = try TestRun(process)
    run.epoch = 2
    run.freeSlots = 0
    try run.perform(.recover(try run.token("charge").id))
    try run.perform(.compensate(reason: "by hand"))
    #expect(run.places == ["scope:waiting", "charge:failed"])
    let host = try run.token("scope").id
    #expect(throws: Rejection.self) { try run.perform(.skip(host, outputs: Context())) }
    try run.perform(.skip(try run.token("charge").id, outputs: Context()))
    #expect(run.instance.state == .compensated)
  }

  @Test("an outcome that is reported twice while the instance is suspended is kept once")
  func deferredTwice() throws {
    var process = TestProcess()
    try process.service("work", retry: RetryPolicy(attempts: 2))
    var run = try TestRun(process)
    try run.perform(.suspend)
    try run.fail("work")
    #expect(throws: Rejection.self) { try run.finish("work") }
    try run.perform(.resume)
    #expect(run.places == ["work:waiting"])
  }
}

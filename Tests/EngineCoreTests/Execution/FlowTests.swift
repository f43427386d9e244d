import EngineCore
import Testing

@Suite("Tokens flow as BPMN says")
struct FlowTests {
  @Test("a sequence runs one step after the other and completes")
  func sequence() throws {
    var process = TestProcess()
    try process.service("a")
    try process.service("b")
    process.add("end", .end(.plain))
    process.link("a", "b", "end")
    var run = try TestRun(process)
    #expect(run.places == ["a:executing"])
    try run.finish("a")
    #expect(run.places == ["b:executing"])
    try run.finish("b")
    #expect(run.instance.state == .completed)
    #expect(run.done == ["a", "b", "end"])
  }

  @Test("without room a token stays ready, and a claim begins it")
  func noRoom() throws {
    var process = TestProcess()
    try process.service("a")
    process.add("end", .end(.plain))
    process.link("a", "end")
    var run = try TestRun(process)
    run.freeSlots = 0
    try run.finish("a")
    #expect(run.instance.state == .completed)
    run = try TestRun(process)
    #expect(try run.token("a").attempt == 1)
  }

  @Test("a fork sends a token along each flow and the join waits for all of them")
  func forkAndJoin() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("left")
    try process.service("right")
    process.add("join", .parallelGateway)
    process.add("end", .end(.plain))
    process.link("fork", "left", "join")
    process.link("fork", "right", "join")
    process.link("join", "end")
    var run = try TestRun(process)
    #expect(run.places == ["left:executing", "right:executing"])
    try run.finish("right")
    #expect(run.places == ["left:executing", "join:waiting"])
    try run.finish("left")
    #expect(run.instance.state == .completed)
  }

  @Test("a failed branch never makes a join fire")
  func failedBranch() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("left")
    try process.service("right")
    process.add("join", .parallelGateway)
    process.add("end", .end(.plain))
    process.link("fork", "left", "join", "end")
    process.link("fork", "right", "join")
    var run = try TestRun(process)
    try run.finish("left")
    try run.fail("right")
    #expect(run.places == ["right:failed", "join:waiting"])
    #expect(run.instance.state == .running)
    #expect(run.instance.incidents.map(\.code) == ["ERROR"])
  }

  @Test(
    "an exclusive gateway takes the first flow that holds, else its default", arguments: [(50, "big"), (5, "small")])
  func choice(amount: Int, expected: String) throws {
    var process = TestProcess()
    process.add("choose", .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 1)))
    try process.service("big")
    try process.service("small")
    process.link("choose", "big", when: "amount > 10")
    process.link("choose", "small")
    let run = try TestRun(process, variables: ["amount": Value(amount)])
    #expect(run.places == ["\(expected):executing"])
  }

  @Test("a gateway that cannot decide rests on an incident, and retrying after a fix goes on")
  func undecided() throws {
    var process = TestProcess()
    process.add("choose", .exclusiveGateway(defaultFlow: nil))
    try process.service("big")
    process.link("choose", "big", when: "amount > 10")
    var run = try TestRun(process, variables: ["amount": "many"])
    #expect(run.places == ["choose:failed"])
    try run.perform(.setVariables([VariableChange(name: "amount", value: 11)]))
    try run.perform(.retry(nil))
    #expect(run.places == ["big:executing"])
    #expect(run.instance.incidents.isEmpty)
  }

  @Test("outputs become variables that later steps see")
  func outputs() throws {
    var process = TestProcess()
    try process.service("a", output: ["total": "result.price * 2"])
    try process.service("b")
    process.link("a", "b")
    var run = try TestRun(process)
    try run.finish("a", .completed(result: ["price": 21]))
    #expect(run.instance.variables[.root]["total"] == 42)
  }

  @Test("a terminate end event ends every other token of its scope")
  func terminateEnd() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    try process.service("slow")
    try process.service("quick")
    process.add("stop", .end(.terminate))
    process.link("fork", "slow")
    process.link("fork", "quick", "stop")
    var run = try TestRun(process)
    try run.finish("quick")
    #expect(run.instance.state == .completed)
    #expect(run.effects.contains { if case .stopWork = $0 { true } else { false } })
  }

  @Test("an error end event that nothing catches fails the instance")
  func errorEnd() throws {
    var process = TestProcess()
    try process.service("a")
    process.add("refused", .end(.error(code: "REFUSED")))
    process.link("a", "refused")
    var run = try TestRun(process)
    try run.finish("a")
    #expect(run.instance.state == .failed)
  }

  @Test("a loop of nodes that need nobody outside is cut into units")
  func endlessLoop() throws {
    var process = TestProcess()
    process.add("a", .parallelGateway)
    process.add("b", .parallelGateway)
    process.link("a", "b")
    process.link("b", "a")
    var run = try TestRun(process)
    let token = try #require(run.instance.tokens.first)
    #expect(token.state == .ready)
    let before = run.history.count
    try run.perform(.claim(token.id))
    #expect(run.history.count > before + CoreLimits.nodesPerUnit)
  }

  @Test("a timer catch waits for its time")
  func timerCatch() throws {
    var process = TestProcess()
    process.add("pause", .catchEvent(.timer(.delay(.seconds(5)))))
    try process.service("a")
    process.link("pause", "a")
    var run = try TestRun(process)
    #expect(run.instance.timers.map(\.due) == [run.now + .seconds(5)])
    try run.fireNextTimer()
    #expect(run.places == ["a:executing"])
    #expect(run.instance.timers.isEmpty)
  }
}

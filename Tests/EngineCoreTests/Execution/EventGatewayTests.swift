import EngineCore
import Testing

@Suite("Event-based gateways, conditions and links")
struct EventGatewayTests {
  private func gateway() throws -> TestProcess {
    var process = TestProcess()
    process.add("first", .eventGateway)
    try process.catches("paid", message: "payment", key: "order", output: ["sum": "message.sum"])
    process.add("off", .catchEvent(.signal("cancelled")))
    process.add("rich", .catchEvent(try .condition("money > 100")))
    process.add("late", .catchEvent(.after(60)))
    process.add("end", .end(.plain))
    for node in ["paid", "off", "rich", "late"] { process.link("first", node, "end") }
    return process
  }

  @Test("the gateway waits for all of its events at once")
  func opening() throws {
    let run = try TestRun(try gateway(), variables: ["order": "A-1"])
    #expect(run.places == ["first:waiting"])
    #expect(run.instance.tokens[0].wait == .events)
    #expect(run.subscriptions == ["paid message payment A-1", "off signal cancelled", "rich condition"])
    #expect(run.instance.timers.map(\.kind) == [.branch(NodeIndex(rawValue: 4))])
  }

  @Test("the first event takes its way, and the others are closed", arguments: ["paid", "off", "rich", "late"])
  func first(node: String) throws {
    var run = try TestRun(try gateway(), variables: ["order": "A-1"])
    switch node {
    case "paid": try run.deliver("payment", ["sum": 3])
    case "off": try run.deliver("cancelled")
    case "rich": try run.set("money", 101)
    default: try run.fireNextTimer()
    }
    #expect(run.instance.state == .completed)
    #expect(run.done == ["first", node, "end"])
    #expect(run.instance.subscriptions.isEmpty)
    #expect(run.instance.timers.isEmpty)
    #expect(run.instance.variables[.root]["sum"] == (node == "paid" ? 3 : nil))
  }

  @Test("a gateway cannot be skipped, since nobody says which way")
  func skipping() throws {
    var run = try TestRun(try gateway(), variables: ["order": "A-1"])
    let token = try run.token("first")
    #expect(throws: Rejection.self) { try run.perform(.skip(token.id, outputs: [:])) }
  }

  @Test("when what came cannot be kept, the gateway rests on an incident and waits for nothing else")
  func broken() throws {
    var process = TestProcess()
    process.add("first", .eventGateway)
    try process.catches("paid", message: "payment", output: ["bad name": "message.sum", "sum": "message.sum + []"])
    process.add("late", .catchEvent(.after(60)))
    process.add("end", .end(.plain))
    for node in ["paid", "late"] { process.link("first", node, "end") }
    var run = try TestRun(process)
    try run.deliver("payment", ["sum": 3])
    if run.instance.state == .running {
      #expect(run.places == ["first:failed"])
      #expect(run.instance.subscriptions.isEmpty)
      #expect(run.instance.timers.isEmpty)
      try run.perform(.retry(nil))
      #expect(run.places == ["first:waiting"])
    }
  }

  @Test("a condition that holds already passes at once; one that does not waits for the variable")
  func condition() throws {
    var process = TestProcess()
    process.add("enough", .catchEvent(try .condition("stock >= 10")))
    process.add("end", .end(.plain))
    process.link("enough", "end")
    var run = try TestRun(process, variables: ["stock": 12])
    #expect(run.instance.state == .completed)
    run = try TestRun(process)
    #expect(run.places == ["enough:waiting"])
    try run.set("stock", "many")
    #expect(run.places == ["enough:waiting"])
    try run.set("stock", 10)
    #expect(run.instance.state == .completed)
  }

  @Test("a condition beside some work goes off whenever it becomes true, not as long as it is")
  func edges() throws {
    var process = TestProcess()
    try process.service("work")
    process.boundary("hot", on: "work", try .condition("t > 90"), interrupting: false)
    try process.service("cool")
    process.add("end", .end(.plain))
    process.link("work", "end")
    process.link("hot", "cool", "end")
    var run = try TestRun(process)
    try run.set("t", 95)
    #expect(run.places == ["work:executing", "cool:executing"])
    try run.set("t", 99)
    #expect(run.places == ["work:executing", "cool:executing"])
    try run.set("t", 20)
    try run.set("t", 91)
    #expect(run.places == ["work:executing", "cool:executing", "cool:executing"])
  }

  @Test("conditions of a suspended instance are looked at when it is resumed")
  func suspendedCondition() throws {
    var process = TestProcess()
    process.add("enough", .catchEvent(try .condition("stock >= 10")))
    process.add("end", .end(.plain))
    process.link("enough", "end")
    var run = try TestRun(process)
    try run.perform(.suspend)
    try run.set("stock", 10)
    #expect(run.places == ["enough:waiting"])
    try run.perform(.resume)
    #expect(run.instance.state == .completed)
  }

  @Test("two conditions that become true at once go off in the order in which they were opened")
  func order() throws {
    var process = TestProcess()
    process.add("fork", .parallelGateway)
    process.add("b", .catchEvent(try .condition("x")))
    process.add("a", .catchEvent(try .condition("x")))
    process.add("end", .end(.plain))
    process.link("fork", "b", "end")
    process.link("fork", "a", "end")
    var run = try TestRun(process)
    try run.set("x", true)
    #expect(run.done == ["fork", "b", "a", "end", "end"])
  }

  @Test("a link jumps to its namesake")
  func links() throws {
    var process = TestProcess()
    try process.service("a")
    process.add("jump", .throwEvent(.link(target: NodeIndex(rawValue: 2))))
    process.add("landing", .catchEvent(.link(name: "over there")))
    try process.service("b")
    process.add("end", .end(.plain))
    process.link("a", "jump")
    process.link("landing", "b", "end")
    var run = try TestRun(process)
    #expect(DefinitionValidator.issues(in: run.definition).isEmpty)
    try run.finish("a")
    #expect(run.places == ["b:executing"])
    try run.finish("b")
    #expect(run.done == ["a", "jump", "landing", "b", "end"])
  }
}

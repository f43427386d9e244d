import EngineCore
import Testing

@Suite("Messages and signals")
struct MessageTests {
  @Test("a catch event waits for its message with the key of the moment, and keeps what its outputs say")
  func catching() throws {
    var process = TestProcess()
    try process.catches("paid", message: "payment", key: "order", output: ["amount": "message.amount"])
    process.add("end", .end(.plain))
    process.link("paid", "end")
    var run = try TestRun(process, variables: ["order": 17])
    #expect(run.places == ["paid:waiting"])
    #expect(run.subscriptions == ["paid message payment 17"])
    try run.deliver("payment", ["amount": 5, "secret": true])
    #expect(run.instance.state == .completed)
    #expect(run.instance.subscriptions.isEmpty)
    #expect(run.instance.variables[.root] == ["amount": 5, "order": 17])
  }

  @Test("a key that names nothing is an incident, and a retry looks at it again")
  func badKey() throws {
    var process = TestProcess()
    try process.catches("paid", message: "payment", key: "order")
    process.add("end", .end(.plain))
    process.link("paid", "end")
    var run = try TestRun(process)
    #expect(run.places == ["paid:failed"])
    #expect(run.instance.subscriptions.isEmpty)
    try run.set("order", "A-1")
    try run.perform(.retry(nil))
    #expect(run.subscriptions == ["paid message payment A-1"])
  }

  @Test("outputs that cannot be calculated are an incident, and the subscription is gone")
  func badOutputs() throws {
    var process = TestProcess()
    try process.catches("paid", message: "payment", output: ["total": "message.amount + 1"])
    process.add("end", .end(.plain))
    process.link("paid", "end")
    var run = try TestRun(process)
    try run.deliver("payment", ["amount": ["not": "a number"]])
    if run.instance.state != .completed {
      #expect(run.places == ["paid:failed"])
      #expect(run.instance.subscriptions.isEmpty)
      try run.perform(.skip(run.instance.tokens[0].id, outputs: ["total": 3]))
    }
    #expect(run.instance.state == .completed)
  }

  @Test("a message cannot come twice to one catch event")
  func twice() throws {
    var process = TestProcess()
    try process.catches("paid", message: "payment")
    try process.service("ship")
    process.add("end", .end(.plain))
    process.link("paid", "ship", "end")
    var run = try TestRun(process)
    let subscription = try #require(run.instance.subscriptions.first)
    try run.deliver("payment")
    #expect(throws: Rejection.self) { try run.perform(.deliver(subscription.id, EventDelivery(event: "again"))) }
    try run.finish("ship")
    #expect(throws: Rejection.self) { try run.perform(.deliver(subscription.id, EventDelivery(event: "late"))) }
  }

  @Test("a boundary message that interrupts ends the work; the timer beside it is gone, in whatever turn it was due")
  func race() throws {
    var process = TestProcess()
    try process.service("work")
    process.boundary("stopped", on: "work", .message("stop"))
    process.boundary("late", on: "work", .after(60))
    process.add("end", .end(.plain))
    process.link("work", "end")
    process.link("stopped", "end")
    process.link("late", "end")
    var run = try TestRun(process)
    let timer = try #require(run.instance.timers.first)
    run.now = timer.due
    try run.deliver("stop")
    #expect(run.instance.state == .completed)
    #expect(run.done == ["stopped", "end"])
    #expect(throws: Rejection.self) { try run.perform(.fireTimer(timer.id)) }

    run = try TestRun(process)
    let subscription = try #require(run.instance.subscriptions.first)
    try run.fireNextTimer()
    #expect(run.done == ["late", "end"])
    #expect(throws: Rejection.self) { try run.perform(.deliver(subscription.id, EventDelivery(event: "late"))) }
  }

  @Test("a boundary message that does not interrupt can come again and again, until the work is done")
  func again() throws {
    var process = TestProcess()
    try process.service("work")
    process.boundary("asked", on: "work", .message("ask"), interrupting: false)
    try process.service("answer")
    process.add("end", .end(.plain))
    process.link("work", "end")
    process.link("asked", "answer", "end")
    var run = try TestRun(process)
    try run.deliver("ask")
    try run.deliver("ask")
    #expect(run.places == ["work:executing", "answer:executing", "answer:executing"])
    try run.finish("work")
    #expect(run.instance.subscriptions.isEmpty)
    try run.finish("answer")
    try run.finish("answer")
    #expect(run.instance.state == .completed)
  }

  @Test("several boundary events of all kinds stand on one subprocess, and end with it")
  func several() throws {
    var process = TestProcess()
    process.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 1))))
    try process.service("inner", in: "sub")
    process.add("inside", .end(.plain), in: "sub")
    process.boundary("m", on: "sub", .message("stop"))
    process.boundary("s", on: "sub", .signal("news"), interrupting: false)
    process.boundary("c", on: "sub", try .condition("x > 3"))
    process.boundary("t", on: "sub", .after(60))
    process.add("end", .end(.plain))
    process.link("inner", "inside")
    for node in ["sub", "m", "s", "c", "t"] { process.link(node, "end") }
    var run = try TestRun(process)
    #expect(run.subscriptions == ["m message stop", "s signal news", "c condition"])
    #expect(run.instance.timers.count == 1)
    try run.deliver("news")
    #expect(run.places == ["sub:waiting", "inner:executing"])
    var other = run
    try run.finish("inner")
    #expect(run.instance.state == .completed)
    try other.set("x", 4)
    #expect(other.instance.state == .completed)
    #expect(other.done == ["s", "end", "c", "end"])
  }

  @Test("a receive task can have a deadline")
  func receiveTask() throws {
    var process = TestProcess()
    try process.catches("paid", message: "payment")
    process.boundary("late", on: "paid", .after(60))
    process.add("end", .end(.plain))
    process.link("paid", "end")
    process.link("late", "end")
    var run = try TestRun(process)
    try run.fireNextTimer()
    #expect(run.instance.state == .completed)
    #expect(run.done == ["late", "end"])
  }

  @Test("a thrown message says its name, key and variables; a thrown signal too")
  func throwing() throws {
    var process = TestProcess()
    process.add(
      "tell",
      .throwEvent(
        .message(
          MessageThrow(
            name: "paid", correlationKey: .expression(try Expression("order")),
            variables: [Mapping(target: "sum", template: .expression(try Expression("1 + 1")))],
            timeToLive: .seconds(5)))))
    process.add("end", .end(.throwing(.signal(SignalThrow(name: "over")))))
    process.link("tell", "end")
    let run = try TestRun(process, variables: ["order": "A-1"])
    #expect(run.instance.state == .completed)
    let thrown = run.history.compactMap { entry -> String? in
      switch entry.event {
      case .messageThrown(_, _, let message):
        "\(message.name) \(message.correlationKey ?? "") \(message.variables) \(message.timeToLive)"
      case .signalThrown(_, _, let name, _): name
      default: nil
      }
    }
    #expect(thrown == ["paid A-1 {sum: 2} 5.0 seconds", "over"])
  }

  @Test("what comes while an instance is suspended takes effect on resume, in the order in which it came")
  func suspended() throws {
    var process = TestProcess()
    try process.service("work")
    process.boundary("stopped", on: "work", .message("stop"))
    process.add("end", .end(.plain))
    process.link("work", "end")
    process.link("stopped", "end")
    var run = try TestRun(process)
    try run.perform(.suspend)
    try run.deliver("stop")
    #expect(run.places == ["work:executing"])
    #expect(throws: Rejection.self) { try run.deliver("stop") }
    try run.finish("work")
    #expect(run.instance.deferred.count == 2)
    try run.perform(.resume)
    #expect(run.instance.state == .completed)
    #expect(run.done == ["stopped", "end"])
  }

  @Test("an instance can be started by a message: its key is the business key, its outputs are variables")
  func messageStart() throws {
    var process = TestProcess()
    try process.service("work")
    process.add("end", .end(.plain))
    process.link("work", "end")
    var definition = try process.definition()
    definition.startEvents = [
      StartEvent(
        node: definition.start, trigger: .message(try process.trigger("order", output: ["item": "message.item"])))
    ]
    let empty = ProcessInstance(
      id: InstanceID(1), definition: DefinitionID(1), createdAt: Timestamp(microseconds: 0))
    let delivery = EventDelivery(event: "m", variables: ["item": "bike", "noise": 1])
    let context = StepContext(definition: definition, now: Timestamp(microseconds: 0), epoch: 1, freeSlots: 1)
    let instance = try step(
      empty, .startBy(definition.start, businessKey: "A-1", delivery), in: context
    ).instance
    #expect(instance.businessKey == "A-1")
    #expect(instance.variables[.root] == ["item": "bike"])
    #expect(instance.tokens.map(\.node) == [definition.start])
  }
}

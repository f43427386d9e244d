import EngineCore

/// Processes for the contract, small and with everything that leaves a row.
package enum ContractProcess {
  /// Every kind of work, of waiting and of undoing.
  package static func order() throws -> ProcessDefinition {
    try ProcessDefinition("order", name: "Order fulfilment", saga: .global) {
      Service("reserve", handler: "reserve")
        .output("reservation", "=result.id")
        .retry(3, backoff: .seconds(5))
        .compensate(handler: "release", retry: RetryPolicy(attempts: 2))
      Fork("both", to: "approve", "pick")
      User("approve", assignee: "anna", candidates: ["anna", "bert"], due: .seconds(7200))
        .after(.seconds(3600), interrupting: false, next: "remind")
        .onError("REJECTED", next: "refused")
        .next("merge")
      External("pick", topic: "picking", lease: .seconds(30))
        .retry(2, backoff: .seconds(1))
        .compensate(topic: "unpicking")
        .next("merge")
      Join("merge")
      Scope("ship", saga: .local) {
        Service("pack", handler: "pack").output("parcel", "=result").compensate(handler: "unpack")
        Wait("pause", for: .seconds(60))
        Service("send", handler: "send")
      }
      .input("local", "=reservation")
      .onError("LOST", next: "refused")
      .next("end")
      Service("remind", handler: "remind").next("end")
      End("refused", error: "REJECTED")
    }
  }

  /// Every way to set compensation off from inside, in causal order, with steps that can be in doubt.
  package static func trip() throws -> ProcessDefinition {
    try ProcessDefinition("trip", saga: SagaPolicy(scope: .global, order: .causal)) {
      Service("plan", handler: "plan").compensate(handler: "forget")
      Fork("both", to: "book", "pack")
      Transaction("book", saga: SagaPolicy(scope: .none, onCompensationFailure: .continue)) {
        Fork("two", to: "hotel", "flight")
        Service("hotel", handler: "hotel")
          .retry(2, backoff: .seconds(5))
          .compensate(handler: "leave")
          .compensateAlsoAfterFailure()
          .probe(handler: "ask")
          .next("paid")
        External("flight", topic: "flights", lease: .seconds(30)).compensate(topic: "refunds").next("paid")
        Join("paid")
        User("confirm", assignee: "anna").onError("REJECTED", next: "give-up")
        Undo("change", "hotel").next("end")
        End.cancel("give-up")
      }
      .onCancel(next: "regret")
      .next("met")
      Service("pack", handler: "pack").compensate(handler: "unpack").probe(handler: "ask").next("met")
      Join("met")
      Undo("repack", "pack")
      Scope("travel", saga: SagaPolicy(scope: .local, order: .causal)) {
        Service("go", handler: "go").compensate(handler: "return")
        Undo("return")
        Service("look", handler: "look")
      }
      .compensate(handler: "apologise")
      .next("end")
      End.compensate("regret", "plan")
    }
  }

  /// Two steps, one after the other.
  package static func pair(_ key: String = "pair") throws -> ProcessDefinition {
    try ProcessDefinition(key) {
      Service("first", handler: "first")
      Service("second", handler: "second")
    }
  }

  /// Waits for a time.
  package static func pause(_ delay: Duration) throws -> ProcessDefinition {
    try ProcessDefinition("pause") { Wait("wait", for: delay) }
  }

  /// Reminds somebody again and again of a task.
  package static func reminder(_ cycle: TimerCycle) throws -> ProcessDefinition {
    try ProcessDefinition("reminder") {
      User("approve", assignee: "anna").every(cycle, next: "remind").next("end")
      Service("remind", handler: "remind").next("end")
    }
  }

  /// Waits for a worker of a topic.
  package static func external(topic: String) throws -> ProcessDefinition {
    try ProcessDefinition("external-\(topic)") { External("work", topic: topic, lease: .seconds(30)) }
  }

  /// Waits for one message.
  package static func receive(_ name: String, key: String? = nil) throws -> ProcessDefinition {
    try graph("receive-\(name)") { nodes, flows in
      let template = try key.map { ValueTemplate.expression(try Expression($0)) }
      nodes.append(
        NodeDefinition(
          id: "wait", kind: .catchEvent(.message(MessageTrigger(name: name, correlationKey: template)))))
      nodes.append(NodeDefinition(id: "end", kind: .end(.plain)))
      flows.append(SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 1)))
    }
  }

  /// Every way to wait for an event, and to throw one.
  package static func events() throws -> ProcessDefinition {
    try graph("events") { nodes, flows in
      func node(_ id: String, _ kind: NodeKind, in parent: Int? = nil) {
        nodes.append(NodeDefinition(id: id, kind: kind, parent: parent.map(NodeIndex.init(rawValue:))))
      }
      func flow(_ from: Int, _ to: Int) {
        flows.append(SequenceFlow(from: NodeIndex(rawValue: from), to: NodeIndex(rawValue: to)))
      }
      let kept = [Mapping(target: "note", template: .expression(try Expression("message.text")))]
      node("fork", .parallelGateway)
      node("first", .eventGateway)
      node("paid", .catchEvent(.message(MessageTrigger(name: "payment", outputs: kept))))
      node("off", .catchEvent(.signal(SignalTrigger(name: "off"))))
      node("rich", .catchEvent(.conditional(try Expression("amount > 3"))))
      node("late", .catchEvent(.timer(.delay(.seconds(60)))))
      node("pick", .activity(Activity(work: .external(ExternalWork(topic: "picking")))))
      node(
        "asked",
        .boundary(
          BoundaryEvent(
            host: NodeIndex(rawValue: 6), trigger: .message(MessageTrigger(name: "ask")), isInterrupting: false)))
      node("tell", .throwEvent(.message(MessageThrow(name: "told", timeToLive: .seconds(60)))))
      node("end", .end(.throwing(.signal(SignalThrow(name: "over")))))
      node(
        "stop",
        .subprocess(
          Subprocess(
            start: NodeIndex(rawValue: 11),
            event: EventStart(trigger: .message(MessageTrigger(name: "stop")), isInterrupting: true))))
      node("undo", .activity(Activity(work: .user(UserWork()))), in: 10)
      node("stopped", .end(.plain), in: 10)
      for (from, to) in [(0, 1), (0, 6), (1, 2), (1, 3), (1, 4), (1, 5), (2, 9), (3, 9), (4, 9), (5, 9), (6, 9)] {
        flow(from, to)
      }
      flow(7, 8)
      flow(8, 9)
      flow(11, 12)
    }
  }

  private static func graph(
    _ key: String, _ body: (inout [NodeDefinition], inout [SequenceFlow]) throws -> Void
  ) throws -> ProcessDefinition {
    var nodes: [NodeDefinition] = []
    var flows: [SequenceFlow] = []
    try body(&nodes, &flows)
    return ProcessDefinition(key: key, nodes: nodes, flows: flows, start: NodeIndex(rawValue: 0))
  }
}

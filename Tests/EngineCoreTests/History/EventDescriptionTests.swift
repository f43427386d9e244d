import EngineCore
import Testing

@Suite("Descriptions of events")
struct EventDescriptionTests {
  static let start = Timestamp(microseconds: 1_795_428_000_123_456)

  /// begin → charge (three attempts, can be undone, reminded by a boundary timer) → done
  static let definition = ProcessDefinition(
    key: "order",
    nodes: [
      NodeDefinition(id: "begin", kind: .start),
      NodeDefinition(
        id: "charge",
        kind: .activity(
          Activity(
            work: .handler(name: "exec", configuration: .literal(.null)), retry: RetryPolicy(attempts: 3),
            compensation: Compensation(work: .handler(name: "exec", configuration: .literal(.null)))))),
      NodeDefinition(
        id: "late",
        kind: .boundary(
          BoundaryEvent(host: NodeIndex(rawValue: 1), trigger: .timer(.delay(.seconds(60))), isInterrupting: false))),
      NodeDefinition(id: "done", kind: .end(.plain)),
    ],
    flows: [
      SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 1)),
      SequenceFlow(from: NodeIndex(rawValue: 1), to: NodeIndex(rawValue: 3)),
    ],
    start: NodeIndex(rawValue: 0))

  private let charge = NodeIndex(rawValue: 1)

  private func entries(_ events: [ProcessEvent], from first: Int64 = 1) -> [HistoryEntry] {
    events.enumerated().map { HistoryEntry(sequence: first + Int64($0), at: Self.start, event: $1) }
  }

  private func describe(_ events: ProcessEvent...) -> [EventDescription] {
    var describer = EventDescriber(definition: Self.definition)
    return describer.describe(entries(events))
  }

  private func arrival(_ token: TokenID, state: TokenState = .executing) -> ProcessEvent {
    .tokenArrived(
      TokenArrival(
        token: token, node: charge, scope: .root, flow: FlowIndex(rawValue: 0), state: state,
        epoch: state == .executing ? 1 : 0))
  }

  private func failed(_ token: TokenID, attempt: Int, detail: String? = nil) -> ProcessEvent {
    let failure = Failure(code: "exit 1", message: "card declined", detail: detail)
    return .tokenFailed(token: token, node: charge, attempt: attempt, failure: failure, counts: true)
  }

  @Test("carry the public name of every type of event", arguments: EventSamples.all.indices)
  func typeNames(_ index: Int) {
    let sample = EventSamples.all[index]
    #expect(sample.event.typeName == sample.type)
    let described = describe(sample.event)
    #expect(described.first?.jsonText.contains("\"type\":\"\(sample.type)\"") == true)
    #expect(described.first?.sentence.isEmpty == false)
  }

  @Test("name every type of event differently")
  func typeNamesDiffer() {
    #expect(Set(EventSamples.all.map(\.type)).count == EventSamples.all.count)
  }

  @Test("write JSON with the leading names first, then the others in order")
  func jsonOrder() {
    let json = describe(arrival(TokenID(2)), failed(TokenID(2), attempt: 1, detail: "no\u{1B}[31m money")).last?
      .jsonText
    #expect(
      json
        == #"{"seq":2,"at":"2026-11-23T10:00:00.123456Z","type":"tokenFailed","node":"charge","token":2,"#
        + #""mode":"forward","attempt":1,"code":"exit 1","counts":true,"detail":"no\u001b[31m money","#
        + #""message":"card declined","retryable":true}"#)
  }

  @Test("write the example of the interface exactly")
  func jsonExample() {
    let json = describe(arrival(TokenID(2)), .tokenCompleted(token: TokenID(2), node: charge, mode: .forward)).last?
      .jsonText
    #expect(
      json
        == #"{"seq":2,"at":"2026-11-23T10:00:00.123456Z","type":"tokenCompleted","node":"charge","token":2,"mode":"forward"}"#
    )
  }

  @Test(
    "name what came to a subscription by its kind",
    arguments: zip(Subscription.Kind.allCases, ["messageReceived", "signalReceived", "conditionMet"]))
  func received(_ kind: Subscription.Kind, _ type: String) {
    let subscription = Subscription(
      id: SubscriptionID(3), token: TokenID(2), scope: .root, node: charge, kind: kind, name: "paid",
      openedAt: Timestamp(microseconds: 0))
    let described = describe(
      arrival(TokenID(2)), .subscriptionOpened(subscription),
      .subscriptionTriggered(subscription: SubscriptionID(3), event: "m-1"))
    #expect(described.last?.typeName == type)
  }

  @Test("write changed variables as an object and removed ones as a list")
  func jsonVariables() {
    let changes = [
      VariableChange(name: "b", value: "x"), VariableChange(name: "a", value: 1),
      VariableChange(name: "gone", value: nil),
    ]
    let json = describe(.variablesChanged(scope: .root, changes: changes)).last?.jsonText
    #expect(json?.hasSuffix(#""removed":["gone"],"variables":{"a":1,"b":"x"}}"#) == true)
  }

  @Test("name the node of a timer, which the event itself does not")
  func timerNode() {
    let timer = TimerID(3)
    let described = describe(
      arrival(TokenID(2)),
      .timerScheduled(
        timer: timer, token: TokenID(2), kind: .boundary(NodeIndex(rawValue: 2)), due: Self.start + .seconds(60)),
      .timerFired(timer: timer))
    #expect(described.map(\.node) == ["charge", "charge", "charge"])
    #expect(described[1].sentence == "late goes off in 1 min unless charge is done")
    #expect(described[2].sentence == "the timer of late fired")
    #expect(described[2].jsonText.contains(#""boundary":"late","kind":"timeout","timer":3"#))
  }

  @Test("say after a failure which attempt it was and when it is tried again")
  func failureWithRetry() {
    let described = describe(
      arrival(TokenID(2)), failed(TokenID(2), attempt: 2),
      .timerScheduled(timer: TimerID(3), token: TokenID(2), kind: .retry, due: Self.start + .seconds(4)))
    #expect(described[1].sentence == "charge failed (exit 1: card declined), attempt 2 of 3; tries again in 4 s")
  }

  @Test("end in the last line that an attempt noted, and keep all of it beside")
  func notes() {
    let described = describe(
      arrival(TokenID(2)), .attemptNoted(token: TokenID(2), attempt: 1, text: "careful\n"),
      .attemptNoted(token: TokenID(2), attempt: 2, text: "one\n\n  two  \n \n"),
      .attemptNoted(token: TokenID(2), attempt: 1, text: String(repeating: "x", count: 200)))
    #expect(described[1].sentence == "charge noted: careful")
    #expect(described[2].sentence == "charge noted in attempt 2: … two  ")
    #expect(described[3].sentence.hasSuffix("xxx…") && described[3].sentence.count < 140)
    #expect(
      described[2].jsonText.hasSuffix(
        #""node":"charge","token":2,"mode":"forward","attempt":2,"detail":"one\n\n  two  \n \n"}"#))
  }

  @Test("do not promise another attempt after the last one")
  func failureWithoutRetry() {
    let described = describe(
      arrival(TokenID(2)), failed(TokenID(2), attempt: 3),
      .incidentRaised(
        incident: IncidentID(4), token: TokenID(2), kind: .workFailed, code: "exit 1", message: "card declined"))
    #expect(described[1].sentence == "charge failed (exit 1: card declined), attempt 3 of 3")
    #expect(described[2].sentence == "charge needs a person (work failed): exit 1: card declined")
  }

  @Test("leave the limit out where an operator granted more attempts than the policy")
  func failureBeyondPolicy() {
    #expect(describe(arrival(TokenID(2)), failed(TokenID(2), attempt: 5))[1].sentence.hasSuffix(", attempt 5"))
  }

  @Test("tell the work from the undoing of it")
  func compensation() {
    let described = describe(
      .compensationRecorded(node: charge, token: TokenID(2), visibleScopes: [], owner: .root),
      .sagaStarted(run: RunID(9), target: .root, code: "OPERATOR", message: "wrong address", then: .endInstance),
      .compensationTokenCreated(token: TokenID(10), run: RunID(9), record: RecordID(1), node: charge, scope: .root),
      .tokenClaimed(token: TokenID(10), attempt: 1, epoch: 1),
      .tokenCompleted(token: TokenID(10), node: charge, mode: .compensation),
      .compensationCompleted(run: RunID(9), record: RecordID(1), token: TokenID(10), outputs: [:]))
    #expect(
      described.map(\.sentence) == [
        "charge can be undone from now on", "compensation of the instance started by an operator: wrong address",
        "charge is the next step to undo", "undoing charge started", "undoing charge completed", "charge was undone",
      ])
    #expect(described[3].mode == .compensation)
  }

  @Test("tell a longer lease from a new one")
  func leases() {
    let locked = { (attempt: Int) in
      ProcessEvent.externalTaskLocked(
        token: TokenID(2), worker: "w-1", attempt: attempt, until: Self.start + .seconds(30))
    }
    let described = describe(arrival(TokenID(2), state: .created), locked(1), locked(1), locked(2))
    #expect(
      described.dropFirst().map(\.sentence) == [
        "worker w-1 took charge for 30 s, attempt 1", "worker w-1 keeps charge for another 30 s",
        "worker w-1 took charge for 30 s, attempt 2",
      ])
  }

  @Test("know what is live in the instance when older history is missing")
  func window() throws {
    var instance = ProcessInstance(id: InstanceID(1), definition: DefinitionID(1), createdAt: Self.start)
    for entry in entries([.processStarted(businessKey: nil), arrival(TokenID(1))]) { try apply(entry, to: &instance) }
    var describer = EventDescriber(definition: Self.definition, knowing: instance)
    let described = describer.describe(entries([.tokenReady(token: TokenID(1), cause: .retry)], from: 3))
    #expect(described.first?.node == "charge")
  }

  @Test("survive numbers that mean nothing")
  func unknownNumbers() {
    let described = describe(
      .timerFired(timer: TimerID(99)),
      .tokenCompleted(token: TokenID(99), node: NodeIndex(rawValue: 99), mode: .forward))
    #expect(described.map(\.sentence) == ["timer 99 fired", "node 99 completed"])
  }
}

import EngineCore
import EngineStorage
import Testing

@Suite("History is stored as compact text and read strictly")
struct EventCodecTests {
  static let failure = Failure(code: "exit 1", message: "it \"broke\"", detail: "line\nline", isRetryable: false)
  static let arrival = TokenArrival(
    token: TokenID(5), node: NodeIndex(rawValue: 3), scope: ScopeID(2), flow: FlowIndex(rawValue: 4),
    state: .executing, epoch: 17)

  static let events: [ProcessEvent] = [
    .processStarted(businessKey: "A-17 “größe”"), .processStarted(businessKey: nil), .processCompleted,
    .processCompensated, .processFailed(code: "REJECTED"), .processCancelled, .processTerminated,
    .processSuspended(byDefinition: false),
    .processResumed, .cancellationStarted, .processCorrupted(reason: "why"),
    .processCalled(ParentLink(instance: InstanceID(7), token: TokenID(5), depth: 2)),
    .childRecorded(record: RecordID(9), child: InstanceID(8)),
    .tokenArrived(arrival),
    .tokenArrived(
      TokenArrival(
        token: TokenID(1), node: NodeIndex(rawValue: 0), scope: .root, flow: nil, state: .created, epoch: 0)),
    .tokenClaimed(token: TokenID(5), attempt: 2, epoch: 9),
    .tokenCompleted(token: TokenID(5), node: NodeIndex(rawValue: 3), mode: .compensation),
    .tokenSkipped(token: TokenID(5), node: NodeIndex(rawValue: 3), mode: .forward),
    .tokenFailed(token: TokenID(5), node: NodeIndex(rawValue: 3), attempt: 2, failure: failure, counts: true),
    .tokenFailed(
      token: TokenID(5), node: NodeIndex(rawValue: 3), attempt: 2, failure: Failure(code: "", message: ""),
      counts: false),
    .tokenReady(token: TokenID(5), cause: .recovery),
    .tokenTerminated(token: TokenID(5), node: NodeIndex(rawValue: 3)),
    .tokenWaiting(token: TokenID(5), reason: .timer(TimerID(8))),
    .tokenWaiting(token: TokenID(5), reason: .userTask), .tokenWaiting(token: TokenID(5), reason: .externalTask),
    .tokenWaiting(token: TokenID(5), reason: .join), .tokenWaiting(token: TokenID(5), reason: .scope(ScopeID(4))),
    .tokenWaiting(token: TokenID(5), reason: .child(InstanceID(8))),
    .tokenWaiting(token: TokenID(5), reason: .subscription(SubscriptionID(4))),
    .tokenWaiting(token: TokenID(5), reason: .events),
    .joinCompleted(node: NodeIndex(rawValue: 3), scope: .root, consumed: [TokenID(5), TokenID(7)]),
    .scopeEntered(
      scope: ScopeID(4), node: NodeIndex(rawValue: 3), parent: .root, token: TokenID(5), kind: .iteration),
    .scopeCompleted(scope: ScopeID(4), keepsRecords: true), .scopeCompleted(scope: ScopeID(4), keepsRecords: false),
    .scopeTerminated(scope: ScopeID(4)),
    .boundaryTriggered(node: NodeIndex(rawValue: 3), host: TokenID(5), code: "E"),
    .boundaryTriggered(node: NodeIndex(rawValue: 3), host: TokenID(5), code: nil),
    .timerScheduled(timer: TimerID(8), token: TokenID(5), kind: .delay, due: Timestamp(microseconds: -1)),
    .timerScheduled(timer: TimerID(8), token: TokenID(5), kind: .retry, due: .distantFuture),
    .timerScheduled(
      timer: TimerID(8), token: TokenID(5), kind: .boundary(NodeIndex(rawValue: 2)), due: .distantPast),
    .timerScheduled(timer: TimerID(8), token: .none, kind: .grace(RunID(6)), due: Timestamp(microseconds: 1)),
    .timerScheduled(timer: TimerID(8), token: TokenID(5), kind: .workLimit, due: Timestamp(microseconds: 1)),
    .timerScheduled(
      timer: TimerID(8), token: TokenID(5), kind: .branch(NodeIndex(rawValue: 2)), due: Timestamp(microseconds: 1)),
    .timerScheduled(
      timer: TimerID(8), token: .none, kind: .eventStart(NodeIndex(rawValue: 2)), due: Timestamp(microseconds: 1)),
    .subscriptionOpened(
      Subscription(
        id: SubscriptionID(4), token: TokenID(5), scope: ScopeID(2), node: NodeIndex(rawValue: 3), kind: .message,
        name: "payment “größe”", correlationKey: "A-17", openedAt: Timestamp(microseconds: 7))),
    .subscriptionOpened(
      Subscription(
        id: SubscriptionID(4), token: .none, scope: .root, node: NodeIndex(rawValue: 3), kind: .condition,
        openedAt: Timestamp(microseconds: 7))),
    .subscriptionTriggered(subscription: SubscriptionID(4), event: "m-1"),
    .subscriptionTriggered(subscription: SubscriptionID(4), event: nil),
    .subscriptionClosed(subscription: SubscriptionID(4)),
    .conditionChanged(subscription: SubscriptionID(4), holds: true),
    .eventSubprocessTriggered(node: NodeIndex(rawValue: 3), scope: ScopeID(2), code: "E"),
    .eventSubprocessTriggered(node: NodeIndex(rawValue: 3), scope: .root, code: nil),
    .messageThrown(
      token: TokenID(5), node: NodeIndex(rawValue: 3),
      message: OutgoingMessage(
        name: "m", correlationKey: "k", variables: ["a": [1, .null]], timeToLive: .seconds(5))),
    .messageThrown(token: TokenID(5), node: NodeIndex(rawValue: 3), message: OutgoingMessage(name: "m")),
    .signalThrown(token: TokenID(5), node: NodeIndex(rawValue: 3), name: "s", variables: ["a": 1]),
    .escalationThrown(token: TokenID(5), node: NodeIndex(rawValue: 3), code: "LATE"),
    .eventDeferred(subscription: SubscriptionID(4), delivery: EventDelivery(event: "m-1", variables: ["a": 1])),
    .timerFired(timer: TimerID(8)), .timerCancelled(timer: TimerID(8)),
    .timerRescheduled(timer: TimerID(8), due: Timestamp(microseconds: 1_700_000_000_000_000)),
    .timerRepeats(timer: TimerID(8), anchor: Timestamp(microseconds: -5), left: 3),
    .timerRepeats(timer: TimerID(8), anchor: Timestamp(microseconds: 5), left: nil),
    .userTaskCreated(token: TokenID(5), assignee: "anna", candidates: ["a", ""], due: Timestamp(microseconds: 5)),
    .userTaskCreated(token: TokenID(5), assignee: nil, candidates: [], due: nil),
    .userTaskCompleted(token: TokenID(5)), .externalTaskCreated(token: TokenID(5), topic: "t"),
    .externalTaskLocked(token: TokenID(5), worker: "w", attempt: 3, until: Timestamp(microseconds: 5)),
    .externalTaskReleased(token: TokenID(5)), .externalTaskCompleted(token: TokenID(5)),
    .externalTaskFailed(token: TokenID(5)), .attemptNoted(token: TokenID(5), attempt: 2, text: "1 \u{1b}[31m\n\"2\""),
    .workHandedOver(token: TokenID(5), holder: "h", reference: "r 1"),
    .variablesChanged(
      scope: ScopeID(4),
      changes: [
        VariableChange(name: "a", value: ["b": [1, .null, true, "x"]]), VariableChange(name: "gone", value: nil),
        VariableChange(name: "null", value: .null),
      ]),
    .variablesChanged(scope: .root, changes: []),
    .compensationRecorded(
      node: NodeIndex(rawValue: 3), token: TokenID(5), visibleScopes: [ScopeID(4), ScopeID(2)], owner: ScopeID(4)),
    .sagaStarted(run: RunID(6), target: .root, code: "E", message: "m", then: .endInstance),
    .sagaStarted(run: RunID(6), target: ScopeID(4), code: "E", message: "m", then: .throwError),
    .sagaPhaseChanged(run: RunID(6), phase: .halted),
    .compensationTokenCreated(
      token: TokenID(5), run: RunID(6), record: RecordID(12), node: NodeIndex(rawValue: 3), scope: .root),
    .compensationCompleted(run: RunID(6), record: RecordID(12), token: TokenID(5), outputs: ["a": 1]),
    .compensationSkipped(run: RunID(6), record: RecordID(12), token: TokenID(5)),
    .compensationFailed(run: RunID(6), record: RecordID(12), token: TokenID(5)), .sagaCompleted(run: RunID(6)),
    .sagaAbsorbed(run: RunID(6), by: RunID(7)), .sagaAbandoned(run: RunID(6)), .completionKept,
    .sagaStarted(
      run: RunID(6), target: .root, code: "E", message: "m", then: .resume,
      extent: CompensationExtent(through: RecordID(12), node: NodeIndex(rawValue: 0), waiter: TokenID(5))),
    .sagaStarted(
      run: RunID(6), target: .root, code: "E", message: "m", then: .goBack,
      extent: CompensationExtent(after: RecordID(12), resumption: NodeIndex(rawValue: 3))),
    .compensationRecorded(
      node: NodeIndex(rawValue: 3), token: TokenID(5), visibleScopes: [], owner: .root, after: [RecordID(12)]),
    .compensationRecorded(
      node: NodeIndex(rawValue: 3), token: TokenID(5), visibleScopes: [], owner: .root, shelf: ScopeID(8)),
    .tokenArrived(
      TokenArrival(
        token: TokenID(1), node: NodeIndex(rawValue: 0), scope: .root, flow: nil, state: .created, epoch: 0,
        after: [RecordID(12), RecordID(17)])),
    .tokenWaiting(token: TokenID(5), reason: .compensation(RunID(6))),
    .probeStarted(token: TokenID(5), node: NodeIndex(rawValue: 3)),
    .lineageGathered(token: TokenID(5), after: [RecordID(12), RecordID(17)]),
    .recordsHandedOver(from: ScopeID(4), to: ScopeID(8)),
    .incidentRaised(incident: IncidentID(9), token: TokenID(5), kind: .inDoubt, code: "E", message: "m"),
    .incidentResolved(incident: IncidentID(9)),
    .outcomeDeferred(token: TokenID(5), outcome: .completed(result: .null)),
    .outcomeDeferred(token: TokenID(5), outcome: .businessError(code: "E", message: "m")),
    .outcomeDeferred(token: TokenID(5), outcome: .waiting(reference: "r 1")),
    .outcomeDeferred(token: TokenID(5), outcome: .waiting(reference: "", limit: .seconds(3))),
    .outcomeDeferred(token: TokenID(5), outcome: .failed(failure)),
    .outcomeDeferred(token: TokenID(5), outcome: .cancelled), .outcomesReplayed,
  ]

  private func encode(_ events: [ProcessEvent]) -> [UInt8] {
    var writer = JSONWriter()
    let entries = events.enumerated().map {
      HistoryEntry(sequence: Int64($0.offset + 1), at: Timestamp(microseconds: 0), event: $0.element)
    }
    EventCodec.encode(entries, into: &writer)
    return writer.bytes
  }

  @Test("every event comes back as it was", arguments: events)
  func roundTrip(event: ProcessEvent) throws {
    #expect(try EventCodec.decode(encode([event])) == [event])
  }

  @Test("the samples cover every kind of event")
  func coverage() throws {
    let parsed = try Value(json: encode(Self.events))
    let codes = Set((parsed.listValue ?? []).compactMap { $0[0]?.intValue })
    #expect(codes.sorted() == EventCodec.types.map(\.code).sorted())
  }

  @Test("a unit comes back in order, and is short")
  func unit() throws {
    #expect(try EventCodec.decode(encode(Self.events)) == Self.events)
    let step = encode([
      .tokenCompleted(token: TokenID(5), node: NodeIndex(rawValue: 3), mode: .forward), .tokenArrived(Self.arrival),
    ])
    #expect(String(decoding: step, as: UTF8.self) == "[[12,5,3,0],[10,5,3,2,4,2,17]]")
    #expect(try EventCodec.decode(encode([])) == [])
  }

  @Test("the numbers of stored kinds never change")
  func stableCodes() {
    let table = EventCodec.types.map { "\($0.code) \($0.name)" }.joined(separator: ", ")
    #expect(
      table == """
        1 processStarted, 2 processCompleted, 3 processCompensated, 4 processFailed, 5 processCancelled, \
        6 processTerminated, 7 processSuspended, 8 processResumed, 9 processCorrupted, 10 tokenArrived, \
        11 tokenClaimed, 12 tokenCompleted, 13 tokenSkipped, 14 tokenFailed, 15 tokenReady, 16 tokenTerminated, \
        17 tokenWaiting, 18 attemptNoted, 20 joinCompleted, 21 scopeEntered, 22 scopeCompleted, 23 scopeTerminated, \
        24 boundaryTriggered, 30 timerScheduled, 31 timerFired, 32 timerCancelled, 33 timerRescheduled, \
        40 userTaskCreated, 41 userTaskCompleted, 42 externalTaskCreated, 43 externalTaskLocked, \
        44 externalTaskReleased, 45 externalTaskCompleted, 46 externalTaskFailed, 47 workHandedOver, \
        50 variablesChanged, 60 compensationRecorded, 61 sagaStarted, 62 sagaPhaseChanged, 63 compensationTokenCreated, \
        64 compensationCompleted, 65 compensationSkipped, 66 compensationFailed, 67 sagaCompleted, 68 sagaAbsorbed, \
        70 incidentRaised, 71 incidentResolved, 72 outcomeDeferred, 73 outcomesReplayed, \
        100 subscriptionOpened, 101 subscriptionTriggered, 102 subscriptionClosed, 103 conditionChanged, \
        104 eventSubprocessTriggered, 105 messageThrown, 106 signalThrown, 107 escalationThrown, 108 eventDeferred, \
        120 probeStarted, 121 lineageGathered, 122 recordsHandedOver, \
        123 sagaAbandoned, 124 completionKept, 125 cancellationStarted, \
        150 processCalled, 151 childRecorded, 160 timerRepeats
        """)
  }

  static let damaged = [
    "", "{}", "[", "[1]", "[[]]", "[[999]]", "[[12,5,3]]", "[[12,5,3,0,0]]", "[[12,5,3,7]]", "[[12,\"5\",3,0]]",
    "[[10,5,3,2,4,9]]", "[[17,5,9,0]]", "[[30,8,5,9,0,1]]", "[[14,5,3,2,{},true]]", "[[72,5,{}]]", "[[50,0,[[1]]]]",
    "[[40,5,null,[1],null]]", "[[4,7]]", "[[60,1,2,[\"x\"],0]]",
  ]

  @Test("what is not exactly an event is refused", arguments: damaged)
  func strictness(text: String) {
    #expect(throws: DecodingFault.self) { try EventCodec.decode(Array(text.utf8)) }
  }

  @Test("the table of kinds knows where token, node and mode stand")
  func fields() throws {
    for event in Self.events {
      let parsed = try Value(json: encode([event]))[0]
      let type = try #require(EventCodec.types.first { $0.code == parsed?[0]?.intValue })
      if let place = type.token { #expect([0, 5].contains(parsed?[place]?.intValue ?? -1) || parsed?[place] == 1) }
      if let place = type.node { #expect([0, 3].contains(parsed?[place]?.intValue ?? -1)) }
      if let place = type.mode { #expect([0, 1].contains(parsed?[place]?.intValue ?? -1)) }
    }
  }
}

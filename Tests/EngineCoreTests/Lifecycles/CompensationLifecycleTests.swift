import EngineCore
import Testing

@Suite("Lifecycles of joins, records and runs")
struct CompensationLifecycleTests {
  private static let node = LifecycleStage.node
  private static let run = RunID(2)
  private static let token = TokenID(3)

  private func rows(
    _ stages: [LifecycleStage], _ events: [(String, ProcessEvent)], _ state: (ProcessInstance) -> String
  ) -> String {
    var table = LifecycleTable()
    for (title, event) in events { table.add(title, stages.map { $0.outcome(of: event, state) }) }
    return table.description
  }

  /// A step has completed and left a record; its number is the sequence of the event.
  private let recorded: [ProcessEvent] = [
    LifecycleStage.arrival(1), .tokenCompleted(token: TokenID(1), node: Self.node, mode: .forward),
    .compensationRecorded(node: Self.node, token: TokenID(1), visibleScopes: [], owner: .root),
  ]
  private let record = RecordID(4)
  private let started = ProcessEvent.sagaStarted(
    run: Self.run, target: .root, code: "E", message: "m", then: .endInstance)
  private var begun: [ProcessEvent] { recorded + [started, .sagaPhaseChanged(run: Self.run, phase: .running)] }
  private var undoing: ProcessEvent {
    .compensationTokenCreated(token: Self.token, run: Self.run, record: record, node: Self.node, scope: .root)
  }

  @Test("records: absent, pending, running, done, skipped, and pending again when a run ends before its time")
  func records() throws {
    let done = ProcessEvent.compensationCompleted(run: Self.run, record: record, token: Self.token, outputs: [:])
    let skipped = ProcessEvent.compensationSkipped(run: Self.run, record: record, token: Self.token)
    let stages = try [
      LifecycleStage([started, .sagaPhaseChanged(run: Self.run, phase: .running)]), LifecycleStage(begun),
      LifecycleStage(begun + [undoing]), LifecycleStage(begun + [undoing, done]),
      LifecycleStage(begun + [undoing, skipped]),
    ]
    let again = ProcessEvent.compensationTokenCreated(
      token: TokenID(9), run: Self.run, record: record, node: Self.node, scope: .root)
    let events: [(String, ProcessEvent)] = [
      ("undoing", again), ("done", done), ("skipped", skipped),
      ("failed", .compensationFailed(run: Self.run, record: record, token: Self.token)),
      ("run over", .sagaCompleted(run: Self.run)),
    ]
    let no = "recordInvalidTransition"
    let none = "recordUnknown"
    #expect(
      rows(stages, events) { $0.records.first?.state.name ?? "none" } == """
        undoing | \(none) | running | \(no) | \(no) | \(no)
        done | \(none) | \(no) | done | \(no) | \(no)
        skipped | \(none) | \(no) | skipped | \(no) | \(no)
        failed | \(none) | \(no) | running | \(no) | \(no)
        run over | none | pending | pending | done | skipped
        """)
  }

  @Test("runs: absent, draining, running, halted, over")
  func runs() throws {
    let running = ProcessEvent.sagaPhaseChanged(run: Self.run, phase: .running)
    let halted = ProcessEvent.sagaPhaseChanged(run: Self.run, phase: .halted)
    let stages = try [
      LifecycleStage(recorded), LifecycleStage(recorded + [started]), LifecycleStage(begun),
      LifecycleStage(begun + [halted]), LifecycleStage(begun + [.sagaCompleted(run: Self.run)]),
    ]
    let events: [(String, ProcessEvent)] = [
      ("started", started), ("draining", .sagaPhaseChanged(run: Self.run, phase: .draining)), ("running", running),
      ("halted", halted), ("completed", .sagaCompleted(run: Self.run)),
      ("absorbed", .sagaAbsorbed(run: Self.run, by: RunID(1))), ("undoing", undoing),
    ]
    let no = "runInvalidTransition"
    let none = "runUnknown"
    let reused = "identifierReused"
    #expect(
      rows(stages, events) { $0.runs.first?.phase.name ?? "none" } == """
        started | draining | \(reused) | \(reused) | \(reused) | \(reused)
        draining | \(none) | \(no) | \(no) | \(no) | \(none)
        running | \(none) | running | \(no) | running | \(none)
        halted | \(none) | \(no) | halted | \(no) | \(none)
        completed | \(none) | none | none | none | \(none)
        absorbed | \(none) | none | none | none | \(none)
        undoing | \(none) | \(no) | running | \(no) | \(none)
        """)
  }

  @Test("joins: a token missing, two of one flow, one in another scope, one that does not wait, all there")
  func joins() throws {
    func waiting(_ number: Int64, flow: Int) -> [ProcessEvent] {
      [LifecycleStage.arrival(number, flow: flow), .tokenWaiting(token: TokenID(number), reason: .join)]
    }
    let both = [TokenID(1), TokenID(2)]
    let stages = try [
      LifecycleStage(waiting(1, flow: 0)), LifecycleStage(waiting(1, flow: 0) + waiting(2, flow: 0)),
      LifecycleStage(waiting(1, flow: 0) + [LifecycleStage.arrival(2, flow: 1)]),
      LifecycleStage(waiting(1, flow: 0) + waiting(2, flow: 1)),
    ]
    let events: [(String, ProcessEvent)] = [
      ("joined", .joinCompleted(node: Self.node, scope: .root, consumed: both)),
      ("twice", .joinCompleted(node: Self.node, scope: .root, consumed: [both[0], both[0]])),
      ("elsewhere", .joinCompleted(node: NodeIndex(rawValue: 1), scope: .root, consumed: both)),
      ("inside", .joinCompleted(node: Self.node, scope: ScopeID(3), consumed: both)),
      ("empty", .joinCompleted(node: Self.node, scope: .root, consumed: [])),
    ]
    let no = "joinIncomplete"
    #expect(
      rows(stages, events) { "\($0.tokens.count) left" } == """
        joined | \(no) | \(no) | \(no) | 0 left
        twice | \(no) | \(no) | \(no) | \(no)
        elsewhere | \(no) | \(no) | \(no) | \(no)
        inside | \(no) | \(no) | \(no) | \(no)
        empty | \(no) | \(no) | \(no) | \(no)
        """)
  }

  @Test("every kind of event, in every state: it is applied whole, or refused by name and nothing has changed")
  func everyPair() throws {
    let ended = try LifecycleStage(recorded + [.processCompleted])
    let stages = try [
      LifecycleStage(), LifecycleStage(LifecycleStage.arrival(1)),
      LifecycleStage(LifecycleStage.arrival(1, .executing)), LifecycleStage(recorded), LifecycleStage(begun),
      LifecycleStage(begun + [undoing]), LifecycleStage(.processSuspended(byDefinition: false)),
      LifecycleStage(.processCancelled), ended,
      LifecycleStage(LifecycleStage.arrival(1, .executing), .cancellationStarted),
    ]
    for (event, type) in EventSamples.all {
      for stage in stages {
        let outcome = stage.outcome(of: event) { _ in "applied" }
        #expect(outcome != "changed although refused", "\(type) in \(stage.instance.state.name)")
      }
      let refused = ended.outcome(of: event) { _ in "applied" }
      let mayFollow = ["sagaStarted", "processCorrupted"].contains(type)
      #expect(mayFollow || refused != "applied", "\(type) after the end")
    }
  }
}

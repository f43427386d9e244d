import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

/// The other tests fold events that they wrote themselves; here the engine's own rules write them.
@Suite("Panes over a history that the engine made")
struct EngineHistoryTests {
  private static let definition = ProcessDefinition(
    key: "order",
    nodes: [
      NodeDefinition(id: "begin", kind: .start),
      NodeDefinition(id: "reserve", kind: service(outputs: ["reservation"], undo: "exec")),
      NodeDefinition(id: "charge", kind: service(outputs: ["receipt"], undo: nil)),
      NodeDefinition(id: "done", kind: .end(.plain)),
    ],
    flows: (0..<3).map { SequenceFlow(from: NodeIndex(rawValue: $0), to: NodeIndex(rawValue: $0 + 1)) },
    start: NodeIndex(rawValue: 0))

  private static func service(outputs: [String], undo: String?) -> NodeKind {
    .activity(
      Activity(
        work: .handler(name: "exec", configuration: .literal(.null)),
        outputs: outputs.map { Mapping(target: $0, template: .literal(.string("from the handler"))) },
        compensation: undo.map { Compensation(work: .handler(name: $0, configuration: .literal(.null))) }))
  }

  private struct Engine {
    var instance = ProcessInstance(
      id: InstanceID(7), definition: DefinitionID(1), createdAt: InstanceFixture.start)
    var history: [HistoryEntry] = []
    var now = InstanceFixture.start

    mutating func perform(_ command: InstanceCommand) throws {
      now = now + .seconds(1)
      let context = StepContext(definition: EngineHistoryTests.definition, now: now, epoch: 1, freeSlots: 4)
      let transition = try step(instance, command, in: context)
      instance = transition.instance
      history += transition.entries
    }

    mutating func finish(_ outcome: WorkOutcome) throws {
      guard let token = instance.tokens.first(where: { $0.state == .executing }) else { return }
      try perform(.finishWork(token.id, attempt: token.attempt, outcome: outcome))
    }

    var input: PaneInput {
      let deployed = DeployedDefinition(
        id: DefinitionID(1), version: 1, definition: EngineHistoryTests.definition, folder: "/", deployedAt: now)
      let summary = InstanceSummary(
        id: instance.id, businessKey: nil, definition: deployed.id, process: "order", processVersion: 1,
        state: instance.state, version: instance.version, createdAt: instance.createdAt, updatedAt: now)
      let detail = InstanceDetail(
        summary: summary, instance: instance, deployed: deployed, history: history, hasOlderHistory: false,
        commands: [])
      return PaneInput(story: InstanceStory(detail), now: now)
    }
  }

  @Test("name the node that set each variable")
  func origins() throws {
    var engine = Engine()
    try engine.perform(.start(businessKey: nil, variables: ["amount": 5]))
    try engine.finish(.completed(result: .null))
    try engine.perform(.setVariables([VariableChange(name: "note", value: "by hand")]))
    let plain = InstancePanes.content(.variables, engine.input, PaneState(), width: 70).plain
    #expect(
      plain == """
          amount: 5                                             start 10:00:01
          note: "by hand"                                 an operator 10:00:03
          reservation: "from the handler"                     reserve 10:00:02
        """)
  }

  @Test("say why it stands after a failure, and what became of it after B")
  func failureAndCompensation() throws {
    var engine = Engine()
    try engine.perform(.start(businessKey: nil, variables: [:]))
    try engine.finish(.completed(result: .null))
    try engine.finish(.failed(Failure(code: "exit 1", message: "card declined", detail: "402\n")))
    #expect(
      InstancePanes.content(.why, engine.input, PaneState(), width: 70).plain == """
        ✗ charge failed: exit 1: card declined
          Stuck since 10:00:03 (0 s).
          R  tries again
          K  counts it as done
          B  undoes reserve
          standard error of attempt 1:
          │ 402
        """)
    try engine.perform(.compensate(reason: "customer asked"))
    try engine.finish(.completed(result: .null))
    #expect(
      InstancePanes.content(.why, engine.input, PaneState(), width: 70).plain == """
        • Compensated at 10:00:05, after 5 s
          Compensation was started by an operator: customer asked.
          Undone: reserve.
          D  deletes it with its history
        """)
    let timeline = InstancePanes.content(.timeline, engine.input, PaneState(), width: 70).plain
    #expect(timeline.contains("↶ reserve"))
    #expect(try ReplayedInstance(engine.input.detail, upTo: .max).detail.instance.state == .compensated)
  }
}

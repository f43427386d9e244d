import EngineCore

/// The processes that the panes' tests tell their stories with.
enum FixtureDefinitions {
  /// begin → reserve → pack → charge → ship → done; each step but the last can be undone.
  static let order = definition(
    "order",
    nodes: [
      ("begin", .start),
      ("reserve", work("exec", outputs: ["reservation"], undo: "exec")),
      ("pack", work("exec", undo: "exec")),
      ("charge", work("exec", attempts: 3, timeout: .seconds(30), undo: "http")),
      ("ship", work("exec")),
      ("done", .end(.plain)),
    ],
    flows: [
      ("begin", "reserve"), ("reserve", "pack"), ("pack", "charge"), ("charge", "ship"), ("ship", "done"),
    ])

  /// begin → both → (payment external, cool timer) → merge → approve (reminded after a while) → done.
  static let parallel = definition(
    "parallel",
    nodes: [
      ("begin", .start),
      ("both", .parallelGateway),
      ("payment", external("payment")),
      ("cool", .catchEvent(.timer(.delay(.seconds(20))))),
      ("merge", .parallelGateway),
      ("approve", .activity(Activity(work: .user(UserWork())))),
      (
        "remind",
        .boundary(
          BoundaryEvent(
            host: NodeIndex(rawValue: 5), trigger: .timer(.delay(.seconds(3600))), isInterrupting: false))
      ),
      ("nudge", work("log")),
      ("done", .end(.plain)),
      ("nudged", .end(.plain)),
    ],
    flows: [
      ("begin", "both"), ("both", "payment"), ("both", "cool"), ("payment", "merge"), ("cool", "merge"),
      ("merge", "approve"), ("approve", "done"), ("remind", "nudge"), ("nudge", "nudged"),
    ])

  /// begin → pick (subprocess: look → grab) → done.
  static let nested: ProcessDefinition = {
    let inside = NodeIndex(rawValue: 1)
    var nodes = [
      NodeDefinition(id: "begin", kind: .start),
      NodeDefinition(id: "pick", kind: .subprocess(Subprocess(start: NodeIndex(rawValue: 2), saga: .local))),
      NodeDefinition(id: "look", kind: work("exec", undo: "exec"), parent: inside),
      NodeDefinition(id: "grab", kind: work("exec"), parent: inside),
    ]
    nodes.append(NodeDefinition(id: "done", kind: .end(.plain)))
    return ProcessDefinition(
      key: "nested", nodes: nodes, flows: flows([("begin", "pick"), ("look", "grab"), ("pick", "done")], nodes),
      start: NodeIndex(rawValue: 0))
  }()

  private static func work(
    _ handler: String, attempts: Int = 1, timeout: Duration? = nil, outputs: [String] = [], undo: String? = nil
  ) -> NodeKind {
    .activity(
      Activity(
        work: .handler(name: handler, configuration: .literal(.null)),
        outputs: outputs.map { Mapping(target: $0, template: .literal(.null)) },
        retry: RetryPolicy(attempts: attempts, backoff: .seconds(4)), timeout: timeout,
        compensation: undo.map { Compensation(work: .handler(name: $0, configuration: .literal(.null))) }))
  }

  private static func external(_ topic: String) -> NodeKind {
    .activity(Activity(work: .external(ExternalWork(topic: topic)), retry: RetryPolicy(attempts: 3)))
  }

  private static func definition(
    _ key: String, nodes: [(String, NodeKind)], flows pairs: [(String, String)]
  ) -> ProcessDefinition {
    let nodes = nodes.map { NodeDefinition(id: $0.0, kind: $0.1) }
    return ProcessDefinition(key: key, nodes: nodes, flows: flows(pairs, nodes), start: NodeIndex(rawValue: 0))
  }

  private static func flows(_ pairs: [(String, String)], _ nodes: [NodeDefinition]) -> [SequenceFlow] {
    pairs.compactMap { pair in
      guard let from = nodes.firstIndex(where: { $0.id == pair.0 }),
        let to = nodes.firstIndex(where: { $0.id == pair.1 })
      else { return nil }
      return SequenceFlow(from: NodeIndex(rawValue: from), to: NodeIndex(rawValue: to))
    }
  }
}

import EngineCore

/// What a benchmark makes the engine do.
enum Workload: String, CaseIterable {
  /// Instances of K no-op steps, one behind the other.
  case sequence
  /// Instances of K no-op steps side by side, between a fork and a join.
  case forkjoin
  /// The last of K steps fails, and all steps before it are undone.
  case saga
  /// N pending timers: what they cost, how late they fire, how fast a burst of them is fired.
  case timers
  /// A store with N live instances, left by an engine that died: how long the next one takes to its first handler.
  case recovery
  /// A store with N instances in mixed states, for looking at.
  case fill
  /// Table layouts for history and tokens, in plain loops.
  case layouts

  /// How many instances there are unless somebody says so.
  var usualInstances: Int {
    switch self {
    case .sequence, .forkjoin, .saga, .layouts: 20_000
    case .timers, .recovery: 1_000_000
    case .fill: 10_000
    }
  }

  /// The definition of the workloads whose instances are all alike.
  func definition(steps: Int) -> ProcessDefinition {
    switch self {
    case .sequence, .layouts, .recovery, .fill: Self.line(steps: steps, saga: .none)
    case .saga: Self.line(steps: steps, saga: .global)
    case .forkjoin: Self.fork(steps: steps)
    case .timers: Self.wait
    }
  }

  /// How long the timers of the workload `timers` run: longer than anybody measures.
  static let pause = Duration.seconds(3600)

  private static func activity(_ handler: String, compensation: Compensation? = nil) -> NodeKind {
    .activity(
      Activity(work: .handler(name: handler, configuration: .literal(.null)), compensation: compensation))
  }

  private static func flows(_ pairs: [(Int, Int)]) -> [SequenceFlow] {
    pairs.map { SequenceFlow(from: NodeIndex(rawValue: $0.0), to: NodeIndex(rawValue: $0.1)) }
  }

  private static func line(steps: Int, saga: SagaPolicy) -> ProcessDefinition {
    let undo = saga == .none ? nil : Compensation(work: .handler(name: "noop", configuration: .literal(.null)))
    let nodes = (0..<steps).map { index in
      let fails = saga != .none && index == steps - 1
      return NodeDefinition(id: "step\(index + 1)", kind: activity(fails ? "fail" : "noop", compensation: undo))
    }
    return ProcessDefinition(
      key: "bench", saga: saga, nodes: nodes, flows: flows((1..<max(steps, 1)).map { ($0 - 1, $0) }),
      start: NodeIndex(rawValue: 0))
  }

  private static func fork(steps: Int) -> ProcessDefinition {
    let ends = [NodeDefinition(id: "join", kind: .parallelGateway), NodeDefinition(id: "end", kind: .end(.plain))]
    let nodes =
      [NodeDefinition(id: "fork", kind: .parallelGateway)]
      + (0..<steps).map { NodeDefinition(id: "step\($0 + 1)", kind: activity("noop")) } + ends
    let pairs = (1...steps).map { (0, $0) } + (1...steps).map { ($0, steps + 1) } + [(steps + 1, steps + 2)]
    return ProcessDefinition(key: "bench", nodes: nodes, flows: flows(pairs), start: NodeIndex(rawValue: 0))
  }

  private static var wait: ProcessDefinition {
    let nodes = [
      NodeDefinition(id: "wait", kind: .catchEvent(.timer(.delay(pause)))),
      NodeDefinition(id: "end", kind: .end(.plain)),
    ]
    return ProcessDefinition(key: "bench", nodes: nodes, flows: flows([(0, 1)]), start: NodeIndex(rawValue: 0))
  }
}

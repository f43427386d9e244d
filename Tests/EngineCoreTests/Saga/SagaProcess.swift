import EngineCore
import Testing

/// Words for the processes of the saga tests.
extension TestProcess {
  /// A service that is undone by `undo-NAME`.
  mutating func step(
    _ id: String, probe: Work? = nil, includesFailure: Bool = false, retry: RetryPolicy = .never,
    undoRetry: RetryPolicy = .never, in parent: String? = nil
  ) {
    let undo = Compensation(
      work: .handler(name: "undo-" + id, configuration: .literal(.null)), retry: undoRetry,
      includesFailure: includesFailure)
    add(
      id,
      .activity(
        Activity(
          work: .handler(name: id, configuration: .literal(.null)), retry: retry, compensation: undo, probe: probe)),
      in: parent)
  }

  /// A fork with these branches, each linked.
  mutating func fork(_ id: String, to branches: String...) {
    for branch in branches { link(id, branch) }
  }

  /// A subprocess; the nodes inside follow it, so its start is the next node.
  mutating func scope(
    _ id: String, saga: SagaPolicy = .none, undo: Bool = false, isTransaction: Bool = false, in parent: String? = nil
  ) {
    let compensation = undo ? Compensation(work: .handler(name: "undo-" + id, configuration: .literal(.null))) : nil
    add(
      id,
      .subprocess(
        Subprocess(
          start: NodeIndex(rawValue: count + 1), saga: saga, compensation: compensation, isTransaction: isTransaction)),
      in: parent)
  }

  mutating func catching(_ id: String, _ trigger: EventTrigger, on host: String, in parent: String? = nil) {
    add(id, .boundary(BoundaryEvent(host: index(host), trigger: trigger)), in: parent)
  }

  static let probe = Work.handler(name: "probe", configuration: .literal(.null))
}

extension TestRun {
  /// What has been undone, in order.
  var undone: [String] { done.filter { $0.hasPrefix("undo-") }.map { String($0.dropFirst(5)) } }

  /// The compensations that are at work now.
  var undoing: [String] {
    instance.tokens.filter { $0.mode == .compensation && $0.state == .executing }.map { definition[$0.node].id }
  }

  mutating func finishAll(_ nodes: String...) throws {
    for node in nodes { try finish(node) }
  }

  /// Lets every compensation that is at work succeed until nothing moves, and says what was undone at the same time.
  mutating func undoAll() throws -> [[String]] {
    var waves: [[String]] = []
    while !undoing.isEmpty {
      let wave = undoing
      waves.append(wave)
      for node in wave { try finish(node) }
    }
    return waves
  }

  func kinds(_ node: String) -> [Incident.Kind] {
    instance.tokens.filter { definition[$0.node].id == node }.compactMap { instance.incident(of: $0.id)?.kind }
  }
}

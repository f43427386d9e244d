import EngineCore

/// An instance made by applying events one by one, to see what may follow.
struct LifecycleStage {
  private(set) var instance = ProcessInstance(
    id: InstanceID(1), definition: DefinitionID(1), createdAt: Timestamp(microseconds: 0))

  static let at = Timestamp(microseconds: 0)
  static let node = NodeIndex(rawValue: 0)
  static let failure = Failure(code: "E", message: "m")

  init(_ events: ProcessEvent...) throws { try self.init(events) }

  init(_ events: [ProcessEvent]) throws {
    try apply(.processStarted(businessKey: nil))
    for event in events { try apply(event) }
  }

  mutating func apply(_ event: ProcessEvent) throws(Rejection) {
    let entry = HistoryEntry(sequence: instance.sequence + 1, at: Self.at, event: event)
    try EngineCore.apply(entry, to: &instance)
  }

  /// What becomes of an event: the word that `state` gives for the instance after it, or the rule that refuses it. A
  /// refused event must leave everything as it was.
  func outcome(of event: ProcessEvent, _ state: (ProcessInstance) -> String) -> String {
    var copy = self
    do {
      try copy.apply(event)
      return state(copy.instance)
    } catch {
      return copy.instance == instance ? error.reason.rawValue : "changed although refused"
    }
  }

  /// A token that arrives at the node, by its number.
  static func arrival(
    _ number: Int64, _ state: TokenState = .created, flow: Int? = nil, scope: ScopeID = .root
  ) -> ProcessEvent {
    .tokenArrived(
      TokenArrival(
        token: TokenID(number), node: node, scope: scope, flow: flow.map(FlowIndex.init(rawValue:)), state: state,
        epoch: state == .executing ? 1 : 0))
  }
}

/// A table of what becomes of events in states, written so that a person can check it.
struct LifecycleTable: CustomStringConvertible {
  private var lines: [String] = []

  mutating func add(_ title: String, _ outcomes: [String]) {
    lines.append(([title] + outcomes).joined(separator: " | "))
  }

  var description: String { lines.joined(separator: "\n") }
}

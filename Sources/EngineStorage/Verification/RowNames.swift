import EngineCore

/// How findings call what lies in an instance: by its number, and by the node that people know.
struct RowNames {
  /// Nil where the definition is not at hand: nodes are then called by their numbers.
  let definition: ProcessDefinition?

  func node(_ node: NodeIndex) -> String { definition?.name(of: node) ?? "node \(node.rawValue)" }

  func flow(_ flow: FlowIndex) -> String {
    guard let definition, definition.flows.indices.contains(flow.rawValue) else { return "\(flow.rawValue)" }
    return "from \(node(definition[flow].source)) to \(node(definition[flow].target))"
  }

  func token(_ token: Token) -> String { "token \(token.id) at \(node(token.node))" }

  func token(_ id: TokenID, _ instances: ProcessInstance...) -> String {
    for instance in instances {
      if let token = instance.token(id) { return self.token(token) }
    }
    return "token \(id)"
  }

  func scope(_ scope: ScopeInstance) -> String { "\(scope.kind.name) \(scope.id) of \(node(scope.node))" }

  func scope(_ id: ScopeID, _ instances: ProcessInstance...) -> String {
    for instance in instances {
      if let scope = instance.scope(id) { return self.scope(scope) }
    }
    return "subprocess \(id)"
  }

  func record(_ record: CompensationRecord) -> String { "compensation record \(record.id) of \(node(record.node))" }

  /// A record in short, where it is said already that it is one.
  func record(_ id: RecordID, _ instance: ProcessInstance) -> String {
    instance.record(id).map { "record \(id) of \(node($0.node))" } ?? "record \(id)"
  }

  func subscription(_ subscription: Subscription) -> String {
    "subscription \(subscription.id) of \(node(subscription.node))"
  }

  /// A timer by its event, or by where its token stands.
  func timer(_ timer: Timer, _ instances: ProcessInstance...) -> String {
    let place = timer.kind.event ?? instances.lazy.compactMap { $0.token(timer.token) }.first?.node
    return "timer \(timer.id)" + (place.map { " of \(node($0))" } ?? "")
  }
}

/// What an operator wants undone.
public enum CompensationTarget: Sendable, Hashable {
  /// All that the instance did; it ends as compensated.
  case everything
  /// What one subprocess or one step did. A subprocess that is open ends its forward work and then rests on an
  /// incident; beside what has completed the instance goes on.
  case scope(node: String)
  /// What was done after a node last completed; from there its scope goes on. The number is the last event of that
  /// completion in history: `CompensationTarget.back(to:in:of:)` finds it. Variables stay as they are.
  case back(node: String, after: Int64)

  /// The words behind the verb in titles, e.g. ` back to reserve`.
  public var suffix: String {
    switch self {
    case .everything: ""
    case .scope(let node): " \(node)"
    case .back(let node, _): " back to \(node)"
    }
  }
}

extension CompensationTarget {
  /// Finds out what going back to a node means, from the whole history of an instance. O(history).
  ///
  /// Throws a rejection when the node never completed, or when other branches of its scope were alive at that moment:
  /// they could not be brought back.
  public static func back(
    to node: String, in history: [HistoryEntry], of instance: ProcessInstance, _ definition: ProcessDefinition
  ) throws(Rejection) -> CompensationTarget {
    guard let index = definition.index(of: node) else {
      throw Rejection(.invalidArgument, "\(definition.key) has no node \(node)")
    }
    var folded = ProcessInstance(id: instance.id, definition: instance.definition, createdAt: instance.createdAt)
    var found: (token: TokenID, sequence: Int64, isAlone: Bool)?
    for entry in history {
      if let (id, scope) = folded.completion(entry.event, at: index) {
        let others = folded.tokens.filter { $0.scope == scope && $0.mode == .forward && $0.id != id }
        found = (id, entry.sequence, others.isEmpty)
      } else if case .compensationRecorded(_, let token, _, _, _, _) = entry.event, token == found?.token {
        found?.sequence = entry.sequence
      }
      try apply(entry, to: &folded)
    }
    guard let found else {
      throw Rejection(.nothingToCompensate, "\(node) has not completed in instance \(instance.id)")
    }
    guard found.isAlone else {
      throw Rejection(
        .nothingToCompensate, "other branches were at work when \(node) completed: they cannot be brought back")
    }
    return .back(node: node, after: found.sequence)
  }
}

extension ProcessInstance {
  /// The token that an event ends because its node is done, and its scope, when the event is about that node.
  fileprivate func completion(_ event: ProcessEvent, at node: NodeIndex) -> (TokenID, ScopeID)? {
    switch event {
    case .tokenCompleted(let id, node, .forward), .tokenSkipped(let id, node, .forward):
      return token(id).map { (id, $0.scope) }
    case .joinCompleted(node, let scope, let consumed):
      return consumed.first.map { ($0, scope) }
    default:
      return nil
    }
  }
}

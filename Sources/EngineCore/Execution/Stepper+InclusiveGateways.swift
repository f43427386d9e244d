/// Inclusive gateways: a split sends a token along every flow whose condition holds, a join waits for what can still
/// come.
///
/// The problem: which branches were taken is not written down anywhere, and in loops a branch can be taken again before
/// the join has seen its first token. The idea: a join looks ahead instead of back. It fires when no token of its scope
/// instance that can move by itself can still reach it. A failed token can be retried, so it counts as one that comes.
/// Tokens that wait at joins do not move by themselves. They hold a join up only as long as their own join can fire;
/// where joins wait for each other alone, the first in document order fires.
extension Stepper {
  /// Leaves an inclusive split along every flow whose condition holds or that has none, else along the default.
  mutating func split(_ token: Token, defaultFlow: FlowIndex?) throws(Rejection) {
    let variables = instance.visibleVariables(in: token.scope)
    var chosen: [FlowIndex] = []
    for flow in definition[token.node].outgoing where flow != defaultFlow {
      guard let condition = definition[flow].condition else {
        chosen.append(flow)
        continue
      }
      do {
        if try condition.evaluateCondition(in: variables) { chosen.append(flow) }
      } catch {
        try failExpression(token, error.description)
        return
      }
    }
    if chosen.isEmpty, let defaultFlow { chosen = [defaultFlow] }
    guard !chosen.isEmpty else {
      try failExpression(token, "no condition of \(definition[token.node].id) holds and it has no default")
      return
    }
    try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
    for flow in chosen { try enter(definition[flow].target, in: token.scope, via: flow, after: token.after) }
  }

  /// The next inclusive join that need not wait any longer, with the scope instance in which it fires.
  ///
  /// Only meaningful when nothing else moves. O(tokens² · joins) in the worst case, and nothing at all in definitions
  /// without an inclusive join.
  func nextInclusiveJoin() -> (join: InclusiveJoin, scope: ScopeID)? {
    let joins = definition.inclusiveJoins
    guard !joins.isEmpty else { return nil }
    var ready: [(join: InclusiveJoin, scope: ScopeID)] = []
    for join in joins {
      for scope in scopes(waitingAt: join) where isComplete(join, in: scope) { ready.append((join, scope)) }
    }
    return ready.first { candidate in
      // A join behind another one that is about to fire waits for what that one sends, unless it waits for it in turn.
      !ready.contains { other in
        other.scope == candidate.scope && other.join.node != candidate.join.node
          && candidate.join.canBeReached(from: other.join.node)
          && !other.join.canBeReached(from: candidate.join.node)
      }
    }
  }

  /// The scope instances in which tokens wait at a join, ascending.
  private func scopes(waitingAt join: InclusiveJoin) -> [ScopeID] {
    var scopes: [ScopeID] = []
    for token in instance.tokens where token.node == join.node && token.wait == .join {
      if !scopes.contains(token.scope), drainingRun(over: token) == nil { scopes.append(token.scope) }
    }
    return scopes.sorted()
  }

  /// Whether no token that can move by itself can still come to the join.
  private func isComplete(_ join: InclusiveJoin, in scope: ScopeID) -> Bool {
    !instance.tokens.contains { token in
      token.scope == scope && token.mode == .forward && token.wait != .join && join.canBeReached(from: token.node)
    }
  }

  /// Takes one token from each flow that has brought one, the oldest first, and goes on.
  mutating func fire(_ join: InclusiveJoin, in scope: ScopeID) throws(Rejection) {
    var consumed: [Token] = []
    for token in instance.tokens where token.node == join.node && token.scope == scope && token.wait == .join {
      if !consumed.contains(where: { $0.flow == token.flow }) { consumed.append(token) }
    }
    try emit(.joinCompleted(node: join.node, scope: scope, consumed: consumed.map(\.id)))
    try leave(join.node, in: scope, after: lineage(of: consumed))
  }
}

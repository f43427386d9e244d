/// What an operator has undone: everything, one part, or what came after a node.
///
/// A part of a completed instance leaves it completed, so that the rest can be undone later; when nothing is left that
/// could be, it ends as compensated.
extension Stepper {
  mutating func compensate(_ target: CompensationTarget, reason: String) throws(Rejection) {
    if instance.runs.contains(where: { $0.then == .endInstance }) {
      throw Rejection(.alreadyCompensating, "instance \(instance.id) is already being undone")
    }
    switch target {
    case .everything:
      if instance.state == .completed, !instance.records.contains(where: { $0.state == .pending }) {
        throw Rejection(.nothingToCompensate, "nothing that instance \(instance.id) did can be undone")
      }
      try startRun(target: .root, code: Self.operatorCode, message: reason, then: .endInstance)
    case .scope(let node):
      try compensate(scopeAt: try index(of: node), reason: reason)
    case .back(let node, let sequence):
      try goBack(to: try index(of: node), after: sequence, reason: reason)
    }
  }

  private static let operatorCode = "OPERATOR"

  private func index(of node: String) throws(Rejection) -> NodeIndex {
    if let index = definition.index(of: node) { return index }
    throw Rejection(.invalidArgument, "\(definition.key) has no node \(node)")
  }

  /// An open subprocess is ended and undone; of what has completed there the records are undone beside everything else.
  private mutating func compensate(scopeAt node: NodeIndex, reason: String) throws(Rejection) {
    let name = definition[node].id
    let open = instance.scopes.filter { $0.node == node && undoingScope(around: $0.id) == nil }
    if open.count > 1 {
      throw Rejection(.invalidArgument, "\(name) is open \(open.count) times: one of them cannot be told by its name")
    }
    if let scope = open.first {
      try refuseWhileUndoing(scope.id)
      try startRun(target: scope.id, code: Self.operatorCode, message: reason, then: .awaitOperator)
      return
    }
    let extent = CompensationExtent(through: RecordID(instance.sequence), node: node)
    let possible = CompensationRun(
      id: RunID(instance.nextID), target: .root, code: "", message: "", then: .leave, extent: extent)
    guard instance.records.contains(where: { isPending($0, in: possible) }) else {
      throw Rejection(.nothingToCompensate, "nothing that \(name) did in instance \(instance.id) can be undone")
    }
    try startRun(target: .root, code: Self.operatorCode, message: reason, then: .leave, extent: extent)
  }

  private mutating func goBack(to node: NodeIndex, after sequence: Int64, reason: String) throws(Rejection) {
    let name = definition[node].id
    if instance.state != .running {
      throw Rejection(
        .instanceEnded, "instance \(instance.id) is \(instance.state.name): it cannot go on behind \(name)")
    }
    guard sequence > 0, sequence <= instance.sequence else {
      throw Rejection(.invalidArgument, "instance \(instance.id) has no event \(sequence)")
    }
    if definition[node].choosesFlows {
      throw Rejection(.invalidArgument, "\(name) chooses where it leads: go back to a node before it")
    }
    guard !definition[node].outgoing.isEmpty else {
      throw Rejection(.invalidArgument, "nothing follows \(name), so there is no going on behind it")
    }
    guard let scope = try scope(around: node) else {
      throw Rejection(.scopeUnknown, "the subprocess around \(name) is no longer open in instance \(instance.id)")
    }
    try refuseWhileUndoing(scope)
    try startRun(
      target: scope, code: Self.operatorCode, message: reason, then: .goBack,
      extent: CompensationExtent(after: RecordID(sequence), resumption: node))
  }

  /// What came after a node has been undone: its scope is watched again, anew, and goes on.
  mutating func goOn(behind node: NodeIndex, in scope: ScopeID) throws(Rejection) {
    let host = instance.scope(scope)?.token ?? .none
    if let open = instance.scope(scope) { try watchBoundary(of: host, at: open.node) }
    guard let problem = try watchAgain(scope, host: host) else {
      try leave(node, in: scope)
      return
    }
    // It must not go on unwatched: what comes next rests on an incident, and its retry tries to watch once more.
    for flow in definition[node].outgoing {
      let token = nextToken()
      try arrive(token, at: definition[flow].target, in: scope, via: flow, as: .created, after: lineage(nil))
      try raiseIncident(.expressionFailed, for: token, code: Self.watchCode, message: problem)
    }
  }

  /// The code of incidents of tokens that wait because the event subprocesses around them cannot be watched for.
  static let watchCode = "WATCH"

  /// Opens what the event subprocesses of a scope wait for, unless that is open; says why it cannot be evaluated.
  mutating func watchAgain(_ scope: ScopeID, host: TokenID) throws(Rejection) -> String? {
    let watches: [Watch]
    do {
      let node = scope == .root ? nil : instance.scope(scope)?.node
      watches = try self.watches(of: node, instance.visibleVariables(in: scope))
    } catch {
      return error.description
    }
    let closed = watches.filter { watch in
      !instance.subscriptions.contains { $0.token == .none && $0.scope == scope && $0.node == watch.node }
        && !instance.timers.contains { $0.token == host && $0.kind == .eventStart(watch.node) }
    }
    try open(closed, of: scope, host: host)
    return nil
  }

  /// The open scope that a node lies in.
  private func scope(around node: NodeIndex) throws(Rejection) -> ScopeID? {
    guard let parent = definition[node].parent else { return .root }
    let open = instance.scopes.filter { $0.node == parent }
    if open.count > 1 {
      let name = definition[parent].id
      throw Rejection(.invalidArgument, "\(name) is open \(open.count) times: one of them cannot be told by its name")
    }
    return open.first?.id
  }

  private func refuseWhileUndoing(_ scope: ScopeID) throws(Rejection) {
    if instance.runs.contains(where: { $0.then.endsForwardWork && instance.isScope(scope, within: $0.target) }) {
      throw Rejection(.alreadyCompensating, "that part of instance \(instance.id) is already being undone")
    }
  }
}

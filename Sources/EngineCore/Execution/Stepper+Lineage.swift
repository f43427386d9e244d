/// Who came before whom: each token knows the latest records on the ways that led to it, where a definition asks for
/// causal order.
extension Stepper {
  /// The lineage that a caller names; without one everything that has been recorded so far counts as coming before.
  func lineage(_ named: [RecordID]?) -> [RecordID] {
    guard definition.keepsLineage else { return [] }
    return named ?? instance.latest(instance.records.map(\.id))
  }

  /// The latest records of several branches.
  func lineage(of tokens: [Token]) -> [RecordID] {
    guard definition.keepsLineage else { return [] }
    return instance.latest(tokens.flatMap(\.after))
  }

  /// What comes before the events that end a token from outside: its own way, and what happened inside of it.
  func lineage(ofHost host: Token) -> [RecordID] {
    guard definition.keepsLineage, let host = instance.token(host.id) else { return [] }
    guard case .scope(let inner)? = host.wait else { return host.after }
    return lineage(of: [host] + instance.tokens.filter { instance.isScope($0.scope, within: inner) })
  }

  /// A way through a subprocess ends: what was recorded on it comes before whatever follows the subprocess.
  mutating func gather(_ after: [RecordID], in scope: ScopeID) throws(Rejection) {
    guard definition.keepsLineage, let open = instance.scope(scope), let host = instance.token(open.token) else {
      return
    }
    let latest = instance.latest(host.after + after)
    if latest != host.after { try emit(.lineageGathered(token: host.id, after: latest)) }
  }

  /// A subprocess is recorded as a whole: what came before the steps inside it, which are forgotten, now comes before
  /// it.
  mutating func forgetLineage(inside scope: ScopeID, of host: Token) throws(Rejection) {
    guard definition.keepsLineage else { return }
    var outside: [RecordID] = []
    var open = host.after
    while let id = open.popLast() {
      guard let record = instance.record(id), record.owner == scope else {
        outside.append(id)
        continue
      }
      open += record.after
    }
    let latest = instance.latest(outside)
    if latest != host.after { try emit(.lineageGathered(token: host.id, after: latest)) }
  }
}

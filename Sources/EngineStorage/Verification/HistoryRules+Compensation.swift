import EngineCore

/// Records and their undoing: every step that can be undone leaves one, and each is undone at most once, in the order
/// that the definition asks for, when forward work has come to rest.
extension HistoryRules {
  mutating func noteCompensation(_ event: ProcessEvent, _ instance: ProcessInstance) {
    switch event {
    case .tokenCompleted(let id, let node, .forward):
      unit.completed.append(id)
      guard let scope = instance.token(id)?.scope, instance.undoingScope(around: scope) == nil else { return }
      if isCompensable(node), leavesRecord(id, node, instance) { unit.missingRecords.append(id) }
    case .compensationRecorded(let node, let token, _, _, _, let shelf):
      unit.missingRecords.removeAll { $0 == token }
      if let place = unit.completed.firstIndex(of: token) {
        unit.completed.remove(at: place)
      } else if shelf == nil, !isUndoneAfterFailure(node) {
        find("step \(token) at \(name(of: node)) left a record, but did not complete")
      }
    case .compensationTokenCreated(_, let run, let record, _, _):
      noteUndoing(of: record, in: run, instance)
    case .sagaCompleted(let id):
      lastExtent = instance.run(id)?.extent
    case .processCompensated:
      guard lastExtent == .everything else { return }
      for record in instance.records where record.isUnsettled && record.owner == .root {
        find("it ended as compensated, but record \(record.id) of \(name(of: record.node)) was not undone")
      }
    default: break
    }
  }

  private func isUndoneAfterFailure(_ node: NodeIndex) -> Bool {
    definition.nodes.indices.contains(node.rawValue) && definition[node].compensation?.includesFailure == true
  }

  /// Of a loop it is the iterations that can be undone, one by one.
  private func leavesRecord(_ token: TokenID, _ node: NodeIndex, _ instance: ProcessInstance) -> Bool {
    guard definition[node].loop != nil, let scope = instance.token(token)?.scope else { return true }
    return instance.scope(scope)?.kind == .iteration
  }

  private func isCompensable(_ node: NodeIndex) -> Bool {
    guard definition.nodes.indices.contains(node.rawValue) else { return false }
    switch definition[node].kind {
    case .activity(let activity): return activity.compensation != nil
    case .subprocess(let subprocess): return subprocess.compensation != nil
    case .start, .end, .exclusiveGateway, .parallelGateway, .inclusiveGateway, .eventGateway, .catchEvent, .throwEvent,
      .boundary, .custom:
      return false
    }
  }

  private mutating func noteUndoing(of record: RecordID, in id: RunID, _ instance: ProcessInstance) {
    let earlier = undone[id, default: []]
    undone[id, default: []].append(record)
    if earlier.contains(record) { find("run \(id) undoes \(name(of: record, instance)) twice") }
    guard let run = instance.run(id) else { return }
    let policy = instance.policy(of: run, in: definition)
    switch policy.order {
    case .strict:
      noteStrict(record, in: run, after: earlier.last, instance)
    case .causal:
      let next = instance.stepsToUndo(in: run, of: definition).first ?? []
      if policy.onCompensationFailure == .halt, !next.contains(where: { $0.id == record }) {
        find("run \(id) undoes \(name(of: record, instance)) before another one, which came after it because of it")
      }
    }
    guard run.then.endsForwardWork else { return }
    for token in instance.tokens where token.mode == .forward && instance.isForwardWork(token.scope, of: run) {
      find("run \(id) undoes \(name(of: record, instance)) while token \(token.id) at \(name(of: token.node)) is alive")
    }
  }

  private mutating func noteStrict(
    _ record: RecordID, in run: CompensationRun, after last: RecordID?, _ instance: ProcessInstance
  ) {
    let what = "run \(run.id) undoes \(name(of: record, instance))"
    if let last, last < record { find("\(what) after \(name(of: last, instance))") }
    for later in instance.records where later.id > record && later.state == .pending {
      if instance.includes(later, in: run, of: definition) {
        find("\(what) before \(name(of: later.id, instance)), which came after it")
      }
    }
    if let other = instance.tokens.first(where: { $0.compensates?.run == run.id && $0.state != .failed }) {
      find("\(what) while token \(other.id) at \(name(of: other.node)) still undoes another")
    }
  }
}

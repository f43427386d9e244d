import EngineCore

/// Records and their undoing: every step that can be undone leaves one, and each is undone at most once, in strict
/// reverse order, when forward work has come to rest.
extension HistoryRules {
  mutating func noteCompensation(_ event: ProcessEvent, _ instance: ProcessInstance) {
    switch event {
    case .tokenCompleted(let id, let node, .forward):
      unit.completed.append(id)
      if isCompensable(node), leavesRecord(id, node, instance) { unit.missingRecords.append(id) }
    case .compensationRecorded(let node, let token, _, _):
      unit.missingRecords.removeAll { $0 == token }
      if let place = unit.completed.firstIndex(of: token) {
        unit.completed.remove(at: place)
      } else {
        find("step \(token) at \(name(of: node)) left a record, but did not complete")
      }
    case .compensationTokenCreated(_, let run, let record, _, _):
      noteUndoing(of: record, in: run, instance)
    case .processCompensated:
      for record in instance.records where record.state == .pending || record.state == .running {
        find("it ended as compensated, but record \(record.id) was not undone")
      }
    default: break
    }
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

  private mutating func noteUndoing(of record: RecordID, in run: RunID, _ instance: ProcessInstance) {
    let earlier = undone[run, default: []]
    undone[run, default: []].append(record)
    if earlier.contains(record) { find("run \(run) undoes record \(record) twice") }
    if let last = earlier.last, last < record { find("run \(run) undoes record \(record) after record \(last)") }
    guard let target = instance.run(run)?.target else { return }
    for later in instance.records where later.id > record && later.state == .pending {
      if instance.isScope(later.owner, within: target) {
        find("run \(run) undoes record \(record) before record \(later.id), which came after it")
      }
    }
    if let other = instance.tokens.first(where: { $0.compensates?.run == run && $0.state != .failed }) {
      find("run \(run) undoes record \(record) while token \(other.id) still undoes another")
    }
    for token in instance.tokens where token.mode == .forward && instance.isScope(token.scope, within: target) {
      find("run \(run) undoes record \(record) while forward token \(token.id) is alive")
    }
  }
}

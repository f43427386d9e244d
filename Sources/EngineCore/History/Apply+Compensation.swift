extension ProcessInstance {
  mutating func applyToCompensation(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    switch entry.event {
    case .compensationRecorded(let node, let token, let visibleScopes, let owner):
      let record = RecordID(entry.sequence)
      records.append(
        CompensationRecord(id: record, node: node, token: token, visibleScopes: visibleScopes, owner: owner))
      changes.records.insert(record)
    case .sagaStarted(let run, let target, let code, let message, let then):
      if then == .endInstance, state != .compensating { try move(to: .compensating) }
      if then == .endInstance { errorCode = code }
      endedAt = nil
      runs.append(CompensationRun(id: run, target: target, code: code, message: message, then: then))
      use(run.rawValue)
      changes.changesHeader = true
      changes.runs.insert(run)
    case .sagaPhaseChanged(let run, let phase):
      runs[try indexOfRun(run)].phase = phase
      changes.runs.update(run)
    case .compensationTokenCreated(let token, let run, let record, let node, let scope):
      let index = try indexOfRecord(record)
      try check(records[index], canBecome: .running)
      records[index].state = .running
      changes.records.update(record)
      let reference = CompensationReference(run: run, record: record)
      insert(
        Token(id: token, node: node, scope: scope, mode: .compensation, since: entry.at, compensates: reference),
        changes: &changes)
    case .compensationCompleted(let run, let record, _, let outputs):
      let position = try indexOfRun(run)
      try setRecord(record, to: .done, changes: &changes)
      if !outputs.isEmpty {
        runs[position].context = runs[position].context.merging(outputs)
        changes.runs.update(run)
      }
    case .compensationSkipped(_, let record, _):
      try setRecord(record, to: .skipped, changes: &changes)
    case .compensationFailed(_, let record, _):
      _ = try indexOfRecord(record)
    case .sagaCompleted(let run), .sagaAbsorbed(let run, _):
      let ended = runs.remove(at: try indexOfRun(run))
      changes.runs.delete(run)
      // A step whose token was ended from outside has not been undone.
      for index in records.indices where records[index].state == .running && records[index].owner == ended.target {
        records[index].state = .pending
        changes.records.update(records[index].id)
      }
    default: break
    }
  }

  private mutating func setRecord(
    _ record: RecordID, to state: CompensationRecord.State, changes: inout ChangeSet
  ) throws(Rejection) {
    let index = try indexOfRecord(record)
    try check(records[index], canBecome: state)
    records[index].state = state
    changes.records.update(record)
  }

  mutating func setChild(_ child: InstanceID, of record: RecordID, changes: inout ChangeSet) throws(Rejection) {
    records[try indexOfRecord(record)].child = child
    changes.records.update(record)
  }

  private func check(_ record: CompensationRecord, canBecome next: CompensationRecord.State) throws(Rejection) {
    guard record.state.canBecome(next) else {
      throw Rejection(
        .recordInvalidTransition,
        "record \(record.id) of instance \(id) is \(record.state.name) and cannot become \(next.name)")
    }
  }

  private func indexOfRun(_ run: RunID) throws(Rejection) -> Int {
    guard let index = runs.firstIndex(where: { $0.id == run }) else {
      throw Rejection(.runUnknown, "instance \(id) has no compensation run \(run)")
    }
    return index
  }

  private func indexOfRecord(_ record: RecordID) throws(Rejection) -> Int {
    guard let index = records.firstIndex(where: { $0.id == record }) else {
      throw Rejection(.recordUnknown, "instance \(id) has no compensation record \(record)")
    }
    return index
  }
}

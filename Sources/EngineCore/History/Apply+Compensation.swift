extension ProcessInstance {
  mutating func applyToCompensation(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    switch entry.event {
    case .compensationRecorded(let node, let token, let visibleScopes, let owner, let after, let shelf):
      let record = RecordID(entry.sequence)
      records.append(
        CompensationRecord(
          id: record, node: node, token: token, visibleScopes: visibleScopes, owner: owner, after: after,
          shelf: shelf))
      changes.records.insert(record)
    case .sagaStarted(let run, let target, let code, let message, let then, let extent):
      if then == .endInstance && state != .compensating || state == .completed { try move(to: .compensating) }
      if then == .endInstance { errorCode = code }
      endedAt = nil
      runs.append(
        CompensationRun(id: run, target: target, code: code, message: message, then: then, extent: extent))
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
      if let shelf = self.record(record)?.shelf { dropRecords(of: shelf, changes: &changes) }
    case .compensationFailed(_, let record, _):
      _ = try indexOfRecord(record)
    case .sagaCompleted(let run), .sagaAbandoned(let run), .sagaAbsorbed(let run, _):
      runs.remove(at: try indexOfRun(run))
      for token in tokens where token.compensates?.run == run {
        if let reference = token.compensates { giveBack(reference.record, changes: &changes) }
      }
      changes.runs.delete(run)
    case .probeStarted(let token, _):
      try startProbe(token, at: entry.at, changes: &changes)
    case .lineageGathered(let token, let after):
      guard let index = tokens.firstIndex(where: { $0.id == token }) else { throw unknown(token) }
      tokens[index].after = after
      changes.tokens.update(token)
    case .recordsHandedOver(let source, let target):
      use(target.rawValue)
      for index in records.indices where records[index].owner == source {
        records[index].handOver(to: target, at: entry.sequence)
        changes.records.update(records[index].id)
      }
    default: break
    }
  }

  /// Removes the records that a scope answers for, and what lies on their shelves: they are undone as a whole or not at
  /// all.
  mutating func dropRecords(of owner: ScopeID, changes: inout ChangeSet) {
    for record in records where record.owner == owner {
      changes.records.delete(record.id)
      if let shelf = record.shelf { dropRecords(of: shelf, changes: &changes) }
    }
    records.removeAll { $0.owner == owner }
  }

  /// A step whose compensation token was ended from outside has not been undone.
  mutating func giveBack(_ record: RecordID, changes: inout ChangeSet) {
    guard let index = records.firstIndex(where: { $0.id == record }), records[index].state == .running else { return }
    records[index].state = .pending
    changes.records.update(record)
  }

  private mutating func startProbe(
    _ id: TokenID, at instant: Timestamp, changes: inout ChangeSet
  ) throws(Rejection) {
    guard let index = tokens.firstIndex(where: { $0.id == id }) else { throw unknown(id) }
    if tokens[index].state != .ready { try moveToken(id, to: .ready, at: instant, changes: &changes) }
    tokens[index].isProbing = true
    tokens[index].failures = 0
    tokens[index].crashes = 0
    changes.tokens.update(id)
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

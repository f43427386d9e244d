/// What a compensation run has yet to do, and in which order: the same answer for the step that does it, the plan that
/// tells of it and whoever looks at it.
extension ProcessInstance {
  /// How the records of a run are undone: as its target says.
  public func policy(of run: CompensationRun, in definition: ProcessDefinition) -> SagaPolicy {
    guard run.target != .root else { return definition.saga }
    guard let open = scope(run.target), open.kind.holdsNodes else { return .none }
    return definition[open.node].subprocess?.saga ?? .none
  }

  /// Whether a record is among those that a run undoes, whatever has become of it.
  public func includes(
    _ record: CompensationRecord, in run: CompensationRun, of definition: ProcessDefinition
  ) -> Bool {
    guard run.extent.includes(record, in: definition) else { return false }
    guard run.then == .resume else {
      // What lies on a shelf is undone as a whole.
      return record.owner == run.target || scope(record.owner) != nil && isScope(record.owner, within: run.target)
    }
    // What was still going on inside when the event was thrown was not a completed step of the scope.
    return record.owner == run.target && run.extent.through.map { record.ownedSince <= $0.rawValue } ?? true
  }

  /// The innermost scope around another one that undoes a completed subprocess; nil where work goes forward.
  package func undoingScope(around scope: ScopeID) -> ScopeID? {
    guard scope != .root, !runs.isEmpty else { return nil }
    return chain(from: scope).first { inner in
      self.scope(inner).flatMap { token($0.token) }?.mode == .compensation
    }
  }

  /// Whether a scope is forward work that a run ends before it undoes anything: one inside its target, but not the
  /// undoing of something there.
  package func isForwardWork(_ scope: ScopeID, of run: CompensationRun) -> Bool {
    isScope(scope, within: run.target) && undoingScope(around: scope) == undoingScope(around: run.target)
  }

  /// What an operator's compensation of everything would undo, in order.
  public func stepsToUndo(of definition: ProcessDefinition) -> [[CompensationRecord]] {
    if let run = runs.first(where: { $0.then == .endInstance }) { return stepsToUndo(in: run, of: definition) }
    let everything = CompensationRun(id: RunID(nextID), target: .root, code: "", message: "", then: .endInstance)
    return stepsToUndo(in: everything, of: definition)
  }

  /// The records that a run undoes next and at once: the latest one, or in causal order each one that nothing rests on
  /// any more. O(records).
  ///
  /// - Parameter passed: records whose undoing has failed and that the run may leave behind.
  func recordsToUndo(
    in run: CompensationRun, of definition: ProcessDefinition, passing passed: [RecordID]
  ) -> [CompensationRecord] {
    switch policy(of: run, in: definition).order {
    case .strict:
      let last = records.last { record in
        record.isUnsettled && !passed.contains(record.id) && includes(record, in: run, of: definition)
      }
      return last.flatMap { $0.state == .pending ? [$0] : nil } ?? []
    case .causal:
      return wave(of: run, in: definition, settled: Set(passed)).filter { $0.state == .pending }
    }
  }

  /// What a run has yet to undo, in the order in which it will: what stands together is undone at the same time.
  /// O(records × steps).
  public func stepsToUndo(in run: CompensationRun, of definition: ProcessDefinition) -> [[CompensationRecord]] {
    let left = records.reversed().filter { $0.isUnsettled && includes($0, in: run, of: definition) }
    switch policy(of: run, in: definition).order {
    case .strict: return left.map { [$0] }
    case .causal:
      var steps: [[CompensationRecord]] = []
      var settled: Set<RecordID> = []
      while true {
        let wave = wave(of: run, in: definition, settled: settled)
        guard !wave.isEmpty else { return steps }
        steps.append(wave)
        settled.formUnion(wave.map(\.id))
      }
    }
  }

  /// The unsettled records of a run that no other unsettled one came after, the latest first.
  private func wave(
    of run: CompensationRun, in definition: ProcessDefinition, settled: Set<RecordID>
  ) -> [CompensationRecord] {
    var isRestedOn: Set<RecordID> = []
    var wave: [CompensationRecord] = []
    // What came before a record has a smaller number, so one pass from the latest on sees every way between two.
    for record in records.reversed() {
      let isLeft = record.isUnsettled && !settled.contains(record.id) && includes(record, in: run, of: definition)
      if isLeft, !isRestedOn.contains(record.id) { wave.append(record) }
      if isLeft || isRestedOn.contains(record.id) { isRestedOn.formUnion(record.after) }
    }
    return wave
  }

  /// The latest of some records: without those that another one of them came after.
  func latest(_ candidates: [RecordID]) -> [RecordID] {
    let wanted = Set(candidates)
    guard wanted.count > 1 else { return Array(wanted) }
    var isBefore: Set<RecordID> = []
    for record in records.reversed() where wanted.contains(record.id) || isBefore.contains(record.id) {
      isBefore.formUnion(record.after)
    }
    return wanted.subtracting(isBefore).sorted()
  }
}

extension CompensationExtent {
  /// Whether a record is among those that it names, whoever answers for it. A damaged store must not end the process
  /// that looks at it, so nodes that do not exist are in no subprocess.
  public func includes(_ record: CompensationRecord, in definition: ProcessDefinition) -> Bool {
    guard record.id > after, through.map({ record.id <= $0 }) ?? true else { return false }
    guard let node, record.node != node else { return true }
    let exists = definition.nodes.indices.contains(record.node.rawValue)
    return exists && definition.isNode(record.node, inside: node)
  }
}

import EngineCore

/// Definitions that are suspended: none of their instances advances.
///
/// The problem: a definition may have a million instances, and all of them must stop at once, also those that are
/// started meanwhile, without anything having to touch them all at once. The idea: the flag is one row, known to the
/// engine, and whatever is about to be stepped of such a definition is suspended first, in the same batch. So nothing
/// advances from the moment on in which the flag is on disk. Beside that, a portion of the instances after the other is
/// suspended, with a cursor in the flag's row; resuming goes through those that were suspended because of it in the
/// same way.
extension EngineLoop {
  /// How many instances follow their definition in one turn.
  static let followersPerTurn = 100

  /// Reads what is suspended, once after the lease was taken: only this engine changes it.
  func readHolds() throws(StoreFailure) {
    guard holds == nil else { return }
    holds = Dictionary(try store.definitionHolds().map { ($0.definition, $0) }) { first, _ in first }
  }

  /// Whether a deployed version is suspended.
  func isSuspended(_ definition: DefinitionID) -> Bool {
    guard let holds, !holds.isEmpty else { return false }
    return holds[definition]?.isSuspended ?? false
  }

  /// Whether instances have yet to follow.
  var areFollowing: Bool { holds?.values.contains { $0.cursor != nil } ?? false }

  /// Somebody suspends a definition, or lets it go on.
  func setHold(
    _ process: String, _ version: Int?, isSuspended: Bool, _ record: CommandRecord,
    _ reply: (@Sendable (CommandReply) -> Void)?, _ batch: inout Batch
  ) throws(TurnError) {
    if waits(for: .deployment(process), &batch) { return }
    let deployed = try find(process, version: version)
    if waits(for: .hold(deployed.id), &batch) { return }
    if isSuspended, self.isSuspended(deployed.id) {
      throw .rejected(Rejection(.definitionSuspended, "\(deployed.title) is suspended already"))
    }
    if !isSuspended, !self.isSuspended(deployed.id) {
      throw .rejected(Rejection(.definitionNotSuspended, "\(deployed.title) is not suspended"))
    }
    batch.keys.insert(.hold(deployed.id))
    let hold = DefinitionHold(definition: deployed.id, isSuspended: isSuspended, cursor: InstanceID(0))
    let answer = CommandAnswer.done([
      "definition": Value(deployed.id.rawValue), "process": .string(deployed.definition.key),
      "version": Value(deployed.version), "suspended": .boolean(isSuspended),
    ])
    batch.append(
      Batch.Item(write: .hold(hold, command: decided(record, answer)), reply: reply, answer: answer))
  }

  /// Lets the next portion of instances follow each definition that has just been suspended or resumed.
  func followHolds(_ batch: inout Batch) {
    guard let holds, !holds.isEmpty else { return }
    for hold in holds.values.sorted(by: { $0.definition < $1.definition }) where hold.cursor != nil {
      guard batch.keys.insert(.hold(hold.definition)).inserted else { continue }
      handle(.follower(hold), &batch)
    }
  }

  /// Suspends or resumes a portion of instances, and moves the cursor on in the same write.
  func follow(_ hold: DefinitionHold, _ batch: inout Batch) throws(TurnError) {
    guard let cursor = hold.cursor, holds?[hold.definition] == hold else { return }
    let portion: [InstanceID]
    do {
      portion = try store.liveInstances(
        of: hold.definition, onlyHeld: !hold.isSuspended, after: cursor, limit: Self.followersPerTurn)
    } catch {
      throw .failed(error)
    }
    for id in portion {
      let before = batch.items.count
      do throws(TurnError) {
        try stepInstance(id, hold.isSuspended ? .hold : .release, &batch)
      } catch {
        switch error {
        // It has ended or was suspended in this very turn: the others follow all the same.
        case .rejected: continue
        // It cannot be read, or somebody whom it calls: it stays as it is, and the others follow.
        case .failed(let failure) where failure.kind == .corrupt:
          takeBack(&batch, from: before)
          observer?.noticed(.unreadable(failure))
        // It is marked, and then the portion begins once more.
        case .failed, .broken: throw error
        }
      }
    }
    var next = hold
    next.cursor = portion.count < Self.followersPerTurn ? nil : portion.last
    batch.append(Batch.Item(write: .hold(next, command: nil)))
  }

  /// What is undone after its end, although its definition is suspended, begins with that and goes on when its
  /// definition does. `before`: the instance as it was.
  func holdWhatIsUndone(_ before: ProcessInstance, _ batch: inout Batch) throws(TurnError) {
    guard before.state.isEnd, isSuspended(before.definition), before.id != excepted else { return }
    let instance = try instance(before.id)
    if !instance.state.isEnd, !instance.isSuspended { try stepInstance(instance.id, .hold, &batch) }
  }

  /// An instance that is about to be stepped although its definition is suspended is suspended first.
  func heldIfItMustBe(
    _ instance: ProcessInstance, _ deployed: DeployedDefinition, _ command: InstanceCommand, _ batch: inout Batch
  ) throws(TurnError) -> ProcessInstance {
    if case .corrupt = command { return instance }
    guard command != .hold, mustBeHeld(instance) else { return instance }
    let held = try write(instance, deployed, .hold, &batch, record: nil, reply: nil, answer: nil)
    return held?.instance ?? instance
  }

  /// Suspends an instance of which a timer is due, or a token was to begin, although its definition is suspended: its
  /// resumption brings both back. False when it need not be.
  func holdInstead(_ instance: ProcessInstance, _ batch: inout Batch) throws(TurnError) -> Bool {
    guard mustBeHeld(instance) else { return false }
    try stepInstance(instance, .hold, &batch)
    return true
  }

  /// Whether an instance has yet to be suspended because its definition is.
  private func mustBeHeld(_ instance: ProcessInstance) -> Bool {
    isSuspended(instance.definition) && !instance.isSuspended && !instance.isCorrupted && instance.version > 0
      && !instance.state.isEnd && instance.state != .cancelling && instance.id != excepted
  }
}

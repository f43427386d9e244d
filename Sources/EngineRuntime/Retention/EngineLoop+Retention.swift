import EngineCore

/// Ended instances are deleted, or exported and then deleted, by age and by number.
extension EngineLoop {
  /// Takes the next portion of the sweep up, if it is due. Never more than a portion in a turn.
  func sweep(_ batch: inout Batch) throws(StoreFailure) {
    // A rest that is longer than any that is taken: the clock was set back meanwhile.
    let isDue = now >= retention.next || retention.next - now > configuration.retentionInterval
    guard !isDraining, !retention.isOut, isDue else { return }
    retention.next = now + configuration.retentionPause
    if retention.isForgettingCommands {
      try forgetCommands(&batch)
      return
    }
    guard let stage = try nextStage() else { return }
    retention.stage = stage
    try sweepPortion(of: stage, &batch)
  }

  /// The stage at hand, or that of the next definition with a policy; nil when the sweep has come to its end.
  private func nextStage() throws(StoreFailure) -> RetentionSweep.Stage? {
    if let stage = retention.stage, !stage.isDone { return stage }
    retention.stage = nil
    // Definitions without a policy cost a look each: some of them in every turn.
    for _ in 0..<configuration.retentionPortion {
      guard let id = try store.definition(after: retention.last) else {
        retention.last = nil
        retention.isForgettingCommands = configuration.keepsCommandsFor != nil
        if !retention.isForgettingCommands { rest() }
        return nil
      }
      retention.last = id
      guard let deployed = try readable(id), let policy = policy(of: deployed) else { continue }
      let cut = policy.duration.map { now + (.zero - $0) }
      let stage = RetentionSweep.Stage(definition: id, policy: policy, cut: cut)
      if cut == nil, try store.countEnded(of: id) <= policy.newest ?? .max { continue }
      return stage
    }
    return nil
  }

  /// How many of those behind the cursor are too many now: an operator may have deleted others, or had them undone.
  private func excess(in stage: RetentionSweep.Stage, _ batch: Batch) throws(StoreFailure) -> Int {
    guard let newest = stage.policy.newest else { return 0 }
    // Of this definition or not: whoever is one too many after all goes in the next sweep.
    let leaving = batch.items.count { item in
      switch item.write {
      case .deletion: true
      case .unit(let unit): unit.instance.state == .compensating
      case .deployment, .decision, .message, .startTimers, .hold, .published, .forgottenCommands, .together: false
      }
    }
    return max(try store.countEnded(of: stage.definition) - leaving - stage.kept - newest, 0)
  }

  private func rest() { retention.next = now + configuration.retentionInterval }

  /// What the definition says, else what the engine says. Without an archive nothing goes that must be exported.
  private func policy(of deployed: DeployedDefinition) -> RetentionPolicy? {
    guard let policy = deployed.definition.policy.retention ?? configuration.retention else { return nil }
    return policy.ending == .export && configuration.archive == nil ? nil : policy
  }

  private func sweepPortion(of stage: RetentionSweep.Stage, _ batch: inout Batch) throws(StoreFailure) {
    var excess = try excess(in: stage, batch)
    let limit = configuration.retentionPortion
    let ends = try store.endedInstances(of: stage.definition, after: stage.cursor, limit: limit)
    var going: [InstanceID] = []
    retention.stage?.isDone = ends.count < limit
    for end in ends {
      let isTooOld = stage.cut.map { end.endedAt <= $0 } ?? false
      guard isTooOld || excess > 0 else {
        retention.stage?.isDone = true
        break
      }
      retention.stage?.cursor = end
      excess -= 1
      going.append(end.instance)
    }
    guard !going.isEmpty else { return }
    if let archive = configuration.archive, stage.policy.ending != .delete {
      do {
        try export(going, to: archive)
      } catch {
        // Nothing went out: the portion is looked for again from where it begins.
        retention.stage = stage
        throw error
      }
    } else {
      for id in going { handle(.outlived(id), &batch) }
    }
  }

  /// Deletes an instance that is kept no longer, if it may go.
  @discardableResult
  func expire(_ id: InstanceID, _ batch: inout Batch) throws(TurnError) -> Bool {
    let instance = try instance(id)
    guard try mayGo(instance) else {
      retention.stage?.kept += 1
      return false
    }
    cache.forget(id)
    batch.append(Batch.Item(write: .deletion(id, command: nil), instance: id))
    return true
  }

  /// Whether an instance is over, and nobody who called it may come back to it.
  func mayGo(_ instance: ProcessInstance) throws(TurnError) -> Bool { try refusalOfDeletion(of: instance) == nil }

  /// Why an instance cannot be deleted; nil when it can.
  func refusalOfDeletion(of instance: ProcessInstance) throws(TurnError) -> Rejection? {
    guard instance.state.isEnd, let link = instance.parent else { return instance.refusalOfDeletion(calledBy: nil) }
    do throws(TurnError) {
      return instance.refusalOfDeletion(calledBy: try self.instance(link.instance))
    } catch {
      // It is gone.
      if case .rejected = error { return nil }
      throw error
    }
  }

  private func export(_ ids: [InstanceID], to archive: any InstanceArchive) throws(StoreFailure) {
    var archived: [ArchivedInstance] = []
    var versions: [(instance: InstanceID, version: Int64)] = []
    for id in ids {
      guard let instance = try? instance(id), (try? mayGo(instance)) ?? false,
        let deployed = try? definition(instance.definition)
      else {
        retention.stage?.kept += 1
        continue
      }
      do {
        archived.append(ArchivedInstance(instance, deployed, try store.loadHistory(id)))
        versions.append((id, instance.version))
      } catch {
        // What cannot be read stays, and does not keep the others.
        guard error.kind == .corrupt else { throw error }
        observer?.noticed(.unreadable(error))
        retention.stage?.kept += 1
      }
    }
    guard !archived.isEmpty else { return }
    retention.isWithArchive = true
    retention.portions += 1
    runner.archive(archived, as: ArchivePortion(number: retention.portions, versions: versions), in: archive)
  }

  /// The archive has kept a portion, or not.
  func takeReceipt(_ receipt: ArchiveReceipt, _ batch: inout Batch) throws(TurnError) {
    // One that comes again because the store failed, while the next portion is with the archive, says nothing new.
    guard receipt.portion.number == retention.portions else { return }
    retention.isWithArchive = false
    if let failure = receipt.failure {
      _ = batch.putOff()
      retention.failures += 1
      // The portion is looked for again from the beginning of its definition.
      retention.stage = nil
      retention.last = nil
      retention.next = now + configuration.retentionInterval
      observer?.noticed(.archiveFailed(failure, failures: retention.failures))
      return
    }
    // Without its stage, because the lease was lost meanwhile, the portion is looked for again.
    if let stage = retention.stage { try expire(receipt.portion.versions, in: stage, &batch) }
    if retention.failures > 0 { observer?.noticed(.archiveRecovered) }
    retention.failures = 0
  }

  /// Deletes what was exported, if it is still too old or one too many.
  private func expire(
    _ versions: [(instance: InstanceID, version: Int64)], in stage: RetentionSweep.Stage, _ batch: inout Batch
  ) throws(TurnError) {
    var excess: Int
    do {
      excess = try self.excess(in: stage, batch)
    } catch {
      throw .failed(error)
    }
    // If the store fails meanwhile, this is done again, and nothing else goes out before.
    retention.leaving = Set(versions.map(\.instance))
    var going: Set<InstanceID> = []
    for (id, version) in versions {
      // Whatever moved meanwhile is exported anew when it has ended again.
      guard let instance = try? instance(id), instance.version == version, let endedAt = instance.endedAt else {
        continue
      }
      let isTooOld = stage.cut.map { endedAt <= $0 } ?? false
      guard isTooOld || excess > 0 else { continue }
      excess -= 1
      if try expire(id, &batch) { going.insert(id) }
    }
    retention.leaving = going
    // Whoever stays although it was exported lies behind the sweep, and may be the next that goes.
    if going.count < versions.count { retention.endStage() }
  }

  /// Removes the rows of commands that were decided long ago: their keys can be used again from then on.
  private func forgetCommands(_ batch: inout Batch) throws(StoreFailure) {
    guard let duration = configuration.keepsCommandsFor else { return }
    let limit = configuration.retentionPortion * 10
    let rows = try store.decidedCommands(before: now + (.zero - duration), limit: limit)
    if !rows.isEmpty { handle(.oldCommands(rows), &batch) }
    guard rows.count < limit else { return }
    retention.isForgettingCommands = false
    rest()
  }

  /// When the next portion is due; nil while one is with the archive.
  var nextSweep: Timestamp? { isDraining || retention.isOut ? nil : retention.next }
}

extension ArchivedInstance {
  /// An instance as it is written out.
  init(_ instance: ProcessInstance, _ deployed: DeployedDefinition, _ history: [HistoryEntry]) {
    var writer = JSONWriter(capacity: 4096)
    writer.beginObject()
    let members: [(String, Value)] = [
      ("instance", Value(instance.id.rawValue)), ("sequence", Value(instance.sequence)),
      ("startedAt", .string(instance.createdAt.iso8601)),
      ("process", .string(deployed.definition.key)), ("version", Value(deployed.version)),
      ("businessKey", instance.businessKey.map(Value.string) ?? .null), ("state", .string(instance.state.name)),
      ("endedAt", instance.endedAt.map { .string($0.iso8601) } ?? .null),
      ("variables", .context(instance.variables[.root])),
    ]
    for (name, value) in members {
      writer.writeName(name)
      writer.write(value)
    }
    writer.writeName("history")
    writer.beginArray()
    var describer = EventDescriber(definition: deployed.definition)
    for description in describer.describe(history) { description.writeJSON(to: &writer) }
    writer.endArray()
    writer.endObject()
    self.init(
      id: instance.id, process: deployed.definition.key, version: deployed.version, startedAt: instance.createdAt,
      sequence: instance.sequence, json: writer.text)
  }
}

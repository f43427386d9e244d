import EngineCore

/// What somebody asks for.
extension EngineLoop {
  func decide(
    _ record: CommandRecord, reply: (@Sendable (CommandReply) -> Void)?,
    _ batch: inout Batch
  ) throws(TurnError) {
    let command = record.command
    if !command.key.isEmpty {
      if try repeatAnswer(record, reply: reply, &batch) { return }
      batch.keys.insert(.command(command.key))
    }
    switch command.verb {
    case .start(let process, let version, let businessKey, let variables):
      try start(process, version, businessKey, variables, record, reply, &batch)
    case .deploy(let definition, let folder):
      try deploy(definition, folder, record, reply, &batch)
    case .fetchTasks(let topic, let worker, let limit, let lease):
      try fetch(topic, worker, limit, lease, record, reply, &batch)
    case .delete(let id):
      try delete(id, record, reply, &batch)
    case .send(let message):
      try send(message, record, reply, &batch)
    case .signal(let name, let variables):
      try signal(name, variables, record, reply, &batch)
    case .suspendDefinition(let process, let version):
      try setHold(process, version, isSuspended: true, record, reply, &batch)
    case .resumeDefinition(let process, let version):
      try setHold(process, version, isSuspended: false, record, reply, &batch)
    case .retry, .skip, .resolve, .cancel, .terminate, .compensate, .suspend, .resume, .fireTimer, .rescheduleTimer,
      .setVariables, .finishTask, .extendLease:
      guard let id = command.verb.instance, let step = InstanceCommand(command.verb, now: now, reason: command.reason)
      else {
        return
      }
      try stepInstance(id, step, &batch, record: record, reply: reply)
    }
  }

  /// Whether a command is about something that this very turn does already: then it comes again in the next one.
  func waits(for key: Batch.Key, _ batch: inout Batch) -> Bool {
    guard batch.keys.contains(key) else { return false }
    takeUpAgain(batch.putOff())
    return true
  }

  /// Repeating a key gives the first answer. In the batch that decides it, the repetition waits for the next turn.
  private func repeatAnswer(
    _ record: CommandRecord, reply: (@Sendable (CommandReply) -> Void)?,
    _ batch: inout Batch
  ) throws(TurnError) -> Bool {
    if waits(for: .command(record.command.key), &batch) { return true }
    guard record.id == nil else { return false }
    do {
      guard let known = try store.findCommand(key: record.command.key) else { return false }
      if let refusal = known.command.refusal(of: record.command) {
        if let reply { batch.answers.append((reply, .refused(refusal))) }
      } else if let answer = known.answer {
        if let reply { batch.answers.append((reply, answer)) }
      } else {
        // Somebody outside has posted it; once that row is decided, its answer is the answer.
        hasForeignCommands = true
        takeUpAgain(batch.putOff())
      }
      return true
    } catch {
      throw .failed(error)
    }
  }

  /// A refusal is an answer like any other: it is recorded, when the command leaves a row, and then told.
  func refuse(
    _ record: CommandRecord, _ rejection: Rejection,
    reply: (@Sendable (CommandReply) -> Void)?, _ batch: inout Batch
  ) {
    let answer = CommandAnswer.refused(rejection)
    decide(record, answer, reply: reply, &batch)
  }

  /// Records an answer that changes nothing else, when the command leaves a row, and tells it.
  func decide(
    _ record: CommandRecord, _ answer: CommandAnswer, reply: (@Sendable (CommandReply) -> Void)?, _ batch: inout Batch
  ) {
    if let decided = decided(record, answer) {
      batch.append(Batch.Item(write: .decision(decided), reply: reply, answer: answer))
    } else if let reply {
      batch.answers.append((reply, answer))
    }
  }

  private func start(
    _ process: String, _ version: Int?, _ businessKey: String?, _ variables: Context, _ record: CommandRecord,
    _ reply: (@Sendable (CommandReply) -> Void)?, _ batch: inout Batch
  ) throws(TurnError) {
    if waits(for: .deployment(process), &batch) { return }
    let deployed = try find(process, version: version)
    let id = InstanceID(nextInstance)
    nextInstance += 1
    let instance = ProcessInstance(id: id, definition: deployed.id, createdAt: now)
    try add(
      instance, deployed, .start(businessKey: businessKey, variables: variables), &batch, record: record,
      reply: reply, answer: ["instance": Value(id.rawValue)])
  }

  func find(_ process: String, version: Int?) throws(TurnError) -> DeployedDefinition {
    if version == nil, let newest = newestDefinitions[process] { return newest }
    do {
      if let found = try store.findDefinition(key: process, version: version) {
        if version == nil { newestDefinitions[process] = found }
        definitions[found.id] = found
        return found
      }
    } catch {
      throw .failed(error)
    }
    let name = version.map { "\(process)@\($0)" } ?? process
    throw .rejected(Rejection(.definitionUnknown, "no process \(name) is deployed: deploy it first"))
  }

  private func deploy(
    _ definition: ProcessDefinition, _ folder: String, _ record: CommandRecord,
    _ reply: (@Sendable (CommandReply) -> Void)?, _ batch: inout Batch
  ) throws(TurnError) {
    for zone in definition.zones where configuration.zones.rules(of: zone) == nil {
      throw .rejected(Rejection(.zoneUnknown, "\(definition.key) cannot be deployed: \(UnknownZone(zone: zone))"))
    }
    let newest: DeployedDefinition?
    do {
      newest = try store.findDefinition(key: definition.key, version: nil)
    } catch {
      throw .failed(error)
    }
    if waits(for: .deployment(definition.key), &batch) { return }
    batch.keys.insert(.deployment(definition.key))
    if let newest, newest.definition == definition, newest.folder == folder {
      decide(record, .done(Self.deploymentAnswer(newest, isNew: false)), reply: reply, &batch)
      return
    }
    let deployed = DeployedDefinition(
      id: DefinitionID(nextDefinition), version: (newest?.version ?? 0) + 1, definition: definition, folder: folder,
      deployedAt: now)
    nextDefinition += 1
    newestDefinitions[definition.key] = nil
    let answer = CommandAnswer.done(Self.deploymentAnswer(deployed, isNew: true))
    batch.append(
      Batch.Item(
        write: .deployment(deployed, command: decided(record, answer)), reply: reply,
        answer: answer))
    try setStartTimers(of: deployed, &batch)
  }

  private static func deploymentAnswer(_ deployed: DeployedDefinition, isNew: Bool) -> Value {
    [
      "definition": Value(deployed.id.rawValue), "process": .string(deployed.definition.key),
      "version": Value(deployed.version), "new": .boolean(isNew),
    ]
  }

  private func delete(
    _ id: InstanceID, _ record: CommandRecord,
    _ reply: (@Sendable (CommandReply) -> Void)?, _ batch: inout Batch
  ) throws(TurnError) {
    let instance = try instance(id)
    if let expected = record.command.expectedVersion, expected != instance.version {
      throw .rejected(Rejection(.versionConflict, "instance \(id) has moved to version \(instance.version)"))
    }
    if let refusal = try refusalOfDeletion(of: instance) { throw .rejected(refusal) }
    let answer = CommandAnswer.done(["instance": Value(id.rawValue)])
    let decided = decided(record, answer, before: instance.version)
    cache.forget(id)
    batch.append(
      Batch.Item(
        write: .deletion(id, command: decided), instance: id, reply: reply, answer: answer))
  }

  /// Locks tasks of a topic for a worker: one unit each, and the answer with all of them in the same commit.
  private func fetch(
    _ topic: String, _ worker: String, _ limit: Int, _ lease: Duration?, _ record: CommandRecord,
    _ reply: (@Sendable (CommandReply) -> Void)?, _ batch: inout Batch
  ) throws(TurnError) {
    let candidates: [TokenPosition]
    do {
      candidates = try store.availableTasks(topic: topic, at: now, limit: min(max(limit, 1), 1_000))
    } catch {
      throw .failed(error)
    }
    var tasks: [Value] = []
    for position in candidates {
      do throws(TurnError) {
        tasks.append(try lock(position, for: worker, lease, &batch))
      } catch {
        // The task was taken or its instance moved in this very turn: the next one may still be free.
        guard case .rejected = error else { throw error }
      }
    }
    let answer = CommandAnswer.done(["tasks": .list(tasks)])
    guard !tasks.isEmpty, decided(record, answer) == nil else {
      decide(record, answer, reply: reply, &batch)
      return
    }
    // Answered with the last lock, so that nobody works before all of them are durable.
    batch.items[batch.items.count - 1].reply = reply
    batch.items[batch.items.count - 1].answer = answer
  }

  private func lock(
    _ position: TokenPosition, for worker: String, _ lease: Duration?, _ batch: inout Batch
  ) throws(TurnError) -> Value {
    let before = try instance(position.instance)
    let deployed = try definition(before.definition)
    guard let token = before.token(position.token), !before.isCorrupted else {
      throw .rejected(Rejection(.tokenUnknown, "gone"))
    }
    if let reason = mismatch(of: before, deployed, .claim(token.id)) { throw .broken(before.id, reason) }
    let node = deployed.definition[token.node]
    let until = now + (lease ?? node.leaseDuration(for: token.workMode))
    try stepInstance(before, .lockTask(token.id, worker: worker, until: until), &batch)
    let after = try instance(position.instance)
    // A task whose inputs cannot be calculated is not locked: that step has left an incident.
    guard let locked = after.token(token.id), locked.wait == .externalTask,
      let inputs = try? taskInputs(of: locked, in: after, definition: deployed.definition)
    else { throw .rejected(Rejection(.taskUnknown, "the inputs of \(node.id) cannot be calculated")) }
    let fence = locked.attempt
    return [
      "instance": Value(position.instance.rawValue), "token": Value(token.id.rawValue), "fence": Value(fence),
      "node": .string(node.id), "process": .string(deployed.title), "mode": .string(token.workMode.name),
      "businessKey": before.businessKey.map(Value.string) ?? .null, "until": .string(until.iso8601),
      "idempotencyKey": .string(Self.idempotencyKey(before, token.id).text), "epoch": Value(self.lease?.epoch ?? 0),
      "variables": .context(inputs),
    ]
  }

  /// The same for every attempt of one activity, in no other store: the time of the start stands in it.
  static func idempotencyKey(_ instance: ProcessInstance, _ token: TokenID) -> IdempotencyKey {
    .run(instance.id, startedAt: instance.createdAt, token)
  }
}

extension NodeDefinition {
  /// How long a worker may hold the task of this node.
  func leaseDuration(for mode: TokenMode) -> Duration {
    if case .external(let external)? = work(in: mode) { return external.lease }
    return ExternalWork(topic: "").lease
  }
}

import EngineCore

/// Where the work of a turn comes from.
extension EngineLoop {
  /// Steps what a source asks for and adds it to the batch. What the rules refuse ends here.
  func handle(_ source: Batch.Source, _ batch: inout Batch) {
    batch.take(source)
    do throws(TurnError) {
      switch source {
      case .message(.command(let command, let reply)):
        try decide(CommandRecord(command: command, issuedAt: now), reply: reply, &batch)
      case .message(.workFinished(let work, let outcome, let note)):
        try takeReport(work, outcome, note, &batch)
      case .message(.published(let receipt)):
        takeReceipt(receipt, &batch)
      case .message(.archived(let receipt)):
        try takeReceipt(receipt, &batch)
      case .foreign(let record):
        try decide(record, reply: nil, &batch)
      case .timer(let position):
        try fire(position, &batch)
      case .startTimer(let timer):
        try start(timer, &batch)
      case .ready(let position):
        try claim(position, &batch)
      case .orphan(let position):
        try recover(position, &batch)
      case .thrown(let message): try takeUp(message, &batch)
      case .buffered(let message): try takeUpBuffered(message, &batch)
      case .expired(let messages): batch.append(Batch.Item(write: .message(.remove(messages), command: nil)))
      case .outlived(let id):
        try expire(id, &batch)
      case .follower(let hold):
        try follow(hold, &batch)
      case .oldCommands(let rows):
        batch.append(Batch.Item(write: .forgottenCommands(rows)))
      case .broken(let id, let reason):
        try stepInstance(id, .corrupt(reason: reason), &batch)
      }
    } catch {
      takeBack(&batch)
      if case .broken(let id, let reason) = error { return mark(id, reason, met: batch.putOff(), &batch) }
      turnAway(source, error, &batch)
    }
  }

  /// What a source has made before it failed is not written: it stands or falls whole, or from a place on.
  func takeBack(_ batch: inout Batch, from place: Int? = nil) {
    let taken = if let place { batch.takeBack(from: place) } else { batch.takeBack() }
    let newest = batch.newest()
    let inFlight = flight?.batch.newest()
    for item in taken {
      guard let id = item.instance else { continue }
      cache.forget(id)
      if let before = newest(id) ?? inFlight?(id) { cache.put(before.instance) }
    }
  }

  private func turnAway(_ source: Batch.Source, _ error: TurnError, _ batch: inout Batch) {
    switch (error, source) {
    case (.broken, _): break
    case (.failed(let failure), _) where failure.kind == .corrupt:
      leaveAlone(source, failure, &batch)
    case (.rejected(let rejection), .message(.command(let command, let reply))):
      refuse(CommandRecord(command: command, issuedAt: now), rejection, reply: reply, &batch)
    case (.rejected(let rejection), .foreign(let record)):
      refuse(record, rejection, reply: nil, &batch)
    case (.rejected(let rejection), .message(.workFinished(let work, _, _))):
      observer?.noticed(.ignored(work.instance, rejection))
    case (.rejected(let rejection), .timer(let position)) where rejection.reason == .zoneUnknown:
      // It stays pending and overdue: an engine that knows the zone fires it, or an operator.
      observer?.noticed(.ignored(position.instance, rejection))
    case (.rejected(let rejection), .startTimer(let timer)):
      putOff(timer, rejection)
    case (.rejected, .thrown(let message)), (.rejected, .buffered(let message)):
      // Whoever was to be started by it cannot be: it is nobody's.
      batch.append(Batch.Item(write: .message(.remove([message.id]), command: nil)))
    case (.rejected, .message(.published)), (.rejected, .message(.archived)), (.rejected, .outlived),
      (.rejected, .follower), (.rejected, .oldCommands), (.rejected, .broken), (.rejected, .timer),
      (.rejected, .ready), (.rejected, .orphan),
      (.rejected, .expired):
      // Read ahead of time, and out of date by now: the instance has moved on.
      break
    case (.failed(let failure), .message(.command(_, let reply))):
      _ = batch.putOff()
      reply(.failed(failure))
      noteStoreFailure(failure)
    case (.failed(let failure), .thrown), (.failed(let failure), .buffered), (.failed(let failure), .expired):
      // The store has them all and tells them again.
      _ = batch.putOff()
      desk = MessageDesk()
      noteStoreFailure(failure)
    case (.failed(let failure), .follower):
      // Its definition's next portion finds them again.
      _ = batch.putOff()
      noteStoreFailure(failure)
    case (.failed(let failure), .outlived), (.failed(let failure), .oldCommands):
      // The next sweep finds them again.
      _ = batch.putOff()
      retention.stage = nil
      noteStoreFailure(failure)
    case (.failed(let failure), .foreign), (.failed(let failure), .message(.workFinished)),
      (.failed(let failure), .message(.published)), (.failed(let failure), .message(.archived)),
      (.failed(let failure), .timer), (.failed(let failure), .startTimer), (.failed(let failure), .broken),
      (.failed(let failure), .ready),
      (.failed(let failure), .orphan):
      takeUpAgain(batch.putOff())
      noteStoreFailure(failure)
    }
  }

  /// What the store holds of one instance or definition cannot be read, and trying again does not help: whoever asks is
  /// told, it stays as it is in the store, and everything else goes on.
  private func leaveAlone(_ source: Batch.Source, _ failure: StoreFailure, _ batch: inout Batch) {
    observer?.noticed(.unreadable(failure))
    switch source {
    case .foreign(let record):
      refuse(record, Rejection(.instanceCorrupted, failure.message), reply: nil, &batch)
    case .message(.command(_, let reply)):
      _ = batch.putOff()
      reply(.failed(failure))
    case .message(.workFinished), .message(.published), .message(.archived), .timer, .startTimer, .ready, .orphan,
      .thrown, .buffered, .expired, .outlived, .follower, .oldCommands, .broken:
      _ = batch.putOff()
    }
  }

  private func fire(_ position: TimerPosition, _ batch: inout Batch) throws(TurnError) {
    let instance = try instance(position.instance)
    // Read ahead of time: it may have been given another due time since.
    guard instance.timer(position.timer)?.due == position.due else { return }
    guard position.due <= now else {
      // It was due when the store could not take it, and the clock was set back since.
      timers.schedule(position)
      return
    }
    if try holdInstead(instance, &batch) { return }
    try stepInstance(instance, .fireTimer(position.timer), &batch)
  }

  private func claim(_ position: TokenPosition, _ batch: inout Batch) throws(TurnError) {
    let instance = try instance(position.instance)
    if try holdInstead(instance, &batch) { return }
    try stepInstance(instance, .claim(position.token), &batch)
  }

  private func takeReport(
    _ work: WorkKey, _ outcome: WorkOutcome, _ note: String?, _ batch: inout Batch
  ) throws(TurnError) {
    let isTimeout = timedOut.contains(work)
    forgetRunning(work)
    var outcome = outcome
    if case .cancelled = outcome {
      if isDraining {
        try stepInstance(work.instance, .giveBack(work.token, attempt: work.attempt, note: note), &batch)
        return
      }
      if isTimeout {
        outcome = .failed(Failure(code: "TIMEOUT", message: "the handler ran out of time"))
      } else if let lease, let token = try instance(work.instance).token(work.token), token.attempt == work.attempt,
        token.state == .executing, token.epoch < lease.epoch
      {
        // It was stopped because the lease was lost: that is no failure of its own.
        try stepInstance(work.instance, .giveBack(work.token, attempt: work.attempt, note: note), &batch)
        return
      }
    }
    let command = InstanceCommand.finishWork(work.token, attempt: work.attempt, outcome: outcome, note: note)
    try stepInstance(work.instance, command, &batch)
  }

  func handleForeignCommands(_ batch: inout Batch, allowance: Int) throws(StoreFailure) {
    if try store.hasForeignCommits() { hasForeignCommands = true }
    guard hasForeignCommands else { return }
    let limit = 100
    let waiting = try store.waitingCommands(limit: limit)
    hasForeignCommands = waiting.count == limit
    let end = batch.items.count + allowance
    for record in waiting {
      // One command can make many units.
      if batch.items.count >= end {
        hasForeignCommands = true
        return
      }
      handle(.foreign(record), &batch)
    }
  }

  /// Steps the reports that have arrived while a batch is on its way to the disk, until it is time to send the next one
  /// after it; the answer is what arrived besides.
  func takeReports(_ batch: inout Batch) -> [Message] {
    guard let lane, flight != nil else { return [] }
    var later: [Message] = []
    while batch.items.count < configuration.unitsPerCommit, batch.items.count < lane.goodBatch || !lane.hasLanded {
      let messages = takeMessages(Self.smallestPortion)
      for message in messages {
        if case .workFinished = message { handle(.message(message), &batch) } else { later.append(message) }
      }
      if messages.isEmpty {
        if lane.hasLanded { break }
        lane.waitForLandingOrMail()
      }
    }
    return later
  }

  /// At least so many messages are taken up in a turn, if they are there.
  static let smallestPortion = 50

  func takeMessages(_ batch: inout Batch) {
    let portion = lane == nil ? 100 : Self.smallestPortion
    // What is enough for the lane goes; the rest is stepped while it is on its way.
    let limit = min(configuration.unitsPerCommit, lane?.goodBatch ?? .max)
    mayHaveMessages = false
    while batch.items.count < limit {
      let messages = takeMessages(portion)
      for message in messages { handle(.message(message), &batch) }
      if messages.count < portion { return }
    }
    mayHaveMessages = true
  }

  func fireDueTimers(_ batch: inout Batch, allowance: Int) throws(StoreFailure) {
    let elapsed = deadlines.isEmpty ? .zero : clock.elapsed()
    while let deadline = deadlines.min, deadline.at <= elapsed {
      deadlines.removeMin()
      let position = TokenPosition(instance: deadline.work.instance, token: deadline.work.token)
      guard running[position]?.attempt == deadline.work.attempt else { continue }
      timedOut.insert(deadline.work)
      runner.stop(deadline.work, immediately: false)
    }
    let end = batch.items.count + allowance
    while batch.items.count < end {
      let due = try timers.takeDue(at: now, limit: end - batch.items.count, from: store)
      if due.isEmpty { return }
      readAhead(due.map(\.instance))
      for timer in due { handle(.timer(timer), &batch) }
    }
  }

  func recoverOrphans(_ batch: inout Batch, limit: Int) throws(StoreFailure) {
    guard !orphansAreDone, let lease else { return }
    let page = try store.orphanedTokens(before: lease.epoch, after: orphanCursor, limit: limit)
    orphansAreDone = page.count < limit
    if let last = page.last { orphanCursor = last }
    readAhead(page.map(\.instance))
    for position in page { handle(.orphan(position), &batch) }
  }

  /// Takes up a step whose engine is gone, unless it runs right here: this engine may have had the lease before.
  private func recover(_ position: TokenPosition, _ batch: inout Batch) throws(TurnError) {
    if let work = running[position],
      try instance(position.instance).token(position.token)?.attempt == work.attempt
    {
      return
    }
    try stepInstance(position.instance, .recover(position.token), &batch)
  }

  /// Steps an instance and adds the unit to the batch; a step without events adds nothing.
  func stepInstance(
    _ id: InstanceID, _ command: InstanceCommand, _ batch: inout Batch,
    record: CommandRecord? = nil, reply: (@Sendable (CommandReply) -> Void)? = nil, answer: Value? = nil
  ) throws(TurnError) {
    let instance = try instance(id)
    if let expected = record?.command.expectedVersion, expected != instance.version {
      throw .rejected(
        Rejection(.versionConflict, "instance \(id) has moved to version \(instance.version) since \(expected)"))
    }
    try stepInstance(instance, command, &batch, record: record, reply: reply, answer: answer)
  }

  /// Steps an instance that is at hand.
  func stepInstance(
    _ instance: ProcessInstance, _ command: InstanceCommand, _ batch: inout Batch,
    record: CommandRecord? = nil, reply: (@Sendable (CommandReply) -> Void)? = nil, answer: Value? = nil
  ) throws(TurnError) {
    let deployed = try definition(instance.definition)
    try add(instance, deployed, command, &batch, record: record, reply: reply, answer: answer)
  }

  func add(
    _ instance: ProcessInstance, _ deployed: DeployedDefinition, _ command: InstanceCommand,
    _ batch: inout Batch, record: CommandRecord?, reply: (@Sendable (CommandReply) -> Void)?, answer: Value?
  ) throws(TurnError) {
    let transition = try write(instance, deployed, command, &batch, record: record, reply: reply, answer: answer)
    guard let transition else { return }
    try follow(transition, from: instance.state, &batch)
    try holdWhatIsUndone(instance, &batch)
  }

  /// The same without what follows for other instances; nil when nothing happened.
  func write(
    _ instance: ProcessInstance, _ deployed: DeployedDefinition, _ command: InstanceCommand,
    _ batch: inout Batch, record: CommandRecord?, reply: (@Sendable (CommandReply) -> Void)?, answer: Value?
  ) throws(TurnError) -> Transition? {
    if let reason = mismatch(of: instance, deployed, command) {
      // What has ended moves no more, so that there is nothing to stop.
      throw instance.state.isEnd
        ? .rejected(instance.refusal(because: reason)) : .broken(instance.id, reason)
    }
    let version = instance.version
    let instance = try heldIfItMustBe(instance, deployed, command, &batch)
    let isHeld = isSuspended(deployed.id)
    let room = room(for: deployed, command, batch)
    var context = StepContext(
      definition: deployed.definition, now: now, epoch: lease?.epoch ?? 0, freeSlots: isHeld ? 0 : room.slots,
      handlerSlots: room.byHandler, handlers: handlerNames, nextInstance: InstanceID(nextInstance),
      chance: chance.next(), zones: configuration.zones, extensions: configuration.extensions)
    context.isDefinitionSuspended = isHeld
    let transition: Transition
    do {
      transition = try rules(instance, command, context)
    } catch {
      let isAskedFor = record != nil || reply != nil
      if command.meetsBrokenInvariant(error, isAskedFor: isAskedFor), instance.version > 0, !instance.isCorrupted {
        throw .broken(instance.id, error.message)
      }
      throw .rejected(error)
    }
    guard !transition.entries.isEmpty else {
      // A claimed token that found no room after all goes on waiting.
      for case .tokenReady(let token) in transition.effects {
        foundNoRoom = true
        enqueue(token, of: instance)
      }
      return nil
    }
    cache.put(transition.instance)
    noteStarts(of: transition, deployed)
    var decided: CommandAnswer?
    var command: CommandRecord?
    if record != nil || reply != nil {
      let after = transition.instance.version
      decided = .done(answer ?? ["instance": Value(instance.id.rawValue), "version": Value(after)])
      command = record.flatMap { self.decided($0, decided, before: version, after: after) }
    }
    let unit = UnitOfWork(
      instance: transition.instance, expectedVersion: instance.version, entries: transition.entries,
      changes: transition.changes, command: command, outbox: outboxEntries(of: transition, before: instance, deployed))
    batch.append(
      Batch.Item(
        write: .unit(unit), instance: instance.id, effects: transition.effects, reply: reply,
        answer: decided))
    for case .startChild(let start) in transition.effects {
      nextInstance = max(nextInstance, start.child.rawValue + 1)
    }
    return transition
  }

  /// The record of a decided command; nil when the command leaves no row.
  func decided(
    _ record: CommandRecord, _ answer: CommandAnswer?, before: Int64? = nil, after: Int64? = nil
  ) -> CommandRecord? {
    guard record.id != nil || !record.command.key.isEmpty else { return nil }
    var record = record
    record.answer = answer
    record.decidedAt = now
    record.versionBefore = before
    record.versionAfter = after
    return record
  }

  /// Loads what is about to be stepped and is not at hand, in one look. It is a help only: what cannot be read now is
  /// read, and its failure told, when it is stepped.
  private func readAhead(_ ids: [InstanceID]) {
    let absent = ids.filter { cache.version(of: $0) == nil }
    guard absent.count > 1, let found = try? store.loadInstances(absent) else { return }
    for instance in found { loaded[instance.id] = instance }
  }

  func instance(_ id: InstanceID) throws(TurnError) -> ProcessInstance {
    if let cached = cache.find(id) { return cached }
    if let ahead = loaded.removeValue(forKey: id) { return ahead }
    do {
      if let loaded = try store.loadInstance(id) { return loaded }
    } catch {
      throw .failed(error)
    }
    throw .rejected(Rejection(.instanceUnknown, "there is no instance \(id)"))
  }

  func definition(_ id: DefinitionID) throws(TurnError) -> DeployedDefinition {
    if let known = definitions[id] { return known }
    do {
      if let loaded = try store.loadDefinition(id) {
        definitions[id] = loaded
        return loaded
      }
    } catch {
      throw .failed(error)
    }
    throw .rejected(Rejection(.definitionUnknown, "there is no deployed definition \(id)"))
  }
}

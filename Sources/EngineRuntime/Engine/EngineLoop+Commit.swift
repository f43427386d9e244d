import EngineCore
import HeapModule

/// Making a turn durable, and what follows from it.
extension EngineLoop {
  /// Commits a batch whole; if that fails, its sources are handled again one by one, so that one bad unit does not take
  /// the others with it.
  func commit(_ batch: Batch) {
    do {
      try write(batch)
    } catch {
      undo(batch)
      fail(batch, error)
    }
  }

  /// A batch was not written, and its instances have left the cache.
  private func fail(_ batch: Batch, _ error: StoreFailure) {
    switch error.kind {
    case .leaseLost, .gone:
      giveUp(batch.sources, error)
      loseLease(error)
    case .outcomeUnknown:
      beginAnew(batch.sources, error)
    case .unreadable, .notAStore, .newerVersion, .readOnly, .diskFull, .busy, .corrupt, .leaseHeld,
      .networkFileSystem, .inputOutput:
      if batch.sources.count == 1 {
        giveUp(batch.sources, error)
      } else {
        repeatOneByOne(batch, error)
      }
    }
  }

  /// Sends a large batch on its way to the disk, so that the next turn can step what has arrived meanwhile.
  func takeOff(_ batch: Batch) -> Bool {
    guard let lane, let lease, batch.items.count >= lane.smallestBatch, pausedUntil == nil, !isStoreFailing else {
      return false
    }
    let groups = batch.groups
    lane.begin(groups.map(batch.write), lease: lease)
    flight = Flight(batch: batch, groups: groups)
    return true
  }

  /// Waits for the batch on its way and does what follows from it. If it failed, what was gathered since stands on
  /// instances that do not exist: it is taken back and handled again after it.
  ///
  /// - Parameter sendsNext: Whether what was gathered since may be sent off before anything follows from the batch that
  ///   has landed, so that the lane has no pause.
  func land(_ gathered: inout Batch, sendsNext: Bool = false) {
    guard let lane, let lease, let landing = flight else { return }
    flight = nil
    do {
      let results = try lane.wait()
      guard isStillHeld(lease) else {
        conclude(landing.batch, landing.groups, results, isFollowed: false)
        putBack(&gathered)
        if self.lease != nil { startNewEpoch() }
        return
      }
      if sendsNext, takeOff(gathered) { gathered = Batch(limits: configuration.handlerLimits) }
      let unwritten = zip(landing.groups, results).filter { $0.1 != .committed }.map(\.0)
      conclude(landing.batch, landing.groups, results)
      takeUpIdle([landing.batch, gathered, flight?.batch].compactMap(\.self), about: landing.batch, unwritten)
      beginWithheld(landing, unlessEndedBy: landing.batch.newest(leavingOut: unwritten))
    } catch {
      putBack(&gathered)
      undo(landing.batch)
      let isEngine = !error.endsLease && error.kind != .outcomeUnknown
      beginWithheld(landing, unlessEndedBy: isEngine ? { _ in nil } : nil)
      fail(landing.batch, error)
    }
  }

  /// A batch has landed or failed that was to end steps whose handlers had yet to begin: those that it has not ended
  /// begin now. `newest`: what the batch has made of an instance; nil when nothing may begin here any more.
  private func beginWithheld(_ landing: Flight, unlessEndedBy newest: ((InstanceID) -> UnitOfWork?)?) {
    for (invocation, unit) in landing.withheld {
      use.add(invocation.handler, of: unit.instance.definition, times: -1)
      guard let newest, newest(unit.instance.id) == nil else { continue }
      startWork(invocation, of: unit) { _ in unit }
    }
    if !landing.withheld.isEmpty { runner.startGathered() }
  }

  private func putBack(_ gathered: inout Batch) {
    undo(gathered)
    for source in gathered.sources { takeUpAgain(source) }
    gathered = Batch(limits: configuration.handlerLimits)
  }

  /// Whether this is the engine still: time has passed since the batch was sent off, and this process may have slept
  /// while another one took its place. Then no handler may begin here; nor when the store does not tell.
  private func isStillHeld(_ lease: Lease) -> Bool {
    do {
      if try store.isHeld(lease) { return true }
      loseLease()
    } catch {
      observer?.noticed(.storeFailed(error))
    }
    return false
  }

  private func write(_ batch: Batch) throws(StoreFailure) {
    guard let lease else { return }
    guard !batch.items.isEmpty else {
      for (reply, answer) in batch.answers { reply(.answered(answer)) }
      return
    }
    let groups = batch.groups
    let results = try store.commit(groups.map(batch.write), lease: lease)
    conclude(batch, groups, results)
    takeUpIdle([batch], about: batch, zip(groups, results).filter { $0.1 != .committed }.map(\.0))
  }

  /// A part of a batch was not written. What came to nothing because of it, in the same batch and in those gathered
  /// since, is handled again; what is out of date comes to nothing again.
  private func takeUpIdle(_ batches: [Batch], about batch: Batch, _ unwritten: [Range<Int>]) {
    if unwritten.isEmpty { return }
    let items = unwritten.flatMap { batch.items[$0] }
    for source in batches.flatMap({ $0.idleSources(about: items) }) { takeUpAgain(source) }
  }

  /// What follows once a batch is durable. `isFollowed`: whether its handlers begin here, and its timers are looked
  /// after.
  private func conclude(
    _ batch: Batch, _ groups: [Range<Int>], _ results: [WriteResult], isFollowed: Bool = true
  ) {
    noteStoreSuccess()
    for case .message(.workFinished(let work, _, _)) in batch.sources { timedOut.remove(work) }
    let items = batch.items
    var units: [UnitOfWork] = []
    units.reserveCapacity(items.count)
    var unwritten: [Range<Int>] = []
    for (group, result) in zip(groups, results) {
      switch result {
      case .committed:
        for place in group {
          if case .unit(let unit) = items[place].write {
            units.append(unit)
            retention.note(unit.instance)
            tellMark(unit)
          }
        }
        continue
      case .conflict:
        for case let instance? in items[group].map(\.instance) { observer?.noticed(.versionConflict(instance)) }
        takeUpAgain(batch.sources[items[group.lowerBound].source])
      case .failed(let failure):
        for item in items[group] {
          item.reply?(.failed(failure))
          giveUpDelivery(item.write)
        }
        observer?.noticed(.storeFailed(failure))
      }
      unwritten.append(group)
      forget(items[group])
    }
    if !units.isEmpty { observer?.committed(units) }
    let newest = batch.newest(leavingOut: unwritten)
    for (group, result) in zip(groups, results) where result == .committed {
      for place in group {
        if isFollowed { perform(items[place].effects, of: items[place].write, newest: newest) }
        conclude(items[place])
      }
    }
    for (reply, answer) in batch.answers { reply(.answered(answer)) }
    runner.startGathered()
  }

  /// Who asked for an item that is durable is told, and what the engine has at hand about it is brought up to date.
  private func conclude(_ item: borrowing Batch.Item) {
    noteOutbox(item.write)
    if let answer = item.answer { item.reply?(.answered(answer)) }
    switch item.write {
    // A start in the same batch has looked the process up before this version was there.
    case .deployment(let deployed, _): newestDefinitions[deployed.definition.key] = nil
    case .startTimers(let key, let pending): startTimers?[key] = pending.isEmpty ? nil : pending
    case .deletion(let id, _): retention.leaving.remove(id)
    case .hold(let hold, _): holds?[hold.definition] = hold.isOver ? nil : hold
    case .unit, .decision, .message, .published, .forgottenCommands, .together: break
    }
  }

  /// What was published or exported cannot be crossed out: it comes again, and nothing waits for it.
  private func giveUpDelivery(_ write: StoreWrite) {
    switch write {
    case .published: outbox.isOut = false
    case .deletion(let id, _): retention.leaving.remove(id)
    case .unit, .deployment, .decision, .message, .startTimers, .hold, .forgottenCommands, .together: break
    }
  }

  /// The cached instances of items that were not written are ahead of the store.
  private func forget(_ items: ArraySlice<Batch.Item>) {
    for item in items {
      if let instance = item.instance { cache.forget(instance) }
    }
  }

  /// A source that comes to nothing this time is handled again in the next turn. A row that waits in the store is found
  /// there: kept besides, it would be decided twice.
  func takeUpAgain(_ source: Batch.Source) {
    switch source {
    case .foreign: hasForeignCommands = true
    // Whether it is still one too many is for the next sweep to say.
    case .outlived: retention.stage = nil
    // Its definition's next portion finds them again.
    case .follower: break
    case .message, .timer, .startTimer, .ready, .orphan, .thrown, .buffered, .expired, .oldCommands, .broken:
      again.append(source)
      againIsUrgent = true
    }
  }

  /// The cached instances of a batch that was not written are ahead of the store.
  private func undo(_ batch: Batch) {
    forget(batch.items[...])
    for item in batch.items {
      if case .deployment(let deployed, _) = item.write { newestDefinitions[deployed.definition.key] = nil }
    }
  }

  private func repeatOneByOne(_ batch: Batch, _ failure: StoreFailure) {
    observer?.noticed(.storeFailed(failure))
    for (index, source) in batch.sources.enumerated() {
      var single = Batch(limits: configuration.handlerLimits)
      handle(source, &single)
      do {
        try write(single)
      } catch {
        undo(single)
        let rest = Array(batch.sources[index...])
        if error.endsLease {
          giveUp(rest, error)
          loseLease(error)
          return
        }
        if error.kind == .outcomeUnknown {
          beginAnew(rest, error)
          return
        }
        // The world is at fault, not the unit: the rest would fail alike.
        giveUp(error.kind == .corrupt ? [source] : rest, error)
        if error.kind != .corrupt { return }
      }
    }
  }

  /// The batch may be on disk or not, and what would follow from it (handlers to begin, timers to wait for) is not
  /// known: a new epoch makes the store tell it again, and leaves to recovery what was begun in vain. What came in is
  /// handled again: reports and timers that took effect find no one, and a command's key gives its first answer.
  private func beginAnew(_ sources: [Batch.Source], _ failure: StoreFailure) {
    observer?.noticed(.storeFailed(failure))
    giveBack(sources, failure)
    startNewEpoch()
  }

  private func giveBack(_ sources: [Batch.Source], _ failure: StoreFailure) {
    for source in sources {
      switch source {
      case .message(.command(let command, let reply)) where command.key.isEmpty: reply(.failed(failure))
      case .message(.command), .message(.workFinished), .message(.published), .message(.archived):
        again.append(source)
      case .foreign, .timer, .startTimer, .ready, .orphan, .thrown, .buffered, .expired, .outlived, .follower,
        .oldCommands, .broken:
        break
      }
    }
  }

  private func startNewEpoch() {
    isStoreFailing = true
    do {
      try open()
    } catch {
      lease = nil
      noteStoreFailure(error)
    }
  }

  /// Nothing can be written now: whoever asked is told; what happened by itself is tried again after a pause.
  private func giveUp(_ sources: [Batch.Source], _ failure: StoreFailure) {
    for source in sources {
      switch source {
      case .message(.command(_, let reply)): reply(.failed(failure))
      case .message(.workFinished), .message(.published), .message(.archived), .timer, .startTimer, .ready, .orphan:
        again.append(source)
      case .foreign: hasForeignCommands = true
      case .thrown, .buffered, .expired: desk = MessageDesk()
      // The next sweep finds them again.
      case .outlived: retention.stage = nil
      // Whoever meets it again finds it again.
      case .follower, .oldCommands, .broken: break
      }
    }
    noteStoreFailure(failure)
  }

  /// Does what a durable unit asks for. `newest`: the last unit of an instance in the batch; nil when it is deleted.
  private func perform(
    _ effects: [Effect], of write: StoreWrite, newest: (InstanceID) -> UnitOfWork?
  ) {
    noteMessages(in: write)
    guard case .unit(let unit) = write else { return }
    for effect in effects {
      switch effect {
      case .startWork(let invocation):
        startWork(invocation, of: unit, newest: newest)
      case .stopWork(let token, let immediately):
        let position = TokenPosition(instance: unit.instance.id, token: token)
        if let attempt = running[position]?.attempt {
          runner.stop(
            WorkKey(instance: position.instance, token: token, attempt: attempt), immediately: immediately)
        }
      case .tokenReady(let token):
        enqueue(token, of: unit.instance)
      case .timerPending(let timer, let due):
        timers.schedule(TimerPosition(due: due, instance: unit.instance.id, timer: timer))
      case .messageAwaited(let name, let key):
        desk.awaited.append(MessageDesk.Awaited(name: name, correlationKey: key))
      case .startChild, .endChild, .compensateChild, .escalate, .awaitChild:
        break
      }
    }
  }

  private func startWork(
    _ invocation: WorkInvocation, of unit: UnitOfWork, newest: (InstanceID) -> UnitOfWork?
  ) {
    let id = unit.instance.id
    let position = TokenPosition(instance: id, token: invocation.token)
    // Another unit of the same commit may have ended the token, or a deletion its instance: then there is nothing to
    // begin. What is only being gathered does not count.
    let isNewest = cache.version(of: id) == unit.instance.version
    guard let now = isNewest ? unit : newest(id), now.executes(invocation) else { return }
    if !isNewest, let next = flight?.batch.newest()(id), !next.executes(invocation) {
      // The batch that is on its way already, perhaps on disk, ends the step: it begins only if that batch fails.
      use.add(invocation.handler, of: unit.instance.definition, times: 1)
      flight?.withheld.append((invocation, unit))
      return
    }
    let work = WorkKey(instance: id, token: invocation.token, attempt: invocation.attempt)
    if now.instance.state == .cancelling {
      // Cancelled before it began: it need not begin in order to stop.
      takeUpAgain(.message(.workFinished(work, .cancelled)))
      return
    }
    guard let handler = handlers[invocation.handler], let deployed = definitions[unit.instance.definition] else {
      return
    }
    if let earlier = running[position] {
      // From before this engine lost its lease and got it back. It keeps its slot until it reports.
      superseded[WorkKey(instance: id, token: invocation.token, attempt: earlier.attempt)] = earlier
    }
    running[position] = RunningWork(
      attempt: invocation.attempt, handler: invocation.handler, definition: deployed.id)
    use.add(invocation.handler, of: deployed.id, times: 1)
    if let timeout = invocation.timeout { note(Deadline(at: clock.elapsed() + timeout, work: work)) }
    let context = ActivityContext(
      instance: id, token: invocation.token, businessKey: unit.instance.businessKey, process: deployed.title,
      node: deployed.definition[invocation.node].id, mode: invocation.mode, attempt: invocation.attempt,
      key: Self.idempotencyKey(unit.instance, invocation.token), epoch: lease?.epoch ?? 0,
      configuration: invocation.configuration, variables: invocation.variables, folder: deployed.folder,
      timeout: invocation.timeout)
    runner.start(work, handler, context)
  }

  /// Remembers when a handler runs out of time. Those that have ended long before go when they are the most.
  private func note(_ deadline: Deadline) {
    deadlines.insert(deadline)
    guard deadlines.count > 2 * running.count + 1_000 else { return }
    deadlines = Heap(
      deadlines.unordered.filter { deadline in
        let work = deadline.work
        return running[TokenPosition(instance: work.instance, token: work.token)]?.attempt == work.attempt
      })
  }
}

extension UnitOfWork {
  /// Whether the attempt that an invocation is for is being executed after this unit.
  fileprivate func executes(_ invocation: WorkInvocation) -> Bool {
    guard let token = instance.token(invocation.token) else { return false }
    return token.state == .executing && token.attempt == invocation.attempt
  }
}

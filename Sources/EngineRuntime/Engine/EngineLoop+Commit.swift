import EngineCore

/// Making a turn durable, and what follows from it.
extension EngineLoop {
  /// Commits a batch whole; if that fails, its sources are handled again one by one, so that one bad unit does not take
  /// the others with it.
  func commit(_ batch: Batch) {
    guard !batch.items.isEmpty else { return }
    do {
      try write(batch)
    } catch {
      undo(batch)
      if error.kind == .leaseLost {
        for item in batch.items { item.reply?(.failed(error)) }
        loseLease()
        return
      }
      if batch.sources.count == 1 {
        giveUp(batch.sources, error)
      } else {
        repeatOneByOne(batch, error)
      }
    }
  }

  private func write(_ batch: Batch) throws(StoreFailure) {
    guard let lease else { return }
    let groups = batch.groups
    let results = try store.commit(groups.map(batch.write), lease: lease)
    if isStoreFailing {
      isStoreFailing = false
      observer?.noticed(.storeRecovered)
    }
    var units: [UnitOfWork] = []
    for (group, result) in zip(groups, results) {
      let items = batch.items[group]
      switch result {
      case .committed:
        for item in items {
          if case .unit(let unit) = item.write { units.append(unit) }
        }
      case .conflict:
        forget(items)
        for case let instance? in items.map(\.instance) { observer?.noticed(.versionConflict(instance)) }
        again.append(batch.sources[items[group.lowerBound].source])
      case .failed(let failure):
        forget(items)
        for item in items { item.reply?(.failed(failure)) }
        observer?.noticed(.storeFailed(failure))
      }
    }
    if !units.isEmpty { observer?.committed(units) }
    for (group, result) in zip(groups, results) where result == .committed {
      for item in batch.items[group] {
        perform(item.effects, of: item.write)
        if let answer = item.answer { item.reply?(.answered(answer)) }
      }
    }
  }

  /// The cached instances of items that were not written are ahead of the store.
  private func forget(_ items: ArraySlice<Batch.Item>) {
    for item in items {
      if let instance = item.instance { cache.forget(instance) }
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
      var single = Batch()
      handle(source, &single)
      do {
        if !single.items.isEmpty { try write(single) }
      } catch {
        undo(single)
        let rest = Array(batch.sources[index...])
        if error.kind == .leaseLost {
          giveUp(rest, error)
          loseLease()
          return
        }
        // The world is at fault, not the unit: the rest would fail alike.
        giveUp(error.kind == .corrupt ? [source] : rest, error)
        if error.kind != .corrupt { return }
      }
    }
  }

  /// Nothing can be written now: whoever asked is told; what happened by itself is tried again after a pause.
  private func giveUp(_ sources: [Batch.Source], _ failure: StoreFailure) {
    for source in sources {
      switch source {
      case .message(.command(_, let reply)): reply(.failed(failure))
      case .message(.workFinished), .timer, .ready, .orphan: again.append(source)
      case .foreign: hasForeignCommands = true
      }
    }
    isStoreFailing = true
    noteStoreFailure(failure)
  }

  private func perform(_ effects: [Effect], of write: StoreWrite) {
    guard case .unit(let unit) = write else { return }
    for effect in effects {
      switch effect {
      case .startWork(let invocation):
        startWork(invocation, of: unit.instance)
      case .stopWork(let token, let immediately):
        let position = TokenPosition(instance: unit.instance.id, token: token)
        if let attempt = running[position] {
          runner.stop(
            WorkKey(instance: position.instance, token: token, attempt: attempt), immediately: immediately)
        }
      case .tokenReady(let token):
        enqueue(TokenPosition(instance: unit.instance.id, token: token))
      case .timerPending(let timer, let due):
        let position = TimerPosition(due: due, instance: unit.instance.id, timer: timer)
        // A timer beyond what has been read is found by reading on.
        if timersAreComplete || timerCursor.map({ position <= $0 }) ?? false { timers.insert(position) }
      case .taskAvailable:
        break
      }
    }
  }

  private func enqueue(_ position: TokenPosition) {
    guard readyIsComplete || readyCursor.map({ position <= $0 }) ?? false else { return }
    if ready.count >= configuration.readAhead * 4 {
      // Too many to keep: they are read again from the start once these are claimed.
      readyIsComplete = false
      readyCursor = nil
      return
    }
    ready.append(position)
  }

  private func startWork(_ invocation: WorkInvocation, of instance: ProcessInstance) {
    let position = TokenPosition(instance: instance.id, token: invocation.token)
    guard let handler = handlers[invocation.handler], let deployed = definitions[instance.definition] else { return }
    let work = WorkKey(instance: instance.id, token: invocation.token, attempt: invocation.attempt)
    running[position] = invocation.attempt
    if let timeout = invocation.timeout { deadlines.insert(Deadline(at: now + timeout, work: work)) }
    let context = ActivityContext(
      instance: instance.id, businessKey: instance.businessKey, process: deployed.title,
      node: deployed.definition[invocation.node].id, mode: invocation.mode, attempt: invocation.attempt,
      idempotencyKey: Self.idempotencyKey(instance, invocation.token), epoch: lease?.epoch ?? 0,
      configuration: invocation.configuration, variables: invocation.variables, folder: deployed.folder,
      timeout: invocation.timeout)
    runner.start(work, handler, context)
  }
}

import EngineCore

/// Errors, and undoing.
extension ReferenceInterpreter {
  /// A piece of work failed for good.
  func fail(_ leaf: ModelLeaf, code: String) {
    if case .undo(_, let run) = leaf.role {
      leaf.state = .failed(.compensationFailed)
      if run.phase == .running, run.target.saga.onCompensationFailure == .halt { run.phase = .halted }
    } else {
      raise(code, at: leaf)
    }
  }

  /// Throws an error at something that is alive: to its own events first.
  func raise(_ code: String, at leaf: ModelLeaf) {
    if let event = catching(code, at: leaf) {
      trigger(event, at: leaf)
    } else if let answer = answer(to: code, in: leaf.scope, fromHandler: leaf.isHandler) {
      follow(answer, code, failed: leaf)
    } else {
      leaf.state = .failed(.workFailed)
    }
  }

  /// An error end event throws out of its scope.
  func raise(_ code: String, from scope: ModelScope) {
    if let answer = answer(to: code, in: scope, fromHandler: false) {
      follow(answer, code, failed: nil)
    } else {
      killAll(in: root)
      endRuns { _ in true }
      errorCode = code
      state = .failed
    }
  }

  private enum Answer {
    case event(EventBlock, at: ModelLeaf)
    case handler(HandlerBlock, of: ModelScope)
    case undo(ModelScope)
  }

  /// Who answers for an error in a scope, outwards: an event subprocess of it, its saga, or the events of its
  /// subprocess. What goes wrong in an event subprocess is not for another one of the same scope.
  private func answer(to code: String, in scope: ModelScope, fromHandler: Bool) -> Answer? {
    if !fromHandler, let handler = best(scope.block.handlers, \.trigger, { $0.catches(error: code) }) {
      return .handler(handler, of: scope)
    }
    switch scope.saga.scope {
    case .global: return .undo(root)
    case .local: return .undo(scope)
    case .none: break
    }
    guard let host = scope.host else { return nil }
    if let event = catching(code, at: host) { return .event(event, at: host) }
    return answer(to: code, in: host.scope, fromHandler: host.isHandler)
  }

  private func follow(_ answer: Answer, _ code: String, failed leaf: ModelLeaf?) {
    switch answer {
    case .event(let event, let host): trigger(event, at: host)
    case .handler(let handler, let scope): start(handler, of: scope)
    case .undo(let scope):
      if let leaf { kill(leaf) }
      startRun(on: scope, code: code)
    }
  }

  private func catching(_ code: String, at leaf: ModelLeaf) -> EventBlock? {
    best(leaf.events, \.trigger) { $0.catches(error: code) }
  }

  // MARK: Compensation

  func startRun(on target: ModelScope, code: String, isCancel: Bool = false) {
    let run = ModelRun(target: target, code: code, isCancel: isCancel)
    runs.append(run)
    if target === root {
      state = .compensating
      errorCode = code
    }
    // The scope has failed: what happens to it from outside must not cut its compensation short.
    if let host = target.host { stopWatching(host) }
    stopWatchingForHandlers(of: target)
    for leaf in leaves where leaf.isForward && leaf.scope.isWithin(target) && isAlive(leaf) { quiesce(leaf) }
    let isWaiting = leaves.contains { leaf in
      switch leaf.state {
      case .stopping: leaf.scope.isWithin(target)
      case .elsewhere: leaf.isForward && leaf.scope.isWithin(target)
      case .entering, .running, .worker, .person, .retry, .pause, .event, .calling, .inside, .failed, .ready: false
      }
    }
    if isWaiting { setTimer(.grace(run), of: nil, in: .seconds(10)) }
  }

  private func quiesce(_ leaf: ModelLeaf) {
    stopWatching(leaf)
    switch leaf.state {
    case .running: leaf.state = .stopping
    case .inside(let inner): stopWatchingForHandlers(of: inner)
    case .calling: effects.append(.undo(leaf))
    case .stopping: break
    // It may still turn out to have happened.
    case .elsewhere where leaf.undo != nil: break
    case .failed(.inDoubt): break
    case .entering, .worker, .person, .elsewhere, .retry, .pause, .event, .failed, .ready:
      if leaf.isOutcomeUnknown { leaveInDoubt(leaf) } else { kill(leaf) }
    }
  }

  /// The time that handlers had for stopping is over.
  func endGrace(of run: ModelRun) {
    guard run.phase == .draining else { return }
    for leaf in leaves where leaf.scope.isWithin(run.target) {
      switch leaf.state {
      case .stopping: leaveInDoubt(leaf)
      case .elsewhere where leaf.isForward: leaveInDoubt(leaf)
      case .entering, .running, .worker, .person, .elsewhere, .retry, .pause, .event, .calling, .inside, .failed,
        .ready:
        break
      }
    }
  }

  func canGoOn(_ run: ModelRun) -> Bool {
    switch run.phase {
    case .halted: return false
    case .draining:
      let isBusy = leaves.contains { leaf in
        guard leaf.isForward, leaf.scope.isWithin(run.target) else { return false }
        switch leaf.state {
        case .running, .stopping, .elsewhere, .calling, .failed(.inDoubt): return true
        case .entering, .worker, .person, .retry, .pause, .event, .inside, .failed, .ready: return false
        }
      }
      return !isBusy && !narrower(than: run).contains(where: isUndoing)
    case .running:
      if runs.contains(where: { $0 !== run && $0.phase == .draining && run.target.isWithin($0.target) }) {
        return false
      }
      if isUndoing(run) { return false }
      let hasFailed = leaves.contains { step(of: $0)?.run === run }
      return !hasFailed || (run.target.saga.onCompensationFailure == .continue && nextRecord(of: run) != nil)
    }
  }

  /// Whether a step of it is under way and not given up.
  private func isUndoing(_ run: ModelRun) -> Bool {
    leaves.contains { leaf in
      guard step(of: leaf)?.run === run else { return false }
      if case .failed = leaf.state { return false }
      return true
    }
  }

  private func narrower(than run: ModelRun) -> [ModelRun] {
    runs.filter { $0 !== run && $0.target.isWithin(run.target) }
  }

  func step(of leaf: ModelLeaf) -> (record: ModelRecord, run: ModelRun)? {
    if case .undo(let record, let run) = leaf.role { (record, run) } else { nil }
  }

  private func nextRecord(of run: ModelRun) -> ModelRecord? {
    records.last { $0.state == .pending && $0.owner.isWithin(run.target) }
  }

  func goOn(_ run: ModelRun) {
    if run.phase == .draining {
      for inner in narrower(than: run) {
        for leaf in leaves where step(of: leaf)?.run === inner { remove(leaf) }
        endRuns { $0 === inner }
      }
      for leaf in leaves where leaf.isForward && leaf.scope.isWithin(run.target) { kill(leaf) }
      timers.removeAll { timer in
        if case .grace(let owner) = timer.purpose { owner === run } else { false }
      }
      run.phase = .running
    } else if let record = nextRecord(of: run) {
      record.state = .running
      enter(ModelLeaf(count("undo " + node(of: record)), .undo(record, run), in: run.target) {})
    } else {
      end(run)
    }
  }

  private func node(of record: ModelRecord) -> String { String(record.step.prefix { $0 != "#" }) }

  private func end(_ run: ModelRun) {
    runs.removeAll { $0 === run }
    guard let host = run.target.host, run.target !== root else {
      state = .compensated
      return
    }
    close(run.target)
    if run.isCancel {
      leaveCancelled(host)
    } else {
      raise(run.code, at: host)
    }
  }
}

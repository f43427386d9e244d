import EngineCore

/// What happens to an instance from outside.
extension ReferenceInterpreter {
  /// Lets something happen. It must be possible; a report of what has ended meanwhile is lost.
  func begin(_ action: PathAction) {
    if state == .cancelling, !isHeardWhileCancelling(action) { return }
    switch action {
    case .report(let name, let outcome):
      guard let leaf = leaves.first(where: { $0.name == name }) else { return }
      if isSuspended, !isHandover(outcome, of: leaf) {
        deferred.append(.outcome(leaf, outcome))
      } else {
        finish(leaf, outcome)
      }
    case .retry(let name): retry(leaf(name))
    case .skip(let name): skip(leaf(name))
    case .suspend: isSuspended = true
    case .resume: resume()
    case .compensate: startRun(on: root, code: Self.operatorCode)
    case .cancel: cancel()
    case .terminate: end(as: .terminated)
    case .send, .signal, .passTime, .crash: break
    }
  }

  /// Whether somebody only says that the work goes on elsewhere, which advances nothing.
  private func isHandover(_ outcome: WorkOutcome, of leaf: ModelLeaf) -> Bool {
    guard case .waiting = outcome else { return false }
    return leaf.undo != nil || !isComingToRest(leaf)
  }

  static let operatorCode = "OPERATOR"

  /// Says which handlers have no room: that is up to the engine. All others that could begin have begun.
  ///
  /// - Parameter given: what the handlers that have begun were given. One that had to wait for room may have begun
  ///   before or after something else that happened meanwhile.
  func wait(forRoom names: Set<String>, given: [String: String]) {
    for leaf in leaves {
      let alternatives = leaf.alternatives
      switch (leaf.state, names.contains(leaf.name)) {
      case (.running, true):
        leaf.state = .ready
        leaf.attempt -= 1
      case (.ready, false) where !isSuspended: execute(leaf)
      default: break
      }
      if let known = alternatives.first(where: { Outlook.read($0) == given[leaf.name] }) { leaf.given = known }
      leaf.alternatives = []
    }
    if state == .cancelling { giveUp(unless: Set(given.keys)) }
  }

  /// Remembers what handlers that have begun just now, or wait for room, would be given now.
  func noteAlternatives() {
    for leaf in leaves {
      guard case .work = leaf.role else { continue }
      switch leaf.state {
      case .ready: leaf.alternatives.append(leaf.scope.visible)
      case .running where !family.hasRoom && !leaf.alternatives.isEmpty: leaf.alternatives.append(leaf.scope.visible)
      default: break
      }
    }
  }

  private func leaf(_ name: String) -> ModelLeaf {
    guard let leaf = leaves.first(where: { $0.name == name }) else { preconditionFailure("there is no \(name)") }
    return leaf
  }

  func fire(_ timer: ModelTimer) {
    timers.removeAll { $0.number == timer.number }
    switch timer.purpose {
    case .pause:
      guard let leaf = timer.leaf else { break }
      remove(leaf)
      leaf.then()
    case .retry: timer.leaf.map { execute($0) }
    case .event(let aim): happen(aim, at: timer.leaf)
    case .grace(let run?): endGrace(of: run)
    case .grace(nil): endGraceOfCancelling()
    }
  }

  private func retry(_ leaf: ModelLeaf) {
    if case .failed(.inDoubt) = leaf.state {
      remove(leaf)
      record(leaf)
      return
    }
    leaf.failures = max(leaf.failures - 1, 0)
    leaf.crashes = 0
    if let run = step(of: leaf)?.run, run.phase == .halted { run.phase = .running }
    execute(leaf)
  }

  private func skip(_ leaf: ModelLeaf) {
    let isInDoubt = if case .failed(.inDoubt) = leaf.state { true } else { false }
    remove(leaf)
    if let (record, run) = step(of: leaf) {
      record.state = .skipped
      if run.phase == .halted { run.phase = .running }
    } else if !isInDoubt {
      leaf.then()
    }
  }

  func resume() {
    isSuspended = false
    let reports = deferred
    deferred = []
    for report in reports {
      switch report {
      case .outcome(let leaf, let outcome): if isAlive(leaf) { finish(leaf, outcome) }
      case .event(let subscription, let value): happen(subscription, value)
      case .escalation(let leaf, let code): if isAlive(leaf) { escalate(code, at: leaf) }
      }
    }
    for leaf in leaves {
      if case .calling(let child?) = leaf.state { effects.append(.lookAfter(child)) }
    }
  }

  func hasReported(_ leaf: ModelLeaf) -> Bool {
    deferred.contains { report in
      if case .outcome(let reporter, _) = report { reporter === leaf } else { false }
    }
  }

  func end(as end: InstanceState) {
    killAll(in: root)
    endRuns { _ in true }
    isSuspended = false
    state = end
  }

  /// The leaves of which a crash takes the handler: nobody knows what came of it.
  var interrupted: [ModelLeaf] {
    leaves.filter { leaf in
      switch leaf.state {
      case .running, .stopping: !hasReported(leaf)
      case .entering, .worker, .person, .elsewhere, .retry, .pause, .event, .calling, .inside, .failed, .ready: false
      }
    }
  }

  func recover(_ leaf: ModelLeaf) {
    guard isAlive(leaf) else { return }
    if state == .cancelling { return stop(leaf, .cancelled) }
    leaf.crashes += 1
    leaf.isOutcomeUnknown = true
    if leaf.crashes >= CoreLimits.crashesPerStep {
      leaf.state = .failed(.crashLoop)
    } else if case .stopping = leaf.state {
      comeToRest(leaf, .cancelled)
    } else {
      leaf.state = .ready
    }
  }

  /// What has been recovered, or has waited for the end of a suspension, begins once nothing else happens.
  func executeReady() {
    guard !isSuspended else { return }
    for leaf in leaves {
      if case .ready = leaf.state { execute(leaf) }
    }
  }
}

import EngineCore

/// Something that happens to an instance from outside. Leaves are named as in `Outlook`.
package enum PathAction: Sendable, CustomStringConvertible {
  /// A handler, a worker or a person reports.
  case report(String, WorkOutcome)
  /// The clock goes on to an instant.
  case passTime(to: Timestamp)
  /// An operator grants one more try; of a step in doubt: it happened.
  case retry(String)
  /// An operator counts something as done; a step in doubt: it did not happen.
  case skip(String)
  case suspend
  case resume
  case compensate
  case cancel
  case terminate
  /// The engine dies, and another one takes over.
  case crash

  /// One line.
  package var description: String {
    switch self {
    case .report(let leaf, let outcome): "\(leaf) reports \(outcome.words)"
    case .passTime(let instant): "time passes to \(instant.microseconds)"
    case .retry(let leaf): "retry \(leaf)"
    case .skip(let leaf): "skip \(leaf)"
    case .suspend: "suspend"
    case .resume: "resume"
    case .compensate: "compensate"
    case .cancel: "cancel"
    case .terminate: "terminate"
    case .crash: "crash and recover"
    }
  }
}

extension WorkOutcome {
  /// In a few words, for traces.
  package var words: String {
    switch self {
    case .completed(let result): "done \(result)"
    case .businessError(let code, _): "error \(code)"
    case .failed(let failure): "\(failure.isRetryable ? "failed" : "failed for good") \(failure.code)"
    case .cancelled: "stopped"
    }
  }
}

extension ReferenceInterpreter {
  /// Lets something happen. It must be possible: `possibleActions` tells what is.
  package func perform(_ action: PathAction) {
    switch action {
    case .report(let name, let outcome):
      let leaf = leaf(name)
      if isSuspended { deferred.append((leaf, outcome)) } else { finish(leaf, outcome) }
    case .passTime(let instant):
      now = instant
      fireDueTimers()
    case .retry(let name): retry(leaf(name))
    case .skip(let name): skip(leaf(name))
    case .suspend: isSuspended = true
    case .resume: resume()
    case .compensate: startRun(on: root, code: "OPERATOR")
    case .cancel: end(as: .cancelled)
    case .terminate: end(as: .terminated)
    case .crash: crash()
    }
    settle()
  }

  /// Says which handlers have no room: that is up to the engine. All others that could begin have begun.
  func wait(forRoom names: Set<String>) {
    for leaf in leaves {
      switch (leaf.state, names.contains(leaf.name)) {
      case (.running, true):
        leaf.state = .ready
        leaf.attempt -= 1
      case (.ready, false) where !isSuspended: execute(leaf)
      default: break
      }
    }
  }

  private func leaf(_ name: String) -> ModelLeaf {
    guard let leaf = leaves.first(where: { $0.name == name }) else { preconditionFailure("there is no \(name)") }
    return leaf
  }

  private func fireDueTimers() {
    while !isSuspended,
      let timer = timers.filter({ $0.due <= now }).min(by: { ($0.due, $0.number) < ($1.due, $1.number) })
    {
      timers.removeAll { $0.number == timer.number }
      switch timer.purpose {
      case .pause:
        guard let leaf = timer.leaf else { break }
        remove(leaf)
        leaf.then()
      case .retry: timer.leaf.map { execute($0) }
      case .event(let event): timer.leaf.map { trigger(event, at: $0) }
      case .grace(let run): endGrace(of: run)
      }
      settle()
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

  private func resume() {
    isSuspended = false
    let outcomes = deferred
    deferred = []
    for (leaf, outcome) in outcomes where isAlive(leaf) { finish(leaf, outcome) }
    for leaf in leaves {
      if case .ready = leaf.state { execute(leaf) }
    }
    settle()
    fireDueTimers()
  }

  private func end(as end: InstanceState) {
    killAll(in: root)
    endRuns { _ in true }
    isSuspended = false
    state = end
  }

  private func crash() {
    for leaf in leaves {
      if deferred.contains(where: { $0.leaf === leaf }) { continue }
      switch leaf.state {
      case .running, .stopping: recover(leaf)
      case .entering, .worker, .person, .retry, .pause, .inside, .failed, .ready: break
      }
    }
  }

  private func recover(_ leaf: ModelLeaf) {
    leaf.crashes += 1
    leaf.isOutcomeUnknown = true
    if leaf.crashes >= CoreLimits.crashesPerStep {
      leaf.state = .failed(.crashLoop)
    } else if case .stopping = leaf.state {
      comeToRest(leaf, .cancelled)
    } else if isSuspended {
      leaf.state = .ready
    } else {
      execute(leaf)
    }
  }
}

import EngineCore

/// Cancelling: nothing is undone, but whoever is at work may say what came of it.
extension ReferenceInterpreter {
  func cancel() {
    let reports = deferred.compactMap { report in
      if case .outcome(let leaf, let outcome) = report { (leaf: leaf, outcome: outcome) } else { nil }
    }
    guard !reports.isEmpty || leaves.contains(where: isWorking) else { return end(as: .cancelled) }
    state = .cancelling
    isSuspended = false
    deferred = []
    for report in reports { stop(report.leaf, report.outcome) }
    (timers, subscriptions) = ([], [])
    let workers = leaves.filter(isWorking)
    for leaf in leaves where !workers.contains(where: { $0 === leaf || isHost(leaf, of: $0.scope) }) {
      giveUp(leaf)
    }
    for worker in workers { worker.state = .stopping }
    if !workers.isEmpty { setTimer(.grace(nil), of: nil, in: .seconds(10)) }
  }

  private func isWorking(_ leaf: ModelLeaf) -> Bool {
    switch leaf.state {
    case .running, .stopping: !hasReported(leaf)
    case .entering, .worker, .elsewhere, .person, .retry, .pause, .event, .calling, .inside, .failed, .ready: false
    }
  }

  /// Whether a leaf stands for a scope or for one around it.
  private func isHost(_ leaf: ModelLeaf, of scope: ModelScope) -> Bool {
    if case .inside(let inner) = leaf.state { scope.isWithin(inner) } else { false }
  }

  /// Takes a report up; only a success counts.
  func stop(_ leaf: ModelLeaf, _ outcome: WorkOutcome) {
    guard isAlive(leaf) else { return }
    guard case .completed(let result) = outcome else { return giveUp(leaf) }
    remove(leaf)
    let value = result["value"] ?? .null
    switch leaf.role {
    case .work(let work):
      if let variable = work.variable { leaf.scope.assign(variable, value) }
      record(leaf)
    case .undo(let record, let run):
      record.state = .done
      if let variable = record.undo.variable { run.context[variable] = value }
    case .call, .pause, .wait, .race, .thrower, .host, .handler: break
    }
  }

  /// What came to be at work and was cancelled in the same moment has perhaps never begun: for want of room, or because
  /// the engine knew of both before it began anything.
  func giveUp(unless begun: Set<String>) {
    let lost = leaves.filter { isWorking($0) && $0.begunAt == family.moment && !begun.contains($0.name) }
    if !lost.isEmpty { unit { lost.forEach(giveUp) } }
  }

  private func giveUp(_ leaf: ModelLeaf) {
    if let step = step(of: leaf) { step.record.state = .pending }
    kill(leaf)
  }

  /// Those who were asked to stop have had their time.
  func endGraceOfCancelling() {
    for leaf in leaves where isWorking(leaf) { giveUp(leaf) }
  }

  /// It ends when nobody is at work any more.
  func finishCancelling() {
    if !leaves.contains(where: isWorking) { end(as: .cancelled) }
  }

  /// Whether something from outside still has an effect while it is being cancelled.
  func isHeardWhileCancelling(_ action: PathAction) -> Bool {
    switch action {
    case .report, .terminate, .crash: true
    case .retry, .skip, .suspend, .resume, .compensate, .cancel, .send, .signal, .passTime: false
    }
  }
}

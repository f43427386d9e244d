import EngineCore

/// Chooses what happens next to an instance, from a seed and what is possible.
package struct RandomPath {
  private var source: SeededSource

  /// Begins a path.
  package init(seed: UInt64) { source = SeededSource(state: seed) }

  /// How many handlers run at once: mostly as many as there are, sometimes few.
  mutating func slots() -> Int { [1, 2, 3, 64, 64, 64].randomElement(using: &source) ?? 64 }

  /// The next thing to happen; nil when nothing more can. In the calm phase nothing goes wrong and operators tidy up.
  mutating func next(from model: ReferenceInterpreter, isCalm: Bool) -> PathAction? {
    if model.state.isEnd {
      let canUndo = model.state == .completed && model.records.contains { $0.state == .pending }
      return canUndo && !isCalm && chance(0.2) ? .compensate : nil
    }
    if model.isSuspended {
      if isCalm || !model.deferred.isEmpty || chance(0.4) { return .resume }
      return chance(0.2) ? .crash : ordinary(model, isCalm: isCalm) ?? .resume
    }
    if !isCalm, chance(0.06) { return rare(model) }
    return ordinary(model, isCalm: isCalm)
  }

  private mutating func rare(_ model: ReferenceInterpreter) -> PathAction {
    switch Int.random(in: 0..<12, using: &source) {
    case 0..<4: return .suspend
    case 4..<9: return .crash
    case 9, 10: return model.runs.contains { $0.target === model.root } ? .crash : .compensate
    default: return chance(0.5) ? .cancel : .terminate
    }
  }

  /// Work is reported, time passes, operators look after incidents.
  private mutating func ordinary(_ model: ReferenceInterpreter, isCalm: Bool) -> PathAction? {
    var actions: [PathAction] = []
    for leaf in model.leaves {
      switch leaf.state {
      case .running: actions.append(.report(leaf.name, outcome(of: leaf, isCalm: isCalm, mayStop: false)))
      case .stopping: actions.append(.report(leaf.name, outcome(of: leaf, isCalm: isCalm, mayStop: true)))
      case .worker, .person: actions.append(.report(leaf.name, outcome(of: leaf, isCalm: isCalm, mayStop: false)))
      case .failed where !model.isSuspended: actions.append(chance(0.5) ? .retry(leaf.name) : .skip(leaf.name))
      case .entering, .retry, .pause, .inside, .failed, .ready: break
      }
    }
    if let due = model.timers.map(\.due).min() { actions.append(.passTime(to: max(due, model.now))) }
    return actions.randomElement(using: &source)
  }

  private mutating func outcome(of leaf: ModelLeaf, isCalm: Bool, mayStop: Bool) -> WorkOutcome {
    let code = RandomProcess.codes.randomElement(using: &source) ?? ""
    let value = Int.random(in: 0..<RandomProcess.values, using: &source)
    let done = WorkOutcome.completed(result: ["value": Value(value)])
    if mayStop, chance(0.5) { return .cancelled }
    if isCalm || chance(leaf.isForward ? 0.75 : 0.85) { return done }
    switch Int.random(in: 0..<3, using: &source) {
    case 0: return .businessError(code: code, message: "no")
    case 1: return .failed(Failure(code: code, message: "it broke for good", isRetryable: false))
    default: return .failed(Failure(code: code, message: "it broke"))
    }
  }

  private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &source) < share }
}

import EngineCore

/// Chooses what happens next to an instance, from a seed and what is possible.
package struct RandomPath {
  private var source: SeededSource

  /// Begins a path.
  package init(seed: UInt64) { source = SeededSource(state: seed) }

  /// How many handlers run at once: mostly as many as there are, sometimes few.
  mutating func slots() -> Int {
    [1, 2, 3, Self.room, Self.room, Self.room].randomElement(using: &source) ?? Self.room
  }

  /// So many that no handler ever waits for another one.
  static let room = 64

  /// The next things to happen at once; none when nothing more can. In the calm phase nothing goes wrong and operators
  /// tidy up.
  /// Where handlers wait for room, nothing arrives together and nothing is suspended: it would matter which of them has
  /// got it.
  mutating func next(from family: ReferenceFamily, isCalm: Bool) -> [PathStep] {
    let open = family.members.filter { !$0.state.isEnd }
    guard !open.isEmpty else { return isCalm || !chance(0.2) ? [] : late(family) }
    if let full = open.first(where: { $0.isSuspended && (isCalm || !$0.deferred.isEmpty) }) {
      return [full.step(.resume)]
    }
    for member in open.shuffled(using: &source) {
      guard let action = one(from: member, isCalm: isCalm) else { continue }
      let first = member.step(action)
      guard family.hasRoom, !isCalm, open.allSatisfy({ !$0.isSuspended }), case .report = action, chance(0.3) else {
        return [first]
      }
      return [first] + others(first, family, isCalm: isCalm)
    }
    return []
  }

  /// What arrives together with something else.
  private mutating func others(_ first: PathStep, _ family: ReferenceFamily, isCalm: Bool) -> [PathStep] {
    var steps: [PathStep] = []
    let atWork = family.members.flatMap { member in member.leaves.filter(\.state.isAtWork).map { (member, $0) } }
    let most = Int.random(in: 0...2, using: &source)
    for (member, leaf) in atWork.shuffled(using: &source).prefix(most) {
      if case .report(leaf.name, _) = first.action, member.name == first.instance { continue }
      let outcome = outcome(of: leaf, isCalm: isCalm, mayStop: leaf.state.isStopping)
      steps.append(member.step(.report(leaf.name, outcome)))
    }
    if chance(0.5), let mail = mail(for: family.main, isCalm: isCalm) { steps.append(family.main.step(mail)) }
    return steps
  }

  /// Something that has ended is undone after all.
  private mutating func late(_ family: ReferenceFamily) -> [PathStep] {
    let undoable = family.members.filter { member in
      member.state == .completed && member.records.contains { $0.state == .pending }
    }
    return undoable.randomElement(using: &source).map { [$0.step(.compensate)] } ?? []
  }

  private mutating func one(from model: ReferenceInterpreter, isCalm: Bool) -> PathAction? {
    if model.isSuspended {
      if chance(0.4) { return .resume }
      return chance(0.2) ? .crash : ordinary(model, isCalm: isCalm) ?? .resume
    }
    if !isCalm, chance(0.06) { return rare(model) }
    return ordinary(model, isCalm: isCalm)
  }

  private mutating func rare(_ model: ReferenceInterpreter) -> PathAction {
    switch Int.random(in: 0..<14, using: &source) {
    case 0..<4: return model.family.hasRoom ? .suspend : .crash
    case 4..<9: return .crash
    case 9, 10: return model.runs.contains { $0.target === model.root } ? .crash : .compensate
    default: return chance(0.8) ? .cancel : .terminate
    }
  }

  /// Work is reported, time passes, operators look after incidents.
  private mutating func ordinary(_ model: ReferenceInterpreter, isCalm: Bool) -> PathAction? {
    var actions: [PathAction] = []
    for leaf in model.leaves {
      switch leaf.state {
      case .running: actions.append(.report(leaf.name, outcome(of: leaf, isCalm: isCalm, mayStop: false)))
      case .stopping: actions.append(.report(leaf.name, outcome(of: leaf, isCalm: isCalm, mayStop: true)))
      case .worker, .person, .elsewhere:
        actions.append(.report(leaf.name, outcome(of: leaf, isCalm: isCalm, mayStop: false)))
      case .failed where !model.isSuspended: actions.append(chance(0.5) ? .retry(leaf.name) : .skip(leaf.name))
      case .entering, .retry, .pause, .event, .calling, .inside, .failed, .ready: break
      }
    }
    if let mail = mail(for: model, isCalm: isCalm) { actions.append(mail) }
    // Where handlers wait for room, one timer after the other falls due, not several together.
    let timers = model.family.hasRoom ? model.timers : model.family.members.flatMap(\.timers)
    if !model.timers.isEmpty, let due = timers.map(\.due).min() { actions.append(.passTime(to: max(due, model.now))) }
    return actions.randomElement(using: &source)
  }

  /// A message or signal for somebody who waits, or for nobody. Who of several that began to wait at the same moment
  /// gets a message is not said anywhere, so nobody sends one then.
  private mutating func mail(for model: ReferenceInterpreter, isCalm: Bool) -> PathAction? {
    let value = Int.random(in: 0..<RandomProcess.values, using: &source)
    if !isCalm, chance(0.1) {
      let name = "message\(Int.random(in: 1...30, using: &source))"
      let key = chance(0.5) ? String(Int.random(in: 0..<RandomProcess.values, using: &source)) : nil
      return .send(name: name, key: key, value: value, life: chance(0.7) ? .seconds(600) : .zero)
    }
    let wanted = model.family.subscriptions.map(\.subscription)
      .filter { !isCalm || $0.leaf?.state.isWaitingForEvent ?? false }
    guard let subscription = wanted.randomElement(using: &source) else { return nil }
    if subscription.isSignal { return .signal(name: subscription.name, value: value) }
    if model.family.isUndecided(subscription.name, subscription.key) { return nil }
    return .send(
      name: subscription.name, key: subscription.key, value: value, life: chance(0.2) ? .seconds(60) : .zero)
  }

  private mutating func outcome(of leaf: ModelLeaf, isCalm: Bool, mayStop: Bool) -> WorkOutcome {
    let code = RandomProcess.codes.randomElement(using: &source) ?? ""
    let value = Int.random(in: 0..<RandomProcess.values, using: &source)
    let done = WorkOutcome.completed(result: ["value": Value(value)])
    if mayStop, chance(0.5) { return .cancelled }
    if !isCalm, leaf.state.isHandled, chance(0.12) { return .waiting(reference: "r\(value)") }
    if isCalm || chance(leaf.isForward ? 0.75 : 0.85) { return done }
    switch Int.random(in: 0..<3, using: &source) {
    case 0: return .businessError(code: code, message: "no")
    case 1: return .failed(Failure(code: code, message: "it broke for good", isRetryable: false))
    default: return .failed(Failure(code: code, message: "it broke"))
    }
  }

  private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &source) < share }
}

extension ReferenceInterpreter {
  fileprivate func step(_ action: PathAction) -> PathStep { PathStep(instance: name, action: action) }
}

extension ModelLeaf.State {
  /// Whether a handler is asked to stop.
  fileprivate var isStopping: Bool {
    if case .stopping = self { true } else { false }
  }

  /// Whether somebody can report.
  fileprivate var isAtWork: Bool {
    switch self {
    case .running, .stopping, .worker, .person, .elsewhere: true
    case .entering, .retry, .pause, .event, .calling, .inside, .failed, .ready: false
    }
  }

  /// Whether a handler is at work, which may hand it over.
  fileprivate var isHandled: Bool {
    switch self {
    case .running, .stopping: true
    case .entering, .worker, .person, .elsewhere, .retry, .pause, .event, .calling, .inside, .failed, .ready: false
    }
  }

  /// Whether nothing goes on before an event comes.
  fileprivate var isWaitingForEvent: Bool {
    if case .event = self { true } else { false }
  }
}

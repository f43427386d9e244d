import EngineCore

/// What happens to another instance once a unit is over.
enum ModelEffect {
  case start(CallBlock, ModelLeaf)
  /// What waits for it has ended.
  case end(ReferenceInterpreter)
  /// The called instance that a leaf waits for is undone.
  case undo(ModelLeaf)
  case escalate(String)
  /// It may have ended while its caller was suspended.
  case lookAfter(ReferenceInterpreter)
}

/// Instances that call others.
extension ReferenceInterpreter {
  /// Does something as one unit, and then to other instances what follows from it. All that is called is there before
  /// anything else happens.
  func unit(_ body: () -> Void) {
    let before = state
    family.turn += 1
    var begun: [ReferenceInterpreter] = []
    run(body, &begun)
    for child in begun { child.conclude(from: .running) }
    conclude(from: before)
  }

  private func run(_ body: () -> Void, _ begun: inout [ReferenceInterpreter]) {
    noteAlternatives()
    body()
    settle()
    // What a called instance comes to at once is another unit of this one, which must not begin them again.
    let calls = effects.compactMap { if case .start(let call, let leaf) = $0 { (call, leaf) } else { nil } }
    effects.removeAll { if case .start = $0 { true } else { false } }
    for (call, leaf) in calls where isAlive(leaf) {
      let child = self.call(call, at: leaf)
      begun.append(child)
      child.run({ child.start() }, &begun)
    }
  }

  private func conclude(from before: InstanceState) {
    let effects = effects
    self.effects = []
    for effect in effects { follow(effect) }
    if state.isEnd, state != before { tellCaller() }
  }

  private func follow(_ effect: ModelEffect) {
    switch effect {
    case .start: break
    case .end(let child):
      guard !child.state.isEnd else { return }
      if state == .terminated {
        child.unit { child.end(as: .terminated) }
      } else if child.state != .cancelling {
        child.unit { child.cancel() }
      }
    case .undo(let leaf): undoChild(of: leaf)
    case .escalate(let code):
      guard let caller, !caller.instance.state.isEnd else { return }
      caller.instance.hear(code, at: caller.leaf, from: self)
    case .lookAfter(let child): if child.state.isEnd { child.tellCaller() }
    }
  }

  private func call(_ call: CallBlock, at leaf: ModelLeaf) -> ReferenceInterpreter {
    var variables = Context()
    for input in call.inputs { variables[input.name] = leaf.scope.visible[input.source] }
    for counter in call.counters { variables[counter] = 0 }
    let child = family.add(call.process, variables: variables, caller: (self, leaf))
    leaf.state = .calling(child)
    return child
  }

  /// Whoever waits for this instance goes on.
  private func tellCaller() {
    guard let caller = caller?.instance, !caller.isSuspended, let leaf = caller.leaf(waitingFor: self) else { return }
    let outcome = outcome(isForward: leaf.isForward)
    caller.unit { caller.finish(leaf, outcome) }
  }

  private func leaf(waitingFor child: ReferenceInterpreter) -> ModelLeaf? {
    leaves.first { leaf in
      if case .calling(let waited?) = leaf.state { waited === child } else { false }
    }
  }

  private func outcome(isForward: Bool) -> WorkOutcome {
    let failure = Failure(code: "CALL", message: "it was \(state.name)", isRetryable: false)
    switch state {
    case .completed: return .completed(result: .context(root.variables))
    case .compensated where !isForward: return .completed(result: .null)
    case .failed where isForward, .compensated: return .businessError(code: errorCode ?? "CALL", message: "it failed")
    case .failed, .cancelled, .terminated, .running, .compensating, .cancelling: return .failed(failure)
    }
  }

  /// Undoes the instance that a leaf waits for, running or completed.
  private func undoChild(of leaf: ModelLeaf) {
    guard isAlive(leaf), case .calling(let child?) = leaf.state else { return }
    if child.isSuspended { child.unit { child.resume() } }
    switch child.state {
    case .compensating, .cancelling: return
    case .compensated: unit { finish(leaf, .completed(result: .null)) }
    case .completed where !child.records.contains { $0.state == .pending }:
      unit { finish(leaf, .completed(result: .null)) }
    case .running, .completed: child.unit { child.startRun(on: child.root, code: Self.operatorCode) }
    case .failed, .cancelled, .terminated:
      unit { finish(leaf, .failed(Failure(code: "CALL", message: "it has ended", isRetryable: false))) }
    }
  }

  /// An escalation that nobody in a called instance has caught.
  private func hear(_ code: String, at leaf: ModelLeaf, from child: ReferenceInterpreter) {
    guard isAlive(leaf), leaf.isForward, self.leaf(waitingFor: child) === leaf, !isComingToRest(leaf) else { return }
    unit {
      if isSuspended { deferred.append(.escalation(leaf, code: code)) } else { escalate(code, at: leaf) }
    }
  }

  /// Whether a leaf's scope is to be undone, and it need only say whether it happened.
  func isComingToRest(_ leaf: ModelLeaf) -> Bool {
    switch leaf.state {
    case .stopping: true
    case .calling, .elsewhere:
      leaf.isForward && runs.contains { $0.phase == .draining && leaf.scope.isWithin($0.target) }
    case .entering, .running, .worker, .person, .retry, .pause, .event, .inside, .failed, .ready: false
    }
  }

  /// The called instance of a leaf if it has done something that can be undone.
  func undoableChild(of leaf: ModelLeaf) -> ReferenceInterpreter? {
    guard case .calling(let child?) = leaf.state, child.records.contains(where: { $0.state == .pending }) else {
      return nil
    }
    return child
  }

  /// A call is done: keeps what it gave, and that it can be undone.
  func keep(_ result: Value, of call: CallBlock, from child: ReferenceInterpreter?, at leaf: ModelLeaf) {
    if let output = call.output { leaf.scope.assign(output.variable, result[output.source] ?? .null) }
    guard let child else { return }
    records.append(
      ModelRecord(
        step: leaf.name, undo: UndoBlock(), child: child, snapshot: leaf.scope.visible, owner: leaf.scope))
  }
}

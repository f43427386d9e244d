import EngineCore

/// Instances that call others: what one step asks of another instance is done in the same unit of work.
///
/// A parent waits for its child and a child knows its parent. Everything that passes between them (start, end,
/// cancelling, undoing) comes from one source and is written whole or not at all, so that neither waits for something
/// that the other one does not know.
extension EngineLoop {
  /// Carries out what a step asks of other instances. All that it calls, and that those call, are there before anything
  /// else happens: the end of one of them may undo the others.
  func follow(_ transition: Transition, from before: InstanceState, _ batch: inout Batch) throws(TurnError) {
    var beginnings: [(start: ChildStart, outcome: Beginning)] = []
    try beginChildren(of: transition, &beginnings, &batch)
    for (start, outcome) in beginnings {
      switch outcome {
      case .begun(let child): try carryOut(child, from: .running, &batch)
      case .refused(let failure): try finish(start.parent, start.child, .failed(failure), canBeUndone: false, &batch)
      }
    }
    try carryOut(transition, from: before, &batch)
  }

  private func carryOut(
    _ transition: Transition, from before: InstanceState, _ batch: inout Batch
  ) throws(TurnError) {
    let instance = transition.instance
    for effect in transition.effects {
      switch effect {
      case .endChild(let child, let immediately):
        try attempt { () throws(TurnError) in
          try stepInstance(child, immediately ? .terminate : .cancel, &batch)
        }
      case .compensateChild(let child): try compensateChild(child, of: instance.id, &batch)
      case .escalate(let parent, let code):
        try attempt { () throws(TurnError) in
          try stepInstance(parent.instance, .escalateChild(parent.token, child: instance.id, code: code), &batch)
        }
      case .awaitChild(let child):
        try attempt { () throws(TurnError) in
          let child = try self.instance(child)
          if child.state.isEnd { try tellParent(of: child, &batch) }
        }
      case .startChild, .startWork, .stopWork, .tokenReady, .timerPending, .messageAwaited: break
      }
    }
    if instance.state.isEnd, instance.state != before { try tellParent(of: instance, &batch) }
  }

  /// What became of starting a called instance.
  private enum Beginning {
    case begun(Transition)
    case refused(Failure)
  }

  private func beginChildren(
    of transition: Transition, _ beginnings: inout [(start: ChildStart, outcome: Beginning)], _ batch: inout Batch
  ) throws(TurnError) {
    for case .startChild(let start) in transition.effects {
      let outcome = try begin(start, &batch)
      beginnings.append((start, outcome))
      if case .begun(let child) = outcome { try beginChildren(of: child, &beginnings, &batch) }
    }
  }

  /// Starts a called instance, without what follows from its first steps.
  private func begin(_ start: ChildStart, _ batch: inout Batch) throws(TurnError) -> Beginning {
    do throws(TurnError) {
      let deployed = try find(start.process, version: start.version)
      let child = ProcessInstance(id: start.child, definition: deployed.id, createdAt: now)
      let command = InstanceCommand.start(
        businessKey: start.businessKey, variables: start.variables, parent: start.parent)
      if let begun = try write(child, deployed, command, &batch, record: nil, reply: nil, answer: nil) {
        return .begun(begun)
      }
      return .refused(Failure(code: "CALL", message: "\(start.process) did not begin", isRetryable: false))
    } catch {
      guard case .rejected(let rejection) = error else { throw error }
      return .refused(Failure(code: "CALL", message: rejection.message, isRetryable: false))
    }
  }

  /// Undoes a child; where there is nothing to undo, its parent goes on at once.
  private func compensateChild(_ id: InstanceID, of parent: InstanceID, _ batch: inout Batch) throws(TurnError) {
    var refusal: Rejection?
    do throws(TurnError) {
      excepted = id
      defer { excepted = nil }
      if try instance(id).isSuspended { try stepInstance(id, .release, &batch) }
      let reason = "instance \(parent), which called it, is being undone"
      try stepInstance(id, .compensate(reason: reason), &batch)
      // Its compensation has begun, and goes on when its definition does.
      let child = try instance(id)
      if isSuspended(child.definition), !child.state.isEnd { try stepInstance(id, .hold, &batch) }
    } catch {
      guard case .rejected(let rejection) = error else { throw error }
      refusal = rejection
    }
    guard let refusal else { return }
    // It comes to its end by itself, and tells then.
    if refusal.reason == .alreadyCompensating || refusal.reason == .instanceCancelling { return }
    guard let token = try instance(parent).tokens.first(where: { $0.wait == .child(id) }) else { return }
    let link = ParentLink(instance: parent, token: token.id, depth: 0)
    let isUndone = refusal.reason == .nothingToCompensate
    let failure = Failure(code: "CALL", message: refusal.message, isRetryable: false)
    try finish(link, id, isUndone ? .completed(result: .null) : .failed(failure), canBeUndone: false, &batch)
  }

  /// An instance has ended: whoever called it goes on.
  private func tellParent(of child: ProcessInstance, _ batch: inout Batch) throws(TurnError) {
    guard let link = child.parent else { return }
    try attempt { () throws(TurnError) in
      // Undoing what the child did is the work of another token than the one that called it.
      let waiting = try instance(link.instance).tokens.first { $0.wait == .child(child.id) }
      guard let waiting else { return }
      let canBeUndone = child.records.contains { $0.state == .pending }
      let target = ParentLink(instance: link.instance, token: waiting.id, depth: 0)
      try finish(target, child.id, child.outcome(for: waiting.mode), canBeUndone: canBeUndone, &batch)
    }
  }

  private func finish(
    _ link: ParentLink, _ child: InstanceID, _ outcome: WorkOutcome, canBeUndone: Bool, _ batch: inout Batch
  ) throws(TurnError) {
    try attempt { () throws(TurnError) in
      let command = InstanceCommand.finishChild(link.token, child: child, outcome: outcome, canBeUndone: canBeUndone)
      try stepInstance(link.instance, command, &batch)
    }
  }

  /// Does something that the other instance may refuse: it has ended meanwhile, or is suspended and asks on resume.
  private func attempt(_ body: () throws(TurnError) -> Void) throws(TurnError) {
    do throws(TurnError) {
      try body()
    } catch {
      guard case .rejected = error else { throw error }
    }
  }
}

extension ProcessInstance {
  /// What the end of a called instance means for the token that waits for it.
  fileprivate func outcome(for mode: TokenMode) -> WorkOutcome {
    switch (state, mode) {
    case (.completed, _): .completed(result: .context(variables[.root]))
    case (.compensated, .compensation): .completed(result: .null)
    case (.failed, .forward), (.compensated, .forward), (.failed, .probe), (.compensated, .probe):
      .businessError(code: errorCode ?? "CALL", message: "instance \(id), which it called, \(state.name)")
    case (.failed, .compensation), (.cancelled, _), (.terminated, _), (.running, _), (.compensating, _),
      (.cancelling, _):
      .failed(
        Failure(
          code: "CALL", message: "instance \(id), which it called, was \(state.name)", isRetryable: false))
    }
  }
}

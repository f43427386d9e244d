import EngineCore

extension VerbTarget {
  var isEnded: Bool { summary.state.isEnd }

  /// Why little can be done with it while its handlers stop; nil when they need not.
  var cancellingObjection: SafeText? { summary.state == .cancelling ? "it is being cancelled already" : nil }

  /// Whether something in it has failed and rests.
  var hasFailed: Bool { summary.incidentCount > 0 || summary.tokens.contains { $0.state == .failed } }

  /// The token that was chosen, if it is in one of these states; else the only one in the first state that any is in.
  func token(in states: TokenState...) -> TokenID? {
    if let token {
      // A token beyond those that a summary lists is for the engine to judge.
      guard let state = summary.tokens.first(where: { $0.id == token })?.state else { return token }
      if states.contains(state) { return token }
    }
    for state in states {
      let candidates = summary.tokens.filter { $0.state == state }
      if !candidates.isEmpty { return candidates.count == 1 ? candidates.first?.id : nil }
    }
    return nil
  }

  /// The failed token that was chosen; nil means all that have failed.
  var chosenFailure: TokenID? {
    token.flatMap { id in summary.tokens.contains { $0.id == id && $0.state == .failed } ? id : nil }
  }
}

extension VerbKind {
  /// Why the verb makes no sense for a target; nil where it does. The engine has the last word.
  package func objection(to target: VerbTarget) -> SafeText? {
    switch self {
    case .retry: target.hasFailed ? nil : "nothing has failed here"
    case .skip:
      target.isEnded
        ? "it has ended" : target.token(in: .failed, .waiting) == nil ? "open it and choose the step to skip" : nil
    case .cancel: target.isEnded ? "it has ended already" : target.cancellingObjection
    case .terminate: target.isEnded ? "it has ended already" : nil
    case .compensate: compensationObjection(target.summary.state)
    case .pause: target.isEnded ? "it has ended" : target.cancellingObjection
    case .fire:
      target.timer != nil
        ? nil : target.summary.nextTimer == nil ? "no timer is pending here" : "choose the timer in view 3 or its pane"
    case .complete:
      target.isEnded ? "it has ended" : target.token(in: .waiting) == nil ? "choose the task in view 5" : nil
    case .edit: target.isEnded ? "it has ended" : target.cancellingObjection
    case .delete: target.isEnded ? nil : "only an ended instance can be deleted"
    }
  }

  private func compensationObjection(_ state: InstanceState) -> SafeText? {
    switch state {
    case .running, .completed: nil
    case .compensating: "it is being undone already"
    case .cancelling: "it is being cancelled already"
    case .compensated: "everything has been undone already"
    case .cancelled, .terminated, .failed: "it has ended"
    }
  }

  /// The verb for one target. `resumes` says which way a pause goes; `outputs` is what the operator gave.
  func verb(for target: VerbTarget, outputs: Context, changes: [VariableChange], resumes: Bool) -> Verb? {
    let id = target.instance
    switch self {
    case .retry: return .retry(id, token: target.chosenFailure)
    case .skip: return target.token(in: .failed, .waiting).map { .skip(id, token: $0, outputs: outputs) }
    case .cancel: return .cancel(id)
    case .terminate: return .terminate(id)
    case .compensate: return .compensate(id)
    case .pause: return resumes ? .resume(id) : .suspend(id)
    case .fire: return target.timer.map { .fireTimer(id, timer: $0) }
    case .complete:
      return target.token(in: .waiting).map {
        .finishTask(id, token: $0, outcome: .completed(result: .context(outputs)), fence: target.fence)
      }
    case .edit: return .setVariables(id, changes: changes)
    case .delete: return .delete(id)
    }
  }
}

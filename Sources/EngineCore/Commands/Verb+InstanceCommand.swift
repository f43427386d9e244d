extension InstanceCommand {
  /// The step that a verb on one instance asks for; nil when it does not ask for one (start, deploy, fetch, delete).
  public init?(_ verb: Verb, now: Timestamp, reason: String?) {
    switch verb {
    case .retry(_, let token): self = .retry(token)
    case .skip(_, let token, let outputs): self = .skip(token, outputs: outputs)
    case .resolve(_, let token, let outputs): self = .resolve(token, outputs: outputs, note: reason ?? "")
    case .cancel: self = .cancel
    case .terminate: self = .terminate
    case .compensate(_, let target):
      self = .compensate(reason: reason ?? "an operator asked for it", target: target)
    case .suspend: self = .suspend
    case .resume: self = .resume
    case .fireTimer(_, let timer): self = .fireTimer(timer)
    case .rescheduleTimer(_, let timer, let due): self = .rescheduleTimer(timer, due: due)
    case .setVariables(_, let changes): self = .setVariables(changes)
    case .finishTask(_, let token, let outcome, let fence): self = .finishTask(token, fence: fence, outcome: outcome)
    case .extendLease(_, let token, let fence, let lease): self = .extendLease(token, fence: fence, until: now + lease)
    case .start, .deploy, .fetchTasks, .delete, .send, .signal, .suspendDefinition, .resumeDefinition: return nil
    }
  }
}

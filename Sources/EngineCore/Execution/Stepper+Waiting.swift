/// Work that goes on elsewhere: whoever began it asks to wait, and somebody outside completes it.
///
/// The problem: a payment provider says "I will call back" and the handler is done, but the step is not. The idea: the
/// token becomes a waiting external task that nobody can fetch, under the reference that the handler gives, with the
/// number of the attempt as its fencing number. From there on it is completed, failed, ended or undone like any task.
extension Stepper {
  /// Lets a token wait for somebody who completes it. What limits the attempt goes on: the time limit of the step
  /// counts from its beginning.
  mutating func handOver(_ token: Token, as reference: String, limit: Duration?) throws(Rejection) {
    guard let assignment = assignment(of: token), let holder = holder(of: token, assignment.work) else {
      throw Rejection(
        .wrongKindOfTask, "nobody holds the work of token \(token.id) of instance \(instance.id), to hand it over")
    }
    let capped = String(reference.prefix(CoreLimits.messageLength))
    try cancelWorkLimit(of: token.id)
    try emit(.workHandedOver(token: token.id, holder: holder, reference: capped))
    if token.wait != .externalTask { try emit(.tokenWaiting(token: token.id, reason: .externalTask)) }
    // What compensation waits for is ended by its grace.
    if drainingRun(over: token) != nil, !token.isProbing { return }
    let ends = [assignment.timeout.map { token.since + $0 }, limit.map { context.now + max($0, .zero) }]
    if let due = ends.compactMap({ $0 }).min() { try schedule(.workLimit, for: token.id, due: due) }
  }

  /// Whether an outcome takes effect although the instance is suspended: a request to wait advances nothing, and what
  /// comes after it could not be stored otherwise.
  func isHandover(_ outcome: WorkOutcome, of token: Token) -> Bool {
    guard case .waiting = outcome else { return false }
    return drainingRun(over: token) == nil || token.isProbing || isUndoable(token)
  }

  /// Nobody has completed the work of a token in time.
  mutating func endWait(of token: Token) throws(Rejection) {
    let reference = instance.externalTasks.first { $0.token == token.id }?.reference ?? ""
    let what = reference.isEmpty ? "it" : reference
    try finish(token, .failed(Failure(code: "TIMEOUT", message: "nobody completed \(what) in time")))
  }

  mutating func cancelWorkLimit(of token: TokenID) throws(Rejection) {
    for timer in instance.timers where timer.token == token && timer.kind == .workLimit {
      try emit(.timerCancelled(timer: timer.id))
    }
  }

  /// Who has the work of a token in hand.
  private func holder(of token: Token, _ work: Work) -> String? {
    switch work {
    case .handler(let name, _):
      if token.state == .executing { return name }
      return instance.externalTasks.first { $0.token == token.id }?.worker
    case .external: return instance.externalTasks.first { $0.token == token.id }?.worker
    case .user, .script, .call: return nil
    }
  }
}

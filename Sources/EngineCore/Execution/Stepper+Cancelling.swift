/// Cancelling: an instance ends without compensation, but not before its handlers had time to stop.
///
/// What waits, or is ready, ends at once; so do children, which are cancelled themselves and not waited for. Handlers
/// that run are asked to stop and have the same grace as before a compensation. What they report in it is kept: a
/// success completes its token and leaves its record. Whatever else comes ends the token as terminated. When no handler
/// runs any more the instance ends, and what was open around them is closed.
extension Stepper {
  mutating func cancel() throws(Rejection) {
    let reports = instance.deferred.filter { $0.token != nil }
    guard instance.tokens.contains(where: isAtWork) || !reports.isEmpty else {
      try endInstance(with: .processCancelled, immediately: false)
      return
    }
    let hasDeferred = !instance.deferred.isEmpty
    try emit(.cancellationStarted)
    if hasDeferred { try emit(.outcomesReplayed) }
    for case .work(let id, let outcome) in reports {
      if let token = instance.token(id) { try stop(token, after: outcome) }
    }
    try endWhatCannotReport()
  }

  /// Whether a handler of this engine is at work. One of an older epoch is gone and never reports.
  private func isAtWork(_ token: Token) -> Bool {
    token.state == .executing && token.epoch >= context.epoch
      && !instance.deferred.contains { $0.token == token.id }
  }

  private mutating func endWhatCannotReport() throws(Rejection) {
    let kept = tokensAroundWork()
    try closeEventSubprocesses(of: .root)
    try cancelTimers(of: .none)
    for token in instance.tokens where !kept.contains(token.id) {
      try terminate(token, immediately: false)
    }
    for scope in instance.scopes { try closeEventSubprocesses(of: scope.id) }
    for token in instance.tokens {
      try closeWatches(of: token.id)
      if token.state == .executing { effects.append(.stopWork(token.id, immediately: false)) }
    }
    guard instance.isExecuting else { return }
    try schedule(.grace(.none), for: .none, due: context.now + CoreLimits.grace)
  }

  /// The tokens at work and those that wait for something around them: the subprocesses they are in, and the throw
  /// events that wait for what is being undone.
  private func tokensAroundWork() -> Set<TokenID> {
    var kept: Set<TokenID> = []
    var next = instance.tokens.filter(isAtWork)
    while let token = next.popLast() {
      guard kept.insert(token.id).inserted else { continue }
      next += instance.chain(from: token.scope).compactMap { instance.scope($0).flatMap { instance.token($0.token) } }
      if let run = token.compensates.flatMap({ instance.run($0.run) }), let waiter = instance.token(run.extent.waiter) {
        next.append(waiter)
      }
    }
    return kept
  }

  /// Somebody who was asked to stop reports.
  mutating func stop(_ token: Token, after outcome: WorkOutcome) throws(Rejection) {
    switch outcome {
    case .completed(let result) where token.isProbing:
      if result.tellsThatItHappened == true {
        try takeAsDone(token)
      } else {
        try end(token, with: .tokenTerminated(token: token.id, node: token.node))
      }
    case .completed(let result):
      try complete(token, result: result)
    case .businessError(let code, let message):
      try stop(token, after: Failure(code: code, message: message, isRetryable: false))
    case .failed(let failure):
      try stop(token, after: failure)
    case .cancelled, .waiting:
      // What would go on elsewhere waits, and what waits ends.
      try end(token, with: .tokenTerminated(token: token.id, node: token.node))
    }
  }

  mutating func stop(_ token: Token, after failure: Failure) throws(Rejection) {
    try emit(
      .tokenFailed(token: token.id, node: token.node, attempt: token.attempt, failure: failure, counts: false))
    try end(token, with: .tokenTerminated(token: token.id, node: token.node))
  }

  /// Handlers had their time: those that have not reported are stopped.
  mutating func endGraceOfCancelling() throws(Rejection) {
    guard instance.state == .cancelling else { return }
    for token in instance.tokens where token.state == .executing { try terminate(token, immediately: true) }
  }

  /// Ends an instance that is being cancelled once no handler runs any more.
  mutating func finishCancelling() throws(Rejection) {
    if instance.isExecuting { return }
    try endInstance(with: .processCancelled, immediately: false)
  }

  /// What may still happen to an instance that is being cancelled.
  func checkWhileCancelling(_ command: InstanceCommand) throws(Rejection) {
    switch command {
    // Reports, and what finds by itself that nothing is there for it any more.
    case .start, .startBy, .deliver, .claim, .recover, .giveBack, .finishWork, .finishTask, .finishChild,
      .escalateChild,
      .fireTimer, .rescheduleTimer, .lockTask, .extendLease, .terminate, .corrupt:
      break
    case .retry, .skip, .resolve, .cancel, .compensate, .suspend, .resume, .hold, .release, .setVariables:
      throw Rejection(
        .instanceCancelling, "instance \(instance.id) is being cancelled: it ends by itself, or at once by terminate")
    }
  }
}

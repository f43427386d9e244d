/// Instances in which an invariant is broken: no rule moves them, and an operator ends them.
extension Stepper {
  /// Ends an instance of which nothing can be relied on: what is alive ends part by part, without a look at the
  /// definition and without waiting for handlers.
  mutating func endCorrupted(with event: ProcessEvent, immediately: Bool) throws(Rejection) {
    for token in instance.tokens {
      leaveChild(of: token, immediately: immediately)
      if token.state == .executing { effects.append(.stopWork(token.id, immediately: immediately)) }
      try emit(.tokenTerminated(token: token.id, node: token.node))
    }
    for timer in instance.timers { try emit(.timerCancelled(timer: timer.id)) }
    for incident in instance.incidents { try emit(.incidentResolved(incident: incident.id)) }
    for subscription in instance.subscriptions { try emit(.subscriptionClosed(subscription: subscription.id)) }
    for run in instance.runs { try emit(.sagaAbandoned(run: run.id)) }
    // The innermost first; those that lie in each other cannot be closed.
    while let scope = instance.scopes.last(where: { open in !instance.scopes.contains { $0.parent == open.id } }) {
      try emit(.scopeTerminated(scope: scope.id))
    }
    try emit(event)
  }
}

extension ProcessInstance {
  mutating func applyToEvents(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    switch entry.event {
    case .subscriptionOpened(let subscription):
      subscriptions.append(subscription)
      use(subscription.id.rawValue)
      changes.subscriptions.insert(subscription.id)
    case .subscriptionTriggered(let id, _):
      _ = try indexOfSubscription(id)
    case .subscriptionClosed(let id):
      subscriptions.remove(at: try indexOfSubscription(id))
      changes.subscriptions.delete(id)
    case .conditionChanged(let id, let holds):
      subscriptions[try indexOfSubscription(id)].holds = holds
      changes.subscriptions.update(id)
    case .eventSubprocessTriggered(_, let scope, _):
      guard scope == .root || self.scope(scope) != nil else {
        throw Rejection(.scopeUnknown, "instance \(id) has no open scope \(scope)")
      }
    case .messageThrown(let token, _, _), .signalThrown(let token, _, _, _):
      guard self.token(token) != nil else { throw unknown(token) }
      changes.hasThrown = true
    case .escalationThrown(let token, _, let code):
      guard self.token(token) != nil else { throw unknown(token) }
      // Nothing advances, so that it was a called instance that raised it: who hears of it is found out on resume.
      if isSuspended {
        deferred.append(.escalation(token, code: code))
        changes.changesDeferred = true
      }
    case .eventDeferred(let id, let delivery):
      _ = try indexOfSubscription(id)
      deferred.append(.event(id, delivery))
      changes.changesDeferred = true
    default: break
    }
  }

  /// What is still watched for a token ends with it.
  mutating func closeSubscriptions(of token: TokenID, changes: inout ChangeSet) {
    closeSubscriptions(&changes) { $0.token == token }
  }

  /// What a token waited for ends when it waits no longer; what its boundary events watch for stays.
  mutating func closeSubscriptions(of token: TokenID, waiting reason: WaitReason, changes: inout ChangeSet) {
    switch reason {
    case .subscription(let id): closeSubscriptions(&changes) { $0.id == id }
    case .events: closeSubscriptions(&changes) { $0.token == token }
    case .timer, .userTask, .externalTask, .join, .scope, .child, .compensation: break
    }
  }

  /// What would start the event subprocesses of a scope ends with the scope.
  mutating func closeSubscriptions(of scope: ScopeID, changes: inout ChangeSet) {
    closeSubscriptions(&changes) { $0.token == .none && $0.scope == scope }
  }

  private mutating func closeSubscriptions(_ changes: inout ChangeSet, where isOver: (Subscription) -> Bool) {
    guard !subscriptions.isEmpty else { return }
    subscriptions.removeAll { subscription in
      guard isOver(subscription) else { return false }
      changes.subscriptions.delete(subscription.id)
      return true
    }
  }

  private func indexOfSubscription(_ id: SubscriptionID) throws(Rejection) -> Int {
    guard let index = subscriptions.firstIndex(where: { $0.id == id }) else {
      throw Rejection(.subscriptionUnknown, "instance \(self.id) has no open subscription \(id)")
    }
    return index
  }
}

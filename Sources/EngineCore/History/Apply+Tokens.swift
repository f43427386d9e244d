extension ProcessInstance {
  mutating func applyToTokens(_ entry: HistoryEntry, changes: inout ChangeSet) throws(Rejection) {
    switch entry.event {
    case .tokenArrived(let arrival):
      var token = Token(
        id: arrival.token, node: arrival.node, scope: arrival.scope, flow: arrival.flow, since: entry.at)
      token.state = arrival.state
      token.after = arrival.after
      if arrival.state == .executing {
        token.attempt = 1
        token.epoch = arrival.epoch
      }
      insert(token, changes: &changes)
    case .tokenClaimed(let id, let attempt, let epoch):
      let index = try moveToken(id, to: .executing, at: entry.at, changes: &changes)
      tokens[index].attempt = attempt
      tokens[index].epoch = epoch
    case .tokenCompleted(let id, _, _), .tokenSkipped(let id, _, _):
      try removeToken(id, as: .completed, changes: &changes)
    case .tokenTerminated(let id, _):
      try removeToken(id, as: .terminated, changes: &changes)
    case .tokenFailed(let id, _, _, _, let counts):
      guard let index = tokens.position(of: id) else { throw unknown(id) }
      if counts { tokens[index].failures += 1 }
      tokens[index].isOutcomeUnknown = false
      changes.tokens.update(id)
    case .tokenReady(let id, let cause):
      try makeReady(id, cause: cause, at: entry.at, changes: &changes)
    case .tokenWaiting(let id, let reason):
      let index = try moveToken(id, to: .waiting, at: entry.at, changes: &changes)
      tokens[index].wait = reason
      dropTasks(of: id, unless: reason, changes: &changes)
    case .joinCompleted(_, _, let consumed):
      for id in consumed { try removeToken(id, as: .completed, changes: &changes) }
    default: break
    }
  }

  mutating func insert(_ token: Token, changes: inout ChangeSet) {
    tokens.append(token)
    use(token.id.rawValue)
    changes.tokens.insert(token.id)
  }

  @discardableResult
  mutating func moveToken(
    _ id: TokenID, to next: TokenState, at instant: Timestamp, changes: inout ChangeSet
  ) throws(Rejection) -> Int {
    guard let index = tokens.position(of: id) else { throw unknown(id) }
    try Self.check(tokens[index], of: self.id, canBecome: next)
    if let wait = tokens[index].wait { closeSubscriptions(of: id, waiting: wait, changes: &changes) }
    tokens[index].state = next
    tokens[index].since = instant
    tokens[index].wait = nil
    changes.tokens.update(id)
    if next != .waiting { dropTasks(of: id, unless: nil, changes: &changes) }
    return index
  }

  mutating func removeToken(_ id: TokenID, as end: TokenState, changes: inout ChangeSet) throws(Rejection) {
    guard let index = tokens.position(of: id) else { throw unknown(id) }
    // Of a corrupted instance everything can end, whatever it is like.
    if !isCorrupted { try Self.check(tokens[index], of: self.id, canBecome: end) }
    let ended = tokens.remove(at: index)
    if end == .terminated, let reference = ended.compensates { giveBack(reference.record, changes: &changes) }
    changes.tokens.delete(id)
    closeSubscriptions(of: id, changes: &changes)
    dropTasks(of: id, unless: nil, changes: &changes)
  }

  /// A task lives only as long as its token waits for it.
  private mutating func dropTasks(of id: TokenID, unless reason: WaitReason?, changes: inout ChangeSet) {
    if reason != .userTask, let index = userTasks.firstIndex(where: { $0.token == id }) {
      userTasks.remove(at: index)
      changes.userTasks.delete(id)
    }
    if reason != .externalTask, let index = externalTasks.firstIndex(where: { $0.token == id }) {
      externalTasks.remove(at: index)
      changes.externalTasks.delete(id)
    }
  }

  func unknown(_ token: TokenID) -> Rejection {
    if token.rawValue < nextID {
      return Rejection(.tokenFinalizedTwice, "token \(token) of instance \(id) has already ended")
    }
    return Rejection(.tokenUnknown, "instance \(id) has no token \(token)")
  }

  private mutating func makeReady(
    _ id: TokenID, cause: ReadyCause, at instant: Timestamp, changes: inout ChangeSet
  ) throws(Rejection) {
    let index = try moveToken(id, to: .ready, at: instant, changes: &changes)
    switch cause {
    case .noRoom, .retry, .unitLimit, .suspended: break
    case .engineStopped: tokens[index].isOutcomeUnknown = true
    case .recovery:
      tokens[index].crashes += 1
      tokens[index].isOutcomeUnknown = true
    case .operatorRetry:
      // One more try: whatever the policy says, the next failure is the last one.
      tokens[index].failures = max(tokens[index].failures - 1, 0)
      tokens[index].crashes = 0
    }
  }

  private static func check(
    _ token: Token, of instance: InstanceID, canBecome next: TokenState
  ) throws(Rejection) {
    guard token.state.canBecome(next) else {
      throw Rejection(
        .tokenInvalidTransition,
        "token \(token.id) of instance \(instance) is \(token.state.name) and cannot become \(next.name)")
    }
  }
}

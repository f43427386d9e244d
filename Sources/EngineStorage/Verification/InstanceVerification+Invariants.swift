import EngineCore

extension ProcessInstance {
  /// What of the invariants of the engine does not hold in this instance as it stands. `epoch` is that of the lease.
  package func brokenInvariants(epoch: Int64) -> [String] {
    var verification = InstanceVerification(id: id, epoch: epoch)
    verification.checkInvariants(of: self)
    return verification.findings.map(\.sentence)
  }
}

/// The invariants of an instance that can be seen in its tables.
extension InstanceVerification {
  mutating func checkInvariants(of instance: ProcessInstance) {
    if instance.state.isEnd { checkEnd(of: instance) }
    for token in instance.tokens { check(token, in: instance) }
    for scope in instance.scopes { check(scope, in: instance) }
    for timer in instance.timers { check(timer, in: instance) }
    for subscription in instance.subscriptions { check(subscription, in: instance) }
    for task in instance.userTasks where instance.token(task.token)?.wait != .userTask {
      find("the user task of token \(task.token) has no token that waits for it")
    }
    for task in instance.externalTasks where instance.token(task.token)?.wait != .externalTask {
      find("the external task of token \(task.token) has no token that waits for it")
    }
    for incident in instance.incidents where instance.token(incident.token)?.state != .failed {
      find("incident \(incident.id) has no failed token")
    }
    for record in instance.records { check(record, in: instance) }
    for run in instance.runs where run.target != .root && instance.scope(run.target) == nil {
      find("compensation run \(run.id) is about subprocess \(run.target), which is not open")
    }
    if !instance.deferred.isEmpty, !instance.isSuspended { find("outcomes wait, but it is not suspended") }
  }

  private mutating func checkEnd(of instance: ProcessInstance) {
    let alive: [(String, Int)] = [
      ("tokens", instance.tokens.count), ("timers", instance.timers.count), ("subprocesses", instance.scopes.count),
      ("subscriptions", instance.subscriptions.count),
      ("user tasks", instance.userTasks.count), ("external tasks", instance.externalTasks.count),
      ("compensation runs", instance.runs.count), ("incidents", instance.incidents.count),
    ]
    for (what, count) in alive where count > 0 {
      find("it is \(instance.state.name), yet \(count) \(what) are alive")
    }
    if instance.endedAt == nil { find("it is \(instance.state.name), but no time of its end is stored") }
  }

  private mutating func check(_ token: Token, in instance: ProcessInstance) {
    if !token.state.isLive || token.state == .created { find("token \(token.id) is stored as \(token.state.name)") }
    if token.scope != .root, instance.scope(token.scope) == nil {
      find("token \(token.id) is in subprocess \(token.scope), which is not open")
    }
    if token.epoch > epoch { find("token \(token.id) has epoch \(token.epoch), but the lease has only \(epoch)") }
    if token.state == .failed, instance.incident(of: token.id) == nil {
      find("token \(token.id) has failed and has no incident")
    }
    if token.mode == .compensation {
      let reference = token.compensates
      if reference.flatMap({ instance.record($0.record) })?.state != .running {
        find("compensation token \(token.id) undoes no record that is being undone")
      }
      if reference.flatMap({ instance.run($0.run) }) == nil { find("compensation token \(token.id) has no run") }
    }
    guard token.state == .waiting else {
      if token.wait != nil { find("token \(token.id) is \(token.state.name), yet it has a reason to wait") }
      return
    }
    checkReason(of: token, in: instance)
  }

  private mutating func checkReason(of token: Token, in instance: ProcessInstance) {
    let isStored =
      switch token.wait {
      case .timer(let timer): instance.timer(timer)?.token == token.id
      case .userTask: instance.userTasks.contains { $0.token == token.id }
      case .externalTask: instance.externalTasks.contains { $0.token == token.id }
      case .scope(let scope): instance.scope(scope)?.token == token.id
      case .compensation(let run): instance.run(run)?.extent.waiter == token.id
      case .join, .child: true
      case .subscription(let subscription): instance.subscription(subscription)?.token == token.id
      case .events: instance.isWatched(token)
      case nil: false
      }
    if !isStored {
      find("token \(token.id) waits for \(token.wait.map { "its " + $0.name } ?? "nothing"), which is not stored")
    }
  }

  private mutating func check(_ scope: ScopeInstance, in instance: ProcessInstance) {
    switch scope.kind {
    case .subprocess, .loop:
      let host = instance.token(scope.token)
      // Where a loop or the end of a subprocess could not be decided, the token rests on its incident.
      if host?.wait != .scope(scope.id), host?.state != .failed {
        find("\(scope.kind.name) \(scope.id) has no token that waits for it")
      }
    case .iteration:
      if instance.scope(scope.parent)?.kind != .loop { find("iteration \(scope.id) lies in no loop") }
    case .eventSubprocess:
      break
    }
    if scope.parent != .root, instance.scope(scope.parent) == nil {
      find("subprocess \(scope.id) lies in subprocess \(scope.parent), which is not open")
    }
  }

  private mutating func check(_ timer: Timer, in instance: ProcessInstance) {
    switch timer.kind {
    case .delay, .retry:
      if instance.token(timer.token)?.wait != .timer(timer.id) {
        find("timer \(timer.id) has no token that waits for it")
      }
    case .branch:
      if instance.token(timer.token)?.wait != .events { find("timer \(timer.id) has no token that waits for it") }
    case .eventStart:
      if timer.token != .none, !instance.scopes.contains(where: { $0.token == timer.token }) {
        find("timer \(timer.id) starts something in a subprocess that is not open")
      }
    case .boundary:
      if instance.token(timer.token) == nil { find("timer \(timer.id) watches token \(timer.token), which has ended") }
    case .grace(let run):
      if instance.run(run) == nil { find("timer \(timer.id) is about compensation run \(run), which is over") }
    }
  }

  private mutating func check(_ subscription: Subscription, in instance: ProcessInstance) {
    if subscription.scope != .root, instance.scope(subscription.scope) == nil {
      find("subscription \(subscription.id) is of subprocess \(subscription.scope), which is not open")
    }
    if subscription.token != .none, instance.token(subscription.token) == nil {
      find("subscription \(subscription.id) is of token \(subscription.token), which has ended")
    }
  }

  private mutating func check(_ record: CompensationRecord, in instance: ProcessInstance) {
    let isShelved = instance.records.contains { $0.shelf == record.owner }
    if record.owner != .root, instance.scope(record.owner) == nil, !isShelved {
      find("compensation record \(record.id) belongs to subprocess \(record.owner), which is not open")
    }
    let isBeingUndone = instance.tokens.contains { $0.compensates?.record == record.id }
    if record.state == .running, !isBeingUndone {
      find("compensation record \(record.id) is being undone, but no token does it")
    }
  }
}

extension ProcessInstance {
  /// Whether something is open that a token at an event-based gateway waits for.
  fileprivate func isWatched(_ token: Token) -> Bool {
    subscriptions.contains { $0.token == token.id } || timers.contains { $0.token == token.id }
  }
}

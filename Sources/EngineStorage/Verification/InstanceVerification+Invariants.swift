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
    if instance.state == .cancelling { checkCancelling(of: instance) }
    for token in instance.tokens { check(token, in: instance) }
    for scope in instance.scopes { check(scope, in: instance) }
    for timer in instance.timers { check(timer, in: instance) }
    for subscription in instance.subscriptions { check(subscription, in: instance) }
    for task in instance.userTasks where instance.token(task.token)?.wait != .userTask {
      find("the user task of \(names.token(task.token, instance)) has no token that waits for it")
    }
    for task in instance.externalTasks where instance.token(task.token)?.wait != .externalTask {
      find("the external task of \(names.token(task.token, instance)) has no token that waits for it")
    }
    for incident in instance.incidents where instance.token(incident.token)?.state != .failed {
      find("incident \(incident.id) of \(names.token(incident.token, instance)) has no failed token")
    }
    for record in instance.records { check(record, in: instance) }
    for run in instance.runs where run.target != .root && instance.scope(run.target) == nil {
      find("compensation run \(run.id) is about subprocess \(run.target), which is not open")
    }
    if instance.isHeld, !instance.isSuspended { find("it is suspended with its definition, but not suspended") }
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

  /// Only handlers that were asked to stop are left, and what lies around them.
  private mutating func checkCancelling(of instance: ProcessInstance) {
    if !instance.isExecuting { find("it is being cancelled, but no handler runs that it would have to wait for") }
    if instance.isSuspended { find("it is being cancelled and suspended at once") }
    if !instance.timers.contains(where: { $0.kind == .grace(.none) }) {
      find("it is being cancelled, but nothing ends its wait for handlers")
    }
    for token in instance.tokens where token.state != .executing {
      switch token.wait {
      case .scope?, .compensation?: break
      case .timer?, .userTask?, .externalTask?, .join?, .child?, .subscription?, .events?, nil:
        find("it is being cancelled, yet \(names.token(token)) is \(token.state.name)")
      }
    }
  }

  private mutating func check(_ token: Token, in instance: ProcessInstance) {
    if !token.state.isLive || token.state == .created {
      find("the state of \(names.token(token)) is stored as \(token.state.name), which no stored token has")
    }
    if token.scope != .root, instance.scope(token.scope) == nil {
      find("\(names.token(token)) is in subprocess \(token.scope), which is not open")
    }
    if token.epoch > epoch { find("\(names.token(token)) has epoch \(token.epoch), but the lease has only \(epoch)") }
    if token.state == .failed, instance.incident(of: token.id) == nil {
      find("\(names.token(token)) has failed and has no incident")
    }
    if token.mode == .compensation {
      let reference = token.compensates
      if reference.flatMap({ instance.record($0.record) })?.state != .running {
        find("compensation \(names.token(token)) undoes no record that is being undone")
      }
      if reference.flatMap({ instance.run($0.run) }) == nil { find("compensation \(names.token(token)) has no run") }
    }
    guard token.state == .waiting else {
      if token.wait != nil { find("\(names.token(token)) is \(token.state.name), yet it has a reason to wait") }
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
      find("\(names.token(token)) waits for \(token.wait.map { "its " + $0.name } ?? "nothing"), which is not stored")
    }
  }

  private mutating func check(_ scope: ScopeInstance, in instance: ProcessInstance) {
    switch scope.kind {
    case .subprocess, .loop:
      let host = instance.token(scope.token)
      // Where a loop or the end of a subprocess could not be decided, the token rests on its incident.
      if host?.wait != .scope(scope.id), host?.state != .failed {
        find("\(names.scope(scope)) has no token that waits for it")
      }
    case .iteration:
      if instance.scope(scope.parent)?.kind != .loop { find("\(names.scope(scope)) lies in no loop") }
    case .eventSubprocess:
      break
    }
    if scope.parent != .root, instance.scope(scope.parent) == nil {
      find("\(names.scope(scope)) lies in subprocess \(scope.parent), which is not open")
    }
  }

  private mutating func check(_ timer: Timer, in instance: ProcessInstance) {
    let wrong: String?
    switch timer.kind {
    case .delay, .retry:
      wrong = instance.token(timer.token)?.wait == .timer(timer.id) ? nil : "has no token that waits for it"
    case .branch:
      wrong = instance.token(timer.token)?.wait == .events ? nil : "has no token that waits for it"
    case .eventStart:
      let isOpen = timer.token == .none || instance.scopes.contains { $0.token == timer.token }
      wrong = isOpen ? nil : "starts something in a subprocess that is not open"
    case .boundary:
      wrong = instance.token(timer.token) == nil ? "watches token \(timer.token), which has ended" : nil
    case .workLimit:
      let isAwaited = instance.externalTasks.contains { $0.token == timer.token && $0.reference != nil }
      wrong = isAwaited ? nil : "limits work that does not go on elsewhere"
    case .grace(.none):
      wrong = instance.state == .cancelling ? nil : "is about cancelling, but it is \(instance.state.name)"
    case .grace(let run):
      wrong = instance.run(run) == nil ? "is about compensation run \(run), which is over" : nil
    }
    if let wrong { find("\(names.timer(timer, instance)) \(wrong)") }
  }

  private mutating func check(_ subscription: Subscription, in instance: ProcessInstance) {
    if subscription.scope != .root, instance.scope(subscription.scope) == nil {
      find("\(names.subscription(subscription)) is of subprocess \(subscription.scope), which is not open")
    }
    if subscription.token != .none, instance.token(subscription.token) == nil {
      find("\(names.subscription(subscription)) is of token \(subscription.token), which has ended")
    }
  }

  private mutating func check(_ record: CompensationRecord, in instance: ProcessInstance) {
    let isShelved = instance.records.contains { $0.shelf == record.owner }
    if record.owner != .root, instance.scope(record.owner) == nil, !isShelved {
      find("\(names.record(record)) belongs to subprocess \(record.owner), which is not open")
    }
    let isBeingUndone = instance.tokens.contains { $0.compensates?.record == record.id }
    if record.state == .running, !isBeingUndone {
      find("\(names.record(record)) is being undone, but no token does it")
    }
  }
}

extension ProcessInstance {
  /// Whether something is open that a token at an event-based gateway waits for.
  fileprivate func isWatched(_ token: Token) -> Bool {
    subscriptions.contains { $0.token == token.id } || timers.contains { $0.token == token.id }
  }
}

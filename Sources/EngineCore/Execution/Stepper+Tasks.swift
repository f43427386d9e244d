/// External tasks and user tasks: fetched, kept, reported.
///
/// The number that a worker was given with its task (the fence) counts the locks of its token. It is valid as long as
/// that lock is the latest one and its attempt has not been reported. Whoever names any other number is refused with
/// `externalTaskLeaseConflict`, whatever has become of the token: fetched again, failed and waiting for its next
/// attempt, at rest on an incident, or ended. What an ended token was is in history alone, but a lock never outlives
/// its token, so the number is old in any case. Reports without a number come from people; a second one for a token
/// that has ended is `tokenFinalizedTwice`.
extension Stepper {
  mutating func finishTask(_ id: TokenID, fence: Int?, _ outcome: WorkOutcome) throws(Rejection) {
    let token = try require(id, holding: fence)
    if token.state == .failed, token.mode == .compensation, case .completed(let result) = outcome,
      !instance.isSuspended
    {
      try markDone(token, result: result)
      return
    }
    switch token.wait {
    case .userTask?, .externalTask?: break
    case nil where token.state == .executing:
      throw Rejection(
        .taskUnknown,
        "the handler of token \(id) of instance \(instance.id) is at work and has not asked to wait so far: try again")
    case .timer?, .join?, .scope?, .child?, .compensation?, .subscription?, .events?, nil:
      throw Rejection(.taskUnknown, "token \(id) of instance \(instance.id) waits for no task")
    }
    if instance.deferred.contains(where: { $0.token == id }) {
      throw Rejection(.tokenFinalizedTwice, "the task of token \(id) is already done and waits for resume")
    }
    if case .waiting = outcome, token.wait != .externalTask {
      throw Rejection(.wrongKindOfTask, "no worker has the task of token \(id), so nobody can hand it over")
    }
    try take(outcome, for: token)
  }

  /// The live token whose task a report is about. With a number, its lock must be the one that holds now.
  func require(_ id: TokenID, holding fence: Int?) throws(Rejection) -> Token {
    guard let fence else { return try require(id) }
    guard let token = instance.token(id) else {
      guard id.rawValue < instance.nextID else { throw instance.unknown(id) }
      throw Rejection(
        .externalTaskLeaseConflict, "token \(id) of instance \(instance.id) has ended, and lock \(fence) with it")
    }
    guard mayBeHeld(token) else {
      throw Rejection(
        .wrongKindOfTask, "no worker is asked at \(definition[token.node].id), so there is no lock \(fence) there")
    }
    if token.state == .executing, token.attempt == fence { return token }
    guard let task = instance.externalTasks.first(where: { $0.token == id }), let worker = task.worker else {
      throw Rejection(
        .externalTaskLeaseConflict,
        "nobody holds a task of token \(id) of instance \(instance.id): lock \(fence) is over")
    }
    guard token.attempt == fence else {
      throw Rejection(
        .externalTaskLeaseConflict,
        "the task of token \(id) is held by \(worker) with lock \(token.attempt), not \(fence)")
    }
    return token
  }

  /// Whether somebody outside may have held a task of a token, for its work or as the one who was asked whether that
  /// happened: a worker, or whoever a handler has handed it over to.
  private func mayBeHeld(_ token: Token) -> Bool {
    [token.mode, .probe].contains { mode in
      switch definition[token.node].work(in: mode) {
      case .external?, .handler?: true
      case .user?, .script?, .call?, nil: false
      }
    }
  }

  /// Gives a task to a worker, with the next number; one whose inputs cannot be calculated becomes an incident instead.
  mutating func lock(_ id: TokenID, worker: String, until: Timestamp) throws(Rejection) {
    let token = try require(id)
    guard token.wait == .externalTask, let task = instance.externalTasks.first(where: { $0.token == id }) else {
      throw Rejection(.taskUnknown, "token \(id) of instance \(instance.id) waits for no external task")
    }
    guard task.availableAt <= context.now else {
      throw Rejection(.externalTaskLeaseConflict, "the task of token \(id) is locked by \(task.worker ?? "nobody")")
    }
    if !token.isProbing, drainingRun(over: token) != nil {
      throw Rejection(
        .taskUnknown, "the task of token \(id) is no longer given out: what it belongs to is being undone")
    }
    if let problem = inputProblem(of: token) {
      try failExpression(token, problem)
      return
    }
    try emit(.externalTaskLocked(token: id, worker: worker, attempt: token.attempt + 1, until: until))
  }

  /// Why a worker cannot be given a task of a token: its inputs cannot be calculated. That is looked at when the task
  /// is created and again when it is fetched, since variables may have changed.
  func inputProblem(of token: Token) -> String? {
    guard let inputs = assignment(of: token)?.inputs, !inputs.isEmpty else { return nil }
    do {
      _ = try evaluate(inputs, visibleVariables(of: token))
      return nil
    } catch {
      return error.description
    }
  }

  mutating func extend(_ id: TokenID, fence: Int, until: Timestamp) throws(Rejection) {
    let token = try require(id, holding: fence)
    guard let task = instance.externalTasks.first(where: { $0.token == id }), let worker = task.worker else {
      throw Rejection(.taskUnknown, "token \(id) of instance \(instance.id) has no task that could be kept")
    }
    guard task.reference == nil else {
      throw Rejection(
        .wrongKindOfTask, "the work of token \(id) goes on elsewhere: nobody has to keep it, and it has no lease")
    }
    try emit(.externalTaskLocked(token: token.id, worker: worker, attempt: fence, until: until))
  }
}

import EngineCore

/// What the report says about each live token.
struct WhyTokens {
  let input: PaneInput
  var instance: ProcessInstance { input.instance }
  var definition: ProcessDefinition { input.definition }
  var clock: PaneClock { input.clock }

  init(_ input: PaneInput) { self.input = input }

  /// In the order of the tokens; branches that wait at one join are one item.
  var items: [WhyReport.Item] {
    var items: [WhyReport.Item] = []
    var joins: Set<[Int64]> = []
    for token in instance.tokens {
      if token.wait == .join {
        guard joins.insert([Int64(token.node.rawValue), token.scope.rawValue]).inserted else { continue }
      }
      items.append(item(for: token))
    }
    return items
  }

  /// The node of a token, or the undoing of it.
  func title(_ token: Token) -> SafeText {
    let node = definition.title(of: token.node)
    return switch token.workMode {
    case .forward: node
    case .compensation: "undoing \(node)"
    case .probe: "asking whether \(node) happened"
    }
  }

  private func item(for token: Token) -> WhyReport.Item {
    if instance.deferred.contains(where: { $0.token == token.id }) {
      return WhyReport.Item(
        "\(title(token)) is over; its result takes effect on resume", about: .token(token.id), urgency: .waits)
    }
    var item: WhyReport.Item
    switch token.state {
    case .created:
      item = WhyReport.Item("\(title(token)) is about to begin", about: .token(token.id), urgency: .moves)
    case .ready: item = ready(token)
    case .executing: item = executing(token)
    case .waiting: item = waiting(token)
    case .failed: item = failed(token)
    case .completed, .terminated:
      item = WhyReport.Item("\(title(token)) is over", about: .token(token.id), urgency: .note)
    }
    addBoundaryTimers(token, to: &item)
    addBoundarySubscriptions(token, to: &item)
    return item
  }

  // MARK: Ready and executing

  private func ready(_ token: Token) -> WhyReport.Item {
    var item = WhyReport.Item(
      "\(title(token)) has been ready \(clock.sinceText(token.since))",
      about: .token(token.id), urgency: .moves)
    if token.isOutcomeUnknown {
      item.say("Its engine died during attempt \(token.attempt). Whether that attempt took effect is not known.")
    }
    guard case .handler(let name, _)? = definition.work(of: token) else {
      item.say("It begins with the engine's next unit of work.")
      return item
    }
    let handler = SafeText(untrusted: name)
    if case .alive(let handlers?) = input.engine, !handlers.contains(name) {
      item.urgency = .waits
      item.headline = "\(title(token)) waits for an engine that has the handler \(handler)"
      item.say("The engine of this store does not have it. It has been ready \(clock.sinceText(token.since)).")
      item.offer("B", undoText(CompensationStack.nodesToUndo(instance, definition), definition))
    } else {
      item.say("It begins as soon as the engine has room for its handler \(handler).")
    }
    return item
  }

  private func executing(_ token: Token) -> WhyReport.Item {
    var item = WhyReport.Item(
      "\(title(token)) has been running for \(clock.since(token.since))\(attemptSuffix(token))",
      about: .token(token.id), urgency: .moves)
    if case .none = input.engine {
      item.urgency = .waits
      item.headline = "\(title(token)) was running when its engine went away\(attemptSuffix(token))"
      item.say(
        instance.state == .cancelling
          ? "Whether it takes effect is not known. The next engine ends it, and the instance with it."
          : "Whether it takes effect is not known. The next engine tries it again.")
      return item
    }
    if let work = definition.work(of: token) { item.say("The handler \(work.title) is at work.") }
    if instance.state == .cancelling {
      item.say("It was asked to stop, because the instance is being cancelled.")
    } else if isStopping(token) {
      item.say("It was asked to stop, because compensation has begun.")
    }
    if let timeout = definition.timeout(of: token) {
      let due = token.since + timeout
      item.say(
        due > clock.now
          ? "It times out \(clock.until(due))." : "Its time of \(clock.length(timeout)) is over: it is being stopped.")
    }
    return item
  }

  private func isStopping(_ token: Token) -> Bool {
    token.mode == .forward
      && instance.runs.contains { $0.phase == .draining && instance.isScope(token.scope, within: $0.target) }
  }

  // MARK: Waiting

  private func waiting(_ token: Token) -> WhyReport.Item {
    switch token.wait {
    case .timer(let timer)?: waitingForTimer(token, timer)
    case .userTask?: waitingForPerson(token)
    case .externalTask?: waitingForWorker(token)
    case .join?: WhyJoin(self).item(for: token)
    case .scope(let scope)?: waitingForScope(token, scope)
    case .child(let child)?: waitingForChild(token, child)
    case .subscription(let id)?: waitingForEvent(token, id)
    case .events?: waitingForFirst(token)
    case .compensation?: waitingForCompensation(token)
    case nil: WhyReport.Item("\(title(token)) waits", about: .token(token.id), urgency: .waits)
    }
  }

  private func waitingForChild(_ token: Token, _ child: InstanceID) -> WhyReport.Item {
    var item = WhyReport.Item(
      "\(title(token)) waits for the end of instance \(child.rawValue), which it called", about: .token(token.id),
      urgency: .waits)
    item.say("It has waited \(clock.sinceText(token.since)).")
    item.offer("K", "ends that instance and counts it as done")
    return item
  }

  private func waitingForTimer(_ token: Token, _ id: TimerID) -> WhyReport.Item {
    guard let timer = instance.timer(id) else {
      return WhyReport.Item(
        "\(title(token)) waits for a timer that is gone", about: .token(token.id), urgency: .needsPerson)
    }
    var item: WhyReport.Item
    if timer.kind == .retry {
      item = WhyReport.Item(
        "\(title(token)) failed and tries again \(clock.until(timer.due))", about: .token(token.id), urgency: .waits)
      let attempts = input.story.failedAttempts(of: token.id)
      if let last = attempts.last { item.say("\(capitalised(attemptText(token))) failed: \(last.error).") }
      item.offer("F", "tries again now")
      item.offer("K", "counts it as done")
      item.offer("B", undoText(CompensationStack.nodesToUndo(instance, definition), definition))
      addOutput(of: attempts.last, lines: 4, to: &item)
    } else {
      item = WhyReport.Item(
        "\(title(token)) waits for its time: \(clock.time(timer.due)), \(clock.until(timer.due))",
        about: .token(token.id), urgency: .waits)
      item.say("It has waited \(clock.sinceText(token.since)).")
      item.offer("F", "fires the timer now")
    }
    if timer.due < clock.now, !instance.isSuspended, case .none = input.engine {
      item.say("It is overdue and fires when an engine starts.")
    }
    return item
  }

  private func waitingForPerson(_ token: Token) -> WhyReport.Item {
    let task = instance.userTasks.first { $0.token == token.id }
    let candidates = task?.candidates.map { SafeText(untrusted: $0) } ?? []
    let who: SafeText =
      task?.assignee.map { SafeText(untrusted: $0) }
      ?? (candidates.isEmpty ? "someone" : .list(candidates, limit: 6, conjunction: " or "))
    var item = WhyReport.Item(
      "\(title(token)) waits for \(who), \(clock.sinceText(token.since))",
      about: .token(token.id), urgency: .waits)
    if let due = task?.due {
      item.say(
        due > clock.now ? "It should be done \(clock.until(due))." : "It should be done by now: \(clock.until(due)).")
    }
    item.offer("T", "completes the task")
    item.offer("K", "counts it as done")
    return item
  }

  private func waitingForWorker(_ token: Token) -> WhyReport.Item {
    guard let task = instance.externalTasks.first(where: { $0.token == token.id }) else {
      return WhyReport.Item("\(title(token)) waits for a worker", about: .token(token.id), urgency: .waits)
    }
    if let reference = task.reference { return waitingForCompletion(token, task, reference) }
    let topic = SafeText(untrusted: task.topic)
    var item: WhyReport.Item
    if let worker = task.worker.map({ SafeText(untrusted: $0) }), task.availableAt > clock.now {
      item = WhyReport.Item(
        "\(title(token)) is locked by worker \(worker)\(attemptSuffix(token))", about: .token(token.id), urgency: .moves
      )
      item.say("Its lease ends \(clock.until(task.availableAt)); then another worker can take it.")
    } else {
      item = WhyReport.Item(
        "\(title(token)) waits for a worker of topic \(topic), \(clock.sinceText(token.since))",
        about: .token(token.id), urgency: .waits)
      if let worker = task.worker.map({ SafeText(untrusted: $0) }) {
        item.say("The lease of worker \(worker) ended at \(clock.time(task.availableAt)): any worker can take it.")
      } else if token.attempt > 0 {
        item.say("It was taken \(times(token.attempt)) and is free again.")
      } else {
        item.say("No worker has taken it yet.")
      }
      item.say("A worker is started with: sagatop worker \(topic) -- COMMAND")
    }
    item.offer("T", "completes the task")
    item.offer("K", "counts it as done")
    return item
  }

  /// Its work goes on elsewhere, and somebody will complete it.
  private func waitingForCompletion(_ token: Token, _ task: ExternalTask, _ reference: String) -> WhyReport.Item {
    let name: SafeText = reference.isEmpty ? "" : ": it is " + SafeText(untrusted: reference) + " there"
    var item = WhyReport.Item(
      "\(title(token)) goes on elsewhere, and somebody will complete it\(attemptSuffix(token))",
      about: .token(token.id), urgency: .waits)
    item.say("\(SafeText(untrusted: task.worker ?? task.topic)) has begun it \(clock.sinceText(token.since))\(name).")
    if let limit = instance.timers.first(where: { $0.token == token.id && $0.kind == .workLimit }) {
      item.say("It counts as failed \(clock.until(limit.due)).")
    }
    item.offer("T", "completes it")
    item.offer("K", "counts it as done")
    return item
  }

  private func waitingForScope(_ token: Token, _ scope: ScopeID) -> WhyReport.Item {
    if instance.scope(scope)?.kind == .loop { return waitingForLoop(token, scope) }
    let inner = instance.tokens.filter { $0.scope == scope && $0.mode == .forward }
    var item = WhyReport.Item(
      "\(title(token)) waits for the steps inside it, \(clock.sinceText(token.since))", about: .token(token.id),
      urgency: .waits)
    if !inner.isEmpty { item.say("Inside: " + .list(inner.map(title), limit: 6) + ".") }
    item.offer("K", "ends the steps inside and counts it as done")
    return item
  }

  /// A node that is executed more than once: how far it is.
  private func waitingForLoop(_ token: Token, _ scope: ScopeID) -> WhyReport.Item {
    let bookkeeping = instance.variables[scope]
    let completed = bookkeeping["numberOfCompletedInstances"]?.intValue ?? 0
    let progress: SafeText
    if let count = bookkeeping["numberOfInstances"]?.intValue {
      progress = "has done \(completed) of \(count)"
    } else {
      progress = "is in round \(completed + 1)"
    }
    var item = WhyReport.Item(
      "\(title(token)) \(progress), \(clock.sinceText(token.since))", about: .token(token.id), urgency: .waits)
    let rounds = instance.scopes.filter { $0.parent == scope }.map(\.id)
    let inner = instance.tokens.filter { rounds.contains($0.scope) && $0.mode == .forward }
    let failed = inner.count { $0.state == .failed }
    if inner.count > 1 { item.say("\(inner.count) are on their way\(failed > 0 ? ", \(failed) of them failed" : "").") }
    item.offer("K", "ends what is inside and counts it as done")
    return item
  }

  private func waitingForCompensation(_ token: Token) -> WhyReport.Item {
    var item = WhyReport.Item(
      "\(title(token)) waits until what it undoes is undone, \(clock.sinceText(token.since))",
      about: .token(token.id), urgency: .waits)
    item.offer("K", "ends this compensation and goes on")
    return item
  }

  // MARK: Parts

  private func addBoundaryTimers(_ token: Token, to item: inout WhyReport.Item) {
    for timer in instance.timers where timer.token == token.id {
      guard case .boundary(let event) = timer.kind else { continue }
      var isInterrupting = true
      if case .boundary(let boundary)? = definition.node(event)?.kind { isInterrupting = boundary.isInterrupting }
      let what: SafeText = isInterrupting ? "ends it and goes on at" : "starts"
      item.say("A timeout \(what) \(definition.title(of: event)) \(clock.until(timer.due)).")
    }
  }

  /// The end of what an attempt wrote, and where the rest is.
  func addOutput(of attempt: FailedAttempt?, lines limit: Int, to item: inout WhyReport.Item) {
    guard let attempt else { return }
    let lines = attempt.output()
    guard !lines.isEmpty else { return }
    item.output = Array(lines.suffix(limit))
    item.outputTitle = "standard error of attempt \(attempt.attempt)"
    if lines.count > limit {
      item.outputTitle += ", the last \(limit) of \(lines.count) lines (all in events)"
    }
  }

  /// `attempt 2 of 3`; without the limit where attempts went beyond it.
  func attemptText(_ token: Token) -> SafeText {
    let attempt = max(1, token.attempt)
    guard let policy = definition.retryPolicy(of: token), attempt <= policy.attempts else {
      return "attempt \(attempt)"
    }
    return "attempt \(attempt) of \(policy.attempts)"
  }

  /// The attempt behind a comma; nothing where there is only one.
  private func attemptSuffix(_ token: Token) -> SafeText {
    if token.attempt <= 1, definition.retryPolicy(of: token).map({ $0.attempts <= 1 }) ?? true { return "" }
    return ", \(attemptText(token))"
  }

  func times(_ count: Int) -> SafeText {
    switch count {
    case 1: "once"
    case 2: "twice"
    default: "\(count) times"
    }
  }

  private func capitalised(_ text: SafeText) -> SafeText {
    SafeText(untrusted: text.string.prefix(1).uppercased() + text.string.dropFirst())
  }
}

import EngineCore

/// What the report says about the instance as a whole.
struct WhyInstance {
  private let input: PaneInput
  private var instance: ProcessInstance { input.instance }
  private var clock: PaneClock { input.clock }

  init(_ input: PaneInput) { self.input = input }

  var items: [WhyReport.Item] {
    if instance.state.isEnd { return [ended] }
    var items: [WhyReport.Item] = []
    if instance.isCorrupted { items.append(corrupted) }
    if instance.isSuspended { items.append(suspended) }
    if case .none = input.engine { items.append(noEngine) }
    if instance.state == .cancelling {
      items.append(cancelling)
      return items
    }
    for run in instance.runs { items.append(compensation(run)) }
    return items
  }

  private var corrupted: WhyReport.Item {
    var item = WhyReport.Item("The engine stopped this instance because a rule was broken", urgency: .notice)
    let reasons = input.detail.history.compactMap { entry -> (Int64, String)? in
      if case .processCorrupted(let reason) = entry.event { return (entry.sequence, reason) }
      return nil
    }
    if let (sequence, reason) = reasons.last {
      item.subject = .event(sequence)
      item.say(SafeText(untrusted: reason) + ".")
    }
    item.say("Nothing else moves it.")
    item.offer("C", "ends it")
    return item
  }

  private var suspended: WhyReport.Item {
    let since = input.detail.history.last { entry in
      if case .processSuspended = entry.event { true } else { false }
    }
    var headline: SafeText = instance.isHeld ? "Paused with its definition" : "Paused"
    if let since { headline += " \(clock.sinceText(since.at))" }
    if !instance.isHeld, let command = input.story.lastCommand("suspend") { headline += ", " + by(command) }
    var item = WhyReport.Item(headline, urgency: .notice)
    item.say("Nothing advances. Timers keep their time and fire on resume.")
    if !instance.deferred.isEmpty {
      item.say(
        .count(
          instance.deferred.count, "result has come in meanwhile and waits", "results have come in meanwhile and wait")
          + " for resume.")
    }
    if instance.isHeld {
      item.say("It goes on with its definition: sagatop resume --definition.")
    } else {
      item.offer("P", "resumes it")
    }
    return item
  }

  private var cancelling: WhyReport.Item {
    var headline: SafeText = "Being cancelled"
    if let since = input.detail.history.last(where: { $0.event == .cancellationStarted }) {
      headline += " \(clock.sinceText(since.at))"
    }
    if let command = input.story.lastCommand("cancel") { headline += ", " + by(command) }
    var item = WhyReport.Item(headline, urgency: .notice)
    item.say("It ends when its running handlers have stopped. Nothing is undone, and nothing else begins.")
    if let grace = instance.timers.first(where: { $0.kind == .grace(.none) }) {
      item.subject = .timer(grace.id)
      item.say("Their time is over \(clock.until(grace.due)).")
    }
    return item
  }

  private var noEngine: WhyReport.Item {
    var item = WhyReport.Item("No engine is running on this store", urgency: .notice)
    item.say("Nothing advances until one starts: sagatop serve, or sagatop --engine.")
    return item
  }

  private func compensation(_ run: CompensationRun) -> WhyReport.Item {
    let what: SafeText
    if let node = run.extent.node {
      what = input.definition.title(of: node)
    } else {
      what = run.target == .root ? "this instance" : scopeTitle(run.target)
    }
    let cause = SafeText(untrusted: ErrorText.cause(code: run.code, message: run.message))
    let section = CompensationStack(input.detail).sections.first { $0.run?.id == run.id }
    let left = section?.steps.filter { $0.mark == .pending }.map { input.definition.title(of: $0.node) } ?? []
    let urgency: WhyReport.Urgency = run.phase == .halted ? .needsPerson : .notice
    var item: WhyReport.Item
    switch run.phase {
    case .draining:
      item = WhyReport.Item("Compensation of \(what) waits for forward work to stop", urgency: urgency)
      if let grace = instance.timers.first(where: { $0.kind == .grace(run.id) }) {
        item.subject = .timer(grace.id)
        item.say("Running handlers were asked to stop; their time is over \(clock.until(grace.due)).")
      }
    case .running:
      item = WhyReport.Item("The completed steps of \(what) are being undone", urgency: urgency)
    case .halted:
      item = WhyReport.Item("Compensation of \(what) has halted: a step could not be undone", urgency: urgency)
    }
    item.say("It was started \(cause).")
    if left.isEmpty {
      item.say("No other step is left to undo.")
    } else {
      item.say("Still to undo, in this order: " + .list(left, limit: 12, conjunction: ", ") + ".")
    }
    if let ending = ending(of: run) { item.say(ending) }
    return item
  }

  /// What comes of the instance when all is undone; nothing where that goes without saying.
  private func ending(of run: CompensationRun) -> SafeText? {
    switch run.then {
    case .endInstance: return nil
    case .throwError: return "Then its error goes to whatever is around \(scopeTitle(run.target))."
    case .resume:
      guard let token = instance.token(run.extent.waiter) else { return nil }
      return "Then \(input.definition.title(of: token.node)) goes on; everything else goes on meanwhile."
    case .cancelTransaction: return "Then \(scopeTitle(run.target)) is left by its cancel event."
    case .goBack:
      return run.extent.resumption.map { "Then it goes on behind \(input.definition.title(of: $0))." }
    case .awaitOperator: return "Then \(scopeTitle(run.target)) waits for retry or skip."
    case .leave: return "Everything else goes on meanwhile."
    }
  }

  private func scopeTitle(_ scope: ScopeID) -> SafeText {
    instance.scope(scope).map { input.definition.title(of: $0.node) } ?? "a subprocess"
  }

  // MARK: Ended instances

  private var ended: WhyReport.Item {
    let at = instance.endedAt ?? instance.updatedAt
    let length = clock.length(at - instance.createdAt)
    let name = SafeText(untrusted: instance.state.name)
    var item = WhyReport.Item(
      SafeText(untrusted: instance.state.name.prefix(1).uppercased() + instance.state.name.dropFirst())
        + " at \(clock.time(at)), after \(length)", urgency: .note)
    switch instance.state {
    case .running, .compensating, .cancelling: break
    case .completed:
      let undoable = CompensationStack.nodesToUndo(instance, input.definition)
      if !undoable.isEmpty { item.offer("B", undoText(undoable, input.definition)) }
    case .compensated: explainCompensated(&item)
    case .cancelled, .terminated:
      if let command = input.story.lastCommand("cancel", "terminate") {
        item.say("It was \(name) \(by(command)).")
      }
    case .failed:
      if let code = failureCode { item.say("It ended with error \(code), which nothing caught.") }
    }
    item.offer("D", "deletes it with its history")
    return item
  }

  private var failureCode: SafeText? {
    for entry in input.detail.history.reversed() {
      if case .processFailed(let code) = entry.event { return SafeText(untrusted: code) }
    }
    return nil
  }

  private func explainCompensated(_ item: inout WhyReport.Item) {
    for entry in input.detail.history.reversed() {
      if case .sagaStarted(_, .root, let code, let message, .endInstance, _) = entry.event {
        let cause = SafeText(untrusted: ErrorText.cause(code: code, message: message))
        item.say("Compensation was started \(cause).")
        break
      }
    }
    let titles = { (state: CompensationRecord.State) in
      instance.records.reversed().filter { $0.state == state }.map { input.definition.title(of: $0.node) }
    }
    let done = titles(.done)
    let skipped = titles(.skipped)
    item.say(done.isEmpty ? "Nothing had to be undone." : "Undone: " + .list(done, limit: 12, conjunction: ", ") + ".")
    if !skipped.isEmpty { item.say("Skipped, so not undone: " + .list(skipped, limit: 12, conjunction: ", ") + ".") }
  }

  private func by(_ command: AuditRow) -> SafeText {
    let user = SafeText(untrusted: command.issuer.user)
    guard let reason = command.reason, !reason.isEmpty else { return "by \(user)" }
    return "by \(user): " + SafeText(untrusted: reason)
  }
}

/// What `B` would do, as the end of a sentence that begins with the key.
func undoText(_ nodes: [NodeIndex], _ definition: ProcessDefinition) -> SafeText {
  guard let first = nodes.first else { return "ends the instance; there is nothing to undo" }
  let titles = nodes.prefix(3).map { definition.title(of: $0) }
  if nodes.count > 3 { return "undoes \(nodes.count) steps, \(definition.title(of: first)) first" }
  return "undoes " + .list(titles, conjunction: ", then ")
}

extension DefinitionValidator {
  /// Checks one node by itself.
  mutating func checkNode(_ node: NodeIndex) {
    checkWaysOut(of: node)
    switch definition[node].kind {
    case .activity(let activity): check(activity, at: node)
    case .subprocess(let subprocess):
      checkTargets(of: subprocess.inputs, at: node)
      if let event = subprocess.event { check(event, of: subprocess, at: node) }
      if let compensation = subprocess.compensation { check(compensation, at: node) }
      checkCompensation(of: subprocess, at: node)
    case .end(.cancel): checkCancelEnd(node)
    case .catchEvent(let trigger): checkCatch(trigger, at: node)
    case .throwEvent(let thrown), .end(.throwing(let thrown)): check(thrown, at: node)
    case .eventGateway: checkEventGateway(node)
    case .boundary(let boundary): check(boundary, at: node)
    case .custom(let custom):
      check(custom, at: node)
      checkTargets(of: custom.outputs, at: node)
    case .end(.error(let code)):
      if code.isEmpty { report(.badBoundary, node, "the error that \(name(node)) throws has no code") }
    case .start, .end(.plain), .end(.terminate), .exclusiveGateway, .inclusiveGateway, .parallelGateway: break
    }
    if let loop = definition[node].loop { check(loop, at: node) }
    checkBoundaryEvents(of: node)
  }

  mutating func reportUnsupported(_ node: NodeIndex) {
    report(.brokenGraph, node, "\(name(node)) is of a kind that this engine cannot execute")
  }

  private mutating func check(_ activity: Activity, at node: NodeIndex) {
    check(activity.work, at: node, subject: name(node))
    checkTargets(of: activity.inputs, at: node)
    checkTargets(of: activity.outputs, at: node)
    check(activity.retry, at: node, subject: name(node))
    check(activity.timeout, at: node, key: "timeout", subject: name(node))
    if let compensation = activity.compensation { check(compensation, at: node) }
    if let probe = activity.probe {
      check(probe, at: node, subject: "the probe of \(name(node))")
      checkProbe(probe, of: activity, at: node)
    }
  }

  private mutating func check(_ compensation: Compensation, at node: NodeIndex) {
    let subject = "the compensation of \(name(node))"
    check(compensation.work, at: node, subject: subject)
    checkTargets(of: compensation.inputs, at: node)
    checkTargets(of: compensation.outputs, at: node)
    check(compensation.retry, at: node, subject: subject)
    check(compensation.timeout, at: node, key: "timeout", subject: subject)
  }

  private mutating func check(_ work: Work, at node: NodeIndex, subject: String) {
    switch work {
    case .handler(let handler, _): checkHandler(handler, of: node)
    case .external(let external):
      if external.topic.isEmpty {
        report(.unknownHandler, node, detail: "topic", "\(subject) names no topic for its workers")
      }
      check(external.lease, at: node, key: "lease", subject: subject)
    case .user(let user):
      if let due = user.due, due < .zero || due > DefinitionLimits.longestDuration {
        report(.badDuration, node, detail: "due", "\(subject) is due after \(due.shortText), which is out of range")
      }
    case .script: break
    case .call(let call):
      if case .literal(let process) = call.process, !(process.stringValue ?? "").isDefinitionName {
        report(.unknownHandler, node, detail: "call", "\(subject) does not say which process it calls")
      }
    }
  }

  private mutating func check(_ retry: RetryPolicy, at node: NodeIndex, subject: String) {
    func report(_ sentence: String, hint: String? = nil) {
      self.report(.badRetry, node, detail: "retry", sentence, hint: hint)
    }
    checkRule(of: retry, at: node)
    if retry.attempts < 1 {
      report(
        "\(subject) is tried \(retry.attempts) times", hint: "`attempts` counts the first try too: it is at least 1.")
    } else if retry.attempts > DefinitionLimits.attempts {
      report("\(subject) is tried \(retry.attempts) times, and \(DefinitionLimits.attempts) are allowed")
    }
    if !(1...1_000).contains(retry.factor) {
      report("the factor of the pauses of \(subject) is \(retry.factor), and must lie between 1 and 1000")
    }
    if !(0...1).contains(retry.jitter) {
      report("the jitter of the pauses of \(subject) is \(retry.jitter), and must lie between 0 and 1")
    }
    if retry.backoff < .zero || retry.maximum < .zero || retry.backoff > DefinitionLimits.longestDuration {
      report("the pauses of \(subject) are out of range")
    } else if retry.backoff > retry.maximum {
      report(
        "the first pause of \(subject), \(retry.backoff.shortText), is longer than the longest, "
          + retry.maximum.shortText, hint: "Raise `max`.")
    }
  }

  private mutating func check(_ duration: Duration?, at node: NodeIndex, key: String, subject: String) {
    guard let duration, duration <= .zero || duration > DefinitionLimits.longestDuration else { return }
    report(
      .badDuration, node, detail: key, "the \(key) of \(subject) is \(duration.shortText)",
      hint: duration <= .zero ? "It must be longer than nothing." : "That is more than a hundred years.")
  }

  mutating func check(_ timer: TimerDefinition, at node: NodeIndex, key: String) {
    switch timer {
    case .delay(let delay):
      guard delay < .zero || delay > DefinitionLimits.longestDuration else { return }
      report(.badDuration, node, detail: key, "\(name(node)) waits for \(delay.shortText), which is out of range")
    case .cycle(let cycle):
      guard let times = cycle.times, !(1...TimerCycle.mostTimes).contains(times) else { return }
      report(.badDuration, node, detail: "every", "\(name(node)) goes off \(times) times")
    case .date, .expression: break
    }
  }

  private mutating func check(_ boundary: BoundaryEvent, at node: NodeIndex) {
    check(boundary.trigger, at: node)
    switch boundary.trigger {
    case .timer(.cycle):
      if boundary.isInterrupting {
        report(
          .badBoundary, node, detail: "every",
          "\(name(node)) goes off again and again, and the first time ends \(name(boundary.host))",
          hint: "Add `interrupting: false`, or use `after`.")
      }
    case .error:
      if !boundary.isInterrupting {
        report(.badBoundary, node, detail: "interrupting", "\(name(node)) catches an error, which always interrupts")
      }
    case .link: report(.badBoundary, node, "\(name(node)) is a link, which stands in a flow and on no border")
    case .cancel: checkCancelEvent(node, boundary)
    case .compensation: reportUnsupported(node)
    case .escalation:
      if !definition[boundary.host].canEscalate {
        report(
          .badBoundary, node, "\(name(boundary.host)) raises no escalations, so that \(name(node)) can never go off",
          hint: "Subprocesses and called processes do.")
      }
    case .timer, .message, .signal, .conditional: break
    }
    switch definition[boundary.host].kind {
    case .catchEvent(.message): return
    case .subprocess(let subprocess) where subprocess.event != nil:
      report(.badBoundary, node, "\(name(boundary.host)) is an event subprocess and cannot have a boundary event")
    case .activity(let activity):
      guard case .script = activity.work else { return }
      report(
        .badBoundary, node, "\(name(boundary.host)) cannot have a boundary event: it takes no time and throws no errors"
      )
    case .subprocess: return
    case .start, .end, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent, .throwEvent,
      .boundary, .custom:
      report(
        .badBoundary, node, "\(name(boundary.host)) cannot have a boundary event",
        hint: "Activities and subprocesses can.")
    }
  }

  /// Two events of a node that watch for the same code: the second would never be set off.
  private mutating func checkBoundaryEvents(of node: NodeIndex) {
    var caught: Set<String> = []
    let cancels = definition[node].boundaryEvents.filter(isCancelEvent)
    if let second = cancels.dropFirst().first { report(.badBoundary, second, "\(name(node)) catches cancel twice") }
    for event in definition[node].boundaryEvents {
      guard case .boundary(let boundary) = definition[event].kind, let what = boundary.trigger.codeTitle else {
        continue
      }
      if !caught.insert(what).inserted {
        report(.badBoundary, event, "\(name(node)) catches \(what) twice")
      }
    }
  }

  mutating func checkTargets(of mappings: [Mapping], at node: NodeIndex) {
    for mapping in mappings {
      let isReadable = (try? Expression(mapping.target))?.freeVariables == [mapping.target]
      if !isReadable {
        report(
          .badVariable, node, detail: mapping.target,
          "\(name(node)) sets \(mapping.target.inBackticks), which no expression could read",
          hint: "Variables are named with letters, digits and _.")
      }
    }
  }
}

extension NodeDefinition {
  /// Whether an escalation can come out of it.
  fileprivate var canEscalate: Bool {
    switch kind {
    case .subprocess: return true
    case .activity(let activity):
      if case .call = activity.work { return true }
      return false
    case .start, .end, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent, .throwEvent,
      .boundary, .custom:
      return false
    }
  }
}

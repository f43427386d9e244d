extension DefinitionValidator {
  /// Checks what a catch event waits for, wherever it stands.
  mutating func check(_ trigger: EventTrigger, at node: NodeIndex) {
    switch trigger {
    case .message(let message):
      if message.name.isEmpty { report(.badEvent, node, "\(name(node)) waits for a message without a name") }
      checkTargets(of: message.outputs, at: node)
    case .signal(let signal):
      if signal.name.isEmpty { report(.badEvent, node, "\(name(node)) waits for a signal without a name") }
      checkTargets(of: signal.outputs, at: node)
    case .error(let code):
      if code?.isEmpty ?? false { report(.badBoundary, node, "\(name(node)) catches an error without a code") }
    case .escalation(let code):
      if code?.isEmpty ?? false { report(.badBoundary, node, "\(name(node)) catches an escalation without a code") }
    case .timer(let timer): check(timer, at: node, key: "after")
    case .conditional, .compensation, .cancel, .link: break
    }
  }

  /// Checks an event in the middle of a flow.
  mutating func checkCatch(_ trigger: EventTrigger, at node: NodeIndex) {
    switch trigger {
    case .timer(let timer):
      check(timer, at: node, key: "wait")
      if case .cycle = timer {
        report(
          .badDuration, node, detail: "wait", "\(name(node)) waits for a time that comes again and again",
          hint: "Wait for a length of time or until a date; a loop leads back to the node.")
      }
    case .message, .signal, .conditional: check(trigger, at: node)
    case .link(let link):
      if !isThrownAt(node) {
        report(
          .badEvent, node, "no event of its scope jumps to the link \(link.inBackticks) of \(name(node))",
          hint: "Throw the link, or leave it out.")
      }
      if !definition[node].incoming.isEmpty {
        report(.badEvent, node, "\(name(node)) is a link, which is reached by jumping, and a flow leads to it")
      }
    case .error, .escalation, .compensation, .cancel:
      report(
        .badEvent, node, "\(name(node)) waits in the middle of a flow for something that only breaks in from outside",
        hint: "Put it on the border of a node, or start an event subprocess with it.")
    }
  }

  private func isThrownAt(_ node: NodeIndex) -> Bool {
    definition.nodes.contains { $0.linkTarget == node && $0.parent == definition[node].parent }
  }

  /// Checks what an event in the middle of a flow or at an end throws.
  mutating func check(_ thrown: ThrowKind, at node: NodeIndex) {
    switch thrown {
    case .none: break
    case .message(let message):
      if message.name.isEmpty { report(.badEvent, node, "\(name(node)) sends a message without a name") }
      if message.timeToLive < .zero || message.timeToLive > DefinitionLimits.longestDuration {
        report(
          .badDuration, node, detail: "ttl",
          "the message of \(name(node)) lives for \(message.timeToLive.shortText), which is out of range")
      }
      checkTargets(of: message.variables, at: node)
    case .signal(let signal):
      if signal.name.isEmpty { report(.badEvent, node, "\(name(node)) sends a signal without a name") }
      checkTargets(of: signal.variables, at: node)
    case .escalation(let code):
      if code.isEmpty { report(.badEvent, node, "the escalation of \(name(node)) has no code") }
    case .link: checkLink(from: node)
    case .compensation(let activity): checkCompensationEvent(node, of: activity)
    }
  }

  private mutating func checkLink(from node: NodeIndex) {
    guard let target = definition[node].linkTarget, !hasKnownGap(node) else { return }
    guard definition.nodes.indices.contains(target.rawValue), case .catchEvent(.link) = definition[target].kind else {
      report(.brokenGraph, node, "\(name(node)) jumps to something that is no link")
      return
    }
    if definition[target].parent != definition[node].parent {
      report(
        .crossesBorder, node, detail: definition[target].id,
        "the link from \(name(node)) to \(name(target)) crosses the border of a subprocess")
    }
  }

  /// Checks an event-based gateway: each way begins with an event, and nothing else leads to that event.
  mutating func checkEventGateway(_ node: NodeIndex) {
    let outgoing = definition[node].outgoing
    if outgoing.count == 1, !hasKnownGap(node) {
      report(
        .singleBranch, node, "\(name(node)) waits for the first of several events, and has only one",
        hint: "Wait for that event itself.")
    }
    for flow in outgoing {
      let target = definition[flow].target
      guard case .catchEvent(let trigger) = definition[target].kind, trigger.canComeFirst else {
        report(
          .badEvent, node, detail: definition[target].id,
          "\(name(node)) waits for the first of several events, and \(name(target)) is no event that comes",
          hint: "Lead to nodes that wait for a message, a signal, a time or a condition.")
        continue
      }
      if definition[target].incoming.count > 1 {
        report(
          .badEvent, target, "\(name(target)) belongs to \(name(node)), and something else leads to it too",
          hint: "Lead to the node behind it, or to \(name(node)).")
      }
      if !definition[target].boundaryEvents.isEmpty {
        report(.badBoundary, target, "\(name(target)) belongs to \(name(node)) and cannot have boundary events")
      }
    }
  }

  /// Checks how an event subprocess starts.
  mutating func check(_ event: EventStart, of subprocess: Subprocess, at node: NodeIndex) {
    check(event.trigger, at: node)
    switch event.trigger {
    case .error:
      if !event.isInterrupting {
        report(
          .badEvent, node, detail: "interrupting",
          "\(name(node)) handles an error, which always ends the work around it")
      }
    case .cancel, .link:
      report(.badEvent, node, "\(name(node)) can be started by nothing")
    case .compensation: checkCompensationHandler(node)
    case .timer(.cycle):
      if event.isInterrupting {
        report(
          .badEvent, node, detail: "every",
          "\(name(node)) goes off again and again, and the first time ends everything around it",
          hint: "Add `interrupting: false`, or use `after`.")
      }
    case .timer, .message, .signal, .conditional, .escalation: break
    }
    if !definition[node].incoming.isEmpty || !definition[node].outgoing.isEmpty {
      report(
        .badEvent, node, "\(name(node)) is started by its event, and a flow leads to it or leaves it",
        hint: "It ends by itself.")
    }
    if subprocess.compensation != nil {
      report(
        .pointlessCompensation, node, detail: "compensate",
        "\(name(node)) is an event subprocess and cannot be undone as a whole")
    }
  }

  /// Checks, scope by scope, that no code is handled twice and no link has a namesake.
  mutating func checkEventsOfScopes() {
    var handled: Set<ScopedName> = []
    var links: Set<ScopedName> = []
    for index in definition.nodes.indices {
      let node = NodeIndex(rawValue: index)
      let parent = definition[node].parent
      if case .subprocess(let subprocess) = definition[node].kind, let code = subprocess.event?.trigger.codeTitle,
        !handled.insert(ScopedName(scope: parent, name: code)).inserted
      {
        report(.badEvent, node, "\(title(of: parent)) handles \(code) twice")
      }
      if case .catchEvent(.link(let link)) = definition[node].kind,
        !links.insert(ScopedName(scope: parent, name: link)).inserted
      {
        report(.badEvent, node, "\(title(of: parent)) has two links \(link.inBackticks)")
      }
    }
  }

  private struct ScopedName: Hashable {
    var scope: NodeIndex?
    var name: String
  }

  /// Checks the ways to start besides being asked for.
  mutating func checkStartEvents() {
    var seen: Set<String> = []
    for event in definition.startEvents {
      guard definition.nodes.indices.contains(event.node.rawValue), definition[event.node].parent == nil else {
        report(.brokenGraph, nil, "a start event of the process has no node")
        continue
      }
      check(event.trigger, at: event.node)
      switch event.trigger {
      case .message(let message):
        if message.correlationKey != nil {
          report(
            .badEvent, event.node,
            "the message that starts the process has a key, and there is nothing yet to tell it by",
            hint: "The key that is sent with it becomes the business key.")
        }
        if !seen.insert("message " + message.name).inserted {
          report(.badEvent, event.node, "the process starts with the message \(message.name.inBackticks) twice")
        }
      case .signal(let signal):
        if !seen.insert("signal " + signal.name).inserted {
          report(.badEvent, event.node, "the process starts with the signal \(signal.name.inBackticks) twice")
        }
      case .timer(.date), .timer(.cycle): break
      case .timer(.delay), .timer(.expression):
        report(
          .badDuration, nil, detail: "start", "a process cannot start some time after an instance has done something",
          hint: "Give a date with `at`, or times that come again with `every`.")
      case .conditional, .error, .escalation, .compensation, .cancel, .link:
        report(
          .badEvent, event.node, "a process can be started by a message, a signal or a time, and by nothing else")
      }
    }
  }
}

extension NodeDefinition {
  /// Where a link that is thrown here leads.
  var linkTarget: NodeIndex? {
    switch kind {
    case .throwEvent(.link(let target)), .end(.throwing(.link(let target))): target
    case .start, .end, .activity, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent,
      .throwEvent, .boundary, .subprocess, .custom:
      nil
    }
  }
}

extension EventTrigger {
  /// Whether an event-based gateway can wait for it.
  fileprivate var canComeFirst: Bool {
    switch self {
    case .timer, .message, .signal, .conditional: true
    case .error, .escalation, .compensation, .cancel, .link: false
    }
  }

  /// What an event with a code catches, as a sentence names it; nil for others.
  var codeTitle: String? {
    switch self {
    case .error(let code): code.map { "the error \($0.inBackticks)" } ?? "every error"
    case .escalation(let code): code.map { "the escalation \($0.inBackticks)" } ?? "every escalation"
    case .timer, .message, .signal, .conditional, .compensation, .cancel, .link: nil
    }
  }
}

extension EventDescriber {
  /// What happened, in one sentence without a full stop.
  func sentence(for entry: HistoryEntry) -> String {
    switch entry.event {
    case .processStarted(let key): key.map { "the instance started with business key \($0)" } ?? "the instance started"
    case .processCompleted: "the instance completed"
    case .processCompensated: "the instance ended as compensated"
    case .completionKept: "the instance is completed as before; the rest can still be undone"
    case .processFailed(let code): "the instance failed with error \(code)"
    case .cancellationStarted: "the instance is being cancelled: its handlers were asked to stop"
    case .processCancelled: "the instance was cancelled"
    case .processTerminated: "the instance was terminated"
    case .processSuspended(let byDefinition): "the instance was paused\(byDefinition ? " with its definition" : "")"
    case .processResumed: "the instance was resumed"
    case .processCorrupted(let reason): "the engine stopped the instance because a rule was broken: \(reason)"
    case .processCalled(let parent): "instance \(parent.instance) called it and waits for its end"
    case .childRecorded(let record, let child):
      "\(name(of: record)) was done by instance \(child), which can be undone"
    case .tokenArrived, .tokenClaimed, .tokenCompleted, .tokenSkipped, .tokenFailed, .attemptNoted, .tokenReady,
      .tokenTerminated, .tokenWaiting:
      tokenSentence(for: entry.event)
    case .joinCompleted(let node, _, let consumed):
      "\(name(of: node)): "
        + (consumed.count == 1 ? "the one branch has arrived" : "all \(consumed.count) branches have arrived")
    case .scopeEntered(_, let node, _, _, let kind): "\(kind.name) \(name(of: node)) opened"
    case .scopeCompleted(let scope, _): "subprocess \(name(of: scope)) completed"
    case .scopeTerminated(let scope): "subprocess \(name(of: scope)) was closed before its end"
    case .boundaryTriggered(let node, let host, let code):
      code.map { "\(name(of: node)) caught \(codeKind(at: node)) \($0) of \(name(of: host))" }
        ?? "\(name(of: node)) went off while \(name(of: host)) was at work"
    case .timerScheduled, .timerFired, .timerCancelled, .timerRescheduled, .timerRepeats:
      timerSentence(for: entry)
    case .userTaskCreated, .userTaskCompleted, .externalTaskCreated, .externalTaskLocked, .externalTaskReleased,
      .externalTaskCompleted, .externalTaskFailed, .workHandedOver:
      taskSentence(for: entry)
    case .subscriptionOpened, .subscriptionTriggered, .subscriptionClosed, .conditionChanged,
      .eventSubprocessTriggered, .messageThrown, .signalThrown, .escalationThrown, .eventDeferred:
      eventSentence(for: entry.event)
    case .variablesChanged(_, let changes): variableSentence(changes)
    case .compensationRecorded, .sagaStarted, .sagaPhaseChanged, .compensationTokenCreated, .compensationCompleted,
      .compensationSkipped, .compensationFailed, .sagaCompleted, .sagaAbandoned, .sagaAbsorbed, .probeStarted,
      .lineageGathered,
      .recordsHandedOver:
      compensationSentence(for: entry.event)
    case .incidentRaised(_, let token, let kind, let code, let message):
      "\(work(of: token)) needs a person (\(kind.name)): \(ErrorText.brief(code: code, message: message))"
    case .incidentResolved(let incident):
      incidents[incident].map { "the incident of \(work(of: $0)) was resolved" } ?? "incident \(incident) was resolved"
    case .outcomeDeferred(let token, _): "\(work(of: token)) ended while paused; its result waits for resume"
    case .outcomesReplayed: "results that came in while paused take effect"
    }
  }

  /// A node, or the undoing of it.
  func work(of token: TokenID) -> String {
    let node = name(of: token)
    return tokens[token]?.mode == .compensation ? "undoing \(node)" : node
  }

  private func tokenSentence(for event: ProcessEvent) -> String {
    switch event {
    case .tokenArrived(let arrival):
      let node = name(of: arrival.node)
      return arrival.state == .executing ? "\(node) started" : "token \(arrival.token) came to \(node)"
    case .tokenClaimed(let token, let attempt, _):
      return "\(work(of: token)) started" + (attempt > 1 ? attemptSuffix(attempt, of: token) : "")
    case .tokenCompleted(let token, let node, let mode):
      return completionSentence(token, node, mode)
    case .tokenSkipped(let token, _, _): return "\(work(of: token)) was skipped: it counts as done"
    case .tokenFailed(let token, _, let attempt, let failure, let counts):
      let error = ErrorText.brief(code: failure.code, message: failure.message)
      return "\(work(of: token)) failed (\(error))" + (counts ? attemptSuffix(attempt, of: token) : "")
    case .attemptNoted(let token, let attempt, let text):
      return "\(work(of: token)) noted\(attempt > 1 ? " in attempt \(attempt)" : ""): \(ErrorText.lastLine(of: text))"
    case .tokenReady(let token, let cause): return readySentence(work(of: token), cause)
    case .tokenTerminated(let token, _): return "\(work(of: token)) was ended before it was done"
    case .tokenWaiting(let token, let reason):
      return reason == .externalTask && handedOver.contains(token)
        ? "\(work(of: token)) waits until somebody completes it" : waitSentence(work(of: token), reason)
    default: return event.typeName
    }
  }

  private func completionSentence(_ token: TokenID, _ node: NodeIndex, _ mode: TokenMode) -> String {
    let id = name(of: node)
    guard mode == .forward, definition.nodes.indices.contains(node.rawValue) else {
      return mode == .forward ? "\(id) completed" : "undoing \(id) completed"
    }
    return switch definition[node].kind {
    case .activity, .subprocess, .catchEvent, .custom: "\(id) completed"
    case .start, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .throwEvent, .boundary:
      "\(id) passed"
    case .end: "\(id) reached"
    }
  }

  private func readySentence(_ work: String, _ cause: ReadyCause) -> String {
    switch cause {
    case .noRoom, .suspended: "\(work) is ready"
    case .retry: "\(work) is ready for its next attempt"
    case .recovery: "the engine died while \(work) ran; \(again)whether it took effect is unknown"
    case .engineStopped: "the engine stopped while \(work) ran; \(again)whether it took effect is unknown"
    case .operatorRetry: "an operator retries \(work)"
    case .unitLimit: "\(work) is ready; one unit of work had passed enough nodes"
    }
  }

  private var again: String { isCancelling ? "" : "it runs again, and " }

  private func waitSentence(_ work: String, _ reason: WaitReason) -> String {
    switch reason {
    case .timer(let timer):
      timers[timer]?.kind == .retry ? "\(work) waits for its next attempt" : "\(work) waits for its timer"
    case .userTask: "\(work) waits for a person"
    case .externalTask: "\(work) waits for a worker"
    case .join: "\(work) waits for the other branches"
    case .scope: "\(work) waits for the steps inside it"
    case .child(let child): "\(work) waits for instance \(child)"
    case .subscription(let id):
      switch subscriptions[id]?.kind {
      case .message: "\(work) waits for its message"
      case .signal: "\(work) waits for its signal"
      case .condition: "\(work) waits for its condition"
      case nil: "\(work) waits for its event"
      }
    case .events: "\(work) waits for the first of its events"
    case .compensation: "\(work) waits until its compensation is over"
    }
  }

  /// `, attempt 2 of 3`; without the limit where attempts went beyond it, nothing where there is only one.
  private func attemptSuffix(_ attempt: Int, of token: TokenID) -> String {
    guard let known = tokens[token], let policy = retryPolicy(of: known), attempt <= policy.attempts else {
      return ", attempt \(attempt)"
    }
    return policy.attempts == 1 ? "" : ", attempt \(attempt) of \(policy.attempts)"
  }

  private func retryPolicy(of token: KnownToken) -> RetryPolicy? {
    guard definition.nodes.indices.contains(token.node.rawValue) else { return nil }
    let node = definition[token.node]
    switch (token.mode, node.kind) {
    case (.forward, _), (.probe, _): return node.activity?.retry
    case (.compensation, .activity(let activity)): return activity.compensation?.retry
    case (.compensation, .subprocess(let subprocess)): return subprocess.compensation?.retry
    case (.compensation, _): return nil
    }
  }

  private func variableSentence(_ changes: [VariableChange]) -> String {
    let set = changes.filter { $0.value != nil }.map(\.name)
    let removed = changes.filter { $0.value == nil }.map(\.name)
    if removed.isEmpty { return "variables: set \(Self.names(set))" }
    if set.isEmpty { return "variables: removed \(Self.names(removed))" }
    return "variables: set \(Self.names(set)), removed \(Self.names(removed))"
  }

  /// `a, b and c`; long lists end in a count.
  static func names(_ names: [String], limit: Int = 6) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
    if names.count > limit {
      return names.prefix(limit - 1).joined(separator: ", ") + " and \(names.count - limit + 1) more"
    }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}

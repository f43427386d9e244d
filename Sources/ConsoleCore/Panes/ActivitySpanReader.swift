import EngineCore

/// Reads the runs of activities out of a history.
///
/// Gateways and events that take no time are left out; a join is shown where a branch waited at it.
struct ActivitySpanReader {
  private let detail: InstanceDetail
  private let definition: ProcessDefinition
  private var spans: [ActivitySpan] = []
  // Looked up only, never iterated.
  private var places: [TokenID: Int] = [:]
  private var retryTimers: Set<TimerID> = []
  private var leases: [TokenID: Timestamp] = [:]

  init(_ detail: InstanceDetail) {
    self.detail = detail
    definition = detail.deployed.definition
  }

  mutating func read() -> [ActivitySpan] {
    for entry in detail.history { read(entry) }
    if detail.hasOlderHistory { addLiveTokens() }
    let lastChange = detail.history.last?.at ?? detail.instance.updatedAt
    for token in detail.instance.tokens { expireLease(of: token.id, before: lastChange) }
    return spans.filter(isShown)
  }

  private mutating func read(_ entry: HistoryEntry) {
    switch entry.event {
    case .tokenArrived(let arrival):
      open(
        arrival.token, at: arrival.node, .forward, entry.at, arrival.state == .executing ? .running(attempt: 1) : .ready
      )
    case .compensationTokenCreated(let token, _, _, let node, _):
      open(token, at: node, .compensation, entry.at, .ready)
    case .tokenClaimed(let token, let attempt, _):
      update(token, entry) { $0.begin(.running(attempt: attempt), at: entry.at) }
    case .tokenReady(let token, _):
      update(token, entry) { $0.begin(.ready, at: entry.at) }
    case .timerScheduled(let timer, _, .retry, _):
      retryTimers.insert(timer)
    case .tokenWaiting(let token, let reason):
      let phase = phase(of: reason)
      update(token, entry) { $0.begin(phase, at: entry.at) }
    case .externalTaskLocked(let token, _, let attempt, let until):
      expireLease(of: token, before: entry.at)
      leases[token] = until
      update(token, entry) { span in
        if span.segments.last?.phase != .running(attempt: attempt) {
          span.begin(.running(attempt: attempt), at: entry.at)
        }
      }
    case .externalTaskReleased(let token):
      leases[token] = nil
      update(token, entry) { $0.begin(.waiting, at: entry.at) }
    case .tokenFailed(let token, let node, let attempt, _, _):
      expireLease(of: token, before: entry.at)
      leases[token] = nil
      update(token, entry, node: node) { span in
        span.failures.append(entry.at)
        span.attempts = max(span.attempts, attempt)
      }
    case .incidentRaised(_, let token, _, _, _):
      update(token, entry) { $0.begin(.stuck, at: entry.at) }
    case .tokenCompleted(let token, let node, let mode):
      update(token, entry, node: node, mode: mode) { $0.finish(.completed, at: entry.at) }
    case .tokenSkipped(let token, let node, let mode):
      update(token, entry, node: node, mode: mode) { $0.finish(.skipped, at: entry.at) }
    case .tokenTerminated(let token, let node):
      update(token, entry, node: node) { $0.finish(.terminated, at: entry.at) }
    case .joinCompleted(_, _, let consumed):
      for token in consumed { update(token, entry) { $0.finish(.completed, at: entry.at) } }
    default: break
    }
  }

  private func phase(of reason: WaitReason) -> ActivitySpan.Phase {
    switch reason {
    case .timer(let timer): retryTimers.contains(timer) ? .pause : .waiting
    case .userTask, .externalTask, .join, .scope, .child, .compensation, .subscription, .events: .waiting
    }
  }

  private mutating func open(
    _ token: TokenID, at node: NodeIndex, _ mode: TokenMode, _ start: Timestamp, _ phase: ActivitySpan.Phase,
    beganEarlier: Bool = false
  ) {
    var span = ActivitySpan(token: token, node: node, mode: mode, beganEarlier: beganEarlier, segments: [])
    span.begin(phase, at: start)
    places[token] = spans.count
    spans.append(span)
  }

  /// Changes the span of a token; one that came before the history at hand begins where the history does.
  private mutating func update(
    _ token: TokenID, _ entry: HistoryEntry, node: NodeIndex? = nil, mode: TokenMode = .forward,
    _ change: (inout ActivitySpan) -> Void
  ) {
    if places[token] == nil {
      let live = detail.instance.token(token)
      guard let node = node ?? live?.node else { return }
      open(
        token, at: node, live?.mode ?? mode, detail.history.first?.at ?? entry.at, .ready, beganEarlier: true)
    }
    if let place = places[token] { change(&spans[place]) }
  }

  private mutating func addLiveTokens() {
    for token in detail.instance.tokens where places[token.id] == nil {
      let phase: ActivitySpan.Phase =
        switch token.state {
        case .created, .ready: .ready
        case .executing: .running(attempt: token.attempt)
        case .waiting: isPause(token) ? .pause : .waiting
        case .failed: .stuck
        case .completed, .terminated: .ready
        }
      open(token.id, at: token.node, token.mode, token.since, phase, beganEarlier: true)
    }
  }

  private func isPause(_ token: Token) -> Bool {
    guard case .timer(let id)? = token.wait else { return false }
    return detail.instance.timer(id)?.kind == .retry
  }

  /// A lease ends without an event: from then on the task waited for another worker.
  private mutating func expireLease(of token: TokenID, before instant: Timestamp) {
    guard let until = leases[token], until < instant, let place = places[token] else { return }
    leases[token] = nil
    if case .running? = spans[place].segments.last?.phase { spans[place].begin(.waiting, at: until) }
  }

  private func isShown(_ span: ActivitySpan) -> Bool {
    switch definition.node(span.node)?.kind {
    case .activity, .catchEvent, .eventGateway, .subprocess, .custom, nil: true
    case .parallelGateway, .inclusiveGateway: span.outcome == nil || span.end.map { $0 > span.start } ?? true
    case .start, .end, .exclusiveGateway, .throwEvent, .boundary: span.segments.contains { $0.phase == .stuck }
    }
  }
}

/// Describes the events of one instance in the order of its history.
///
/// Most events name a token, a timer or a record by its number. The describer remembers what the events before them
/// said about it, so that every description names the node. Feed it whole units: what follows a failure in the same
/// batch (`tries again in 4 s`) becomes part of the failure's sentence.
public struct EventDescriber: Sendable {
  struct KnownToken: Sendable {
    var node: NodeIndex
    var mode: TokenMode
    var attempt = 0
  }

  struct KnownTimer: Sendable {
    var token: TokenID
    var kind: Timer.Kind
  }

  let definition: ProcessDefinition
  // Looked up only, never iterated.
  private(set) var tokens: [TokenID: KnownToken] = [:]
  private(set) var timers: [TimerID: KnownTimer] = [:]
  private(set) var records: [RecordID: NodeIndex] = [:]
  private(set) var scopes: [ScopeID: NodeIndex] = [:]
  private(set) var incidents: [IncidentID: TokenID] = [:]
  private(set) var subscriptions: [SubscriptionID: Subscription] = [:]
  private(set) var halted: Set<RunID> = []
  /// Tokens whose work goes on elsewhere.
  private(set) var handedOver: Set<TokenID> = []
  private(set) var isCancelling = false

  /// Makes a describer for the history of an instance of this definition.
  public init(definition: ProcessDefinition) { self.definition = definition }

  /// Makes a describer for the newest part of a history: what is still live in the instance is known from the start.
  public init(definition: ProcessDefinition, knowing instance: ProcessInstance) {
    self.definition = definition
    for token in instance.tokens { tokens[token.id] = KnownToken(node: token.node, mode: token.mode) }
    for timer in instance.timers { timers[timer.id] = KnownTimer(token: timer.token, kind: timer.kind) }
    for record in instance.records {
      records[record.id] = record.node
      tokens[record.token] = KnownToken(node: record.node, mode: .forward)
    }
    for subscription in instance.subscriptions { subscriptions[subscription.id] = subscription }
    for scope in instance.scopes { scopes[scope.id] = scope.node }
    for incident in instance.incidents { incidents[incident.id] = incident.token }
    handedOver = Set(instance.externalTasks.filter { $0.reference != nil }.map(\.token))
    isCancelling = instance.state == .cancelling
  }

  /// Describes the next events, ascending.
  public mutating func describe(_ entries: some Sequence<HistoryEntry>) -> [EventDescription] {
    var descriptions: [EventDescription] = []
    var failures: [TokenID: Int] = [:]
    for entry in entries {
      learn(entry)
      descriptions.append(description(of: entry))
      switch entry.event {
      case .tokenFailed(let token, _, _, _, _):
        failures[token] = descriptions.count - 1
      case .timerScheduled(_, let token, .retry, let due):
        guard let index = failures.removeValue(forKey: token) else { break }
        descriptions[index].sentence += "; tries again in \((due - entry.at).spoken)"
      default: break
      }
      settle(entry.event)
    }
    return descriptions
  }

  private func description(of entry: HistoryEntry) -> EventDescription {
    let subject = subject(of: entry.event)
    return EventDescription(
      sequence: entry.sequence, at: entry.at, typeName: typeName(of: entry.event), node: subject.node.map(name(of:)),
      token: subject.token, mode: subject.mode,
      members: members(of: entry.event).sorted { $0.name < $1.name }, sentence: sentence(for: entry))
  }

  /// The public name: what came to a subscription is named by its kind, as far as that is known.
  private func typeName(of event: ProcessEvent) -> String {
    guard case .subscriptionTriggered(let id, _) = event, let kind = subscriptions[id]?.kind else {
      return event.typeName
    }
    return switch kind {
    case .message: "messageReceived"
    case .signal: "signalReceived"
    case .condition: "conditionMet"
    }
  }

  /// What an event says about numbers that later events use alone.
  private mutating func learn(_ entry: HistoryEntry) {
    switch entry.event {
    case .tokenArrived(let arrival):
      tokens[arrival.token] = KnownToken(node: arrival.node, mode: .forward)
    case .tokenCompleted(let token, let node, let mode), .tokenSkipped(let token, let node, let mode):
      if tokens[token] == nil { tokens[token] = KnownToken(node: node, mode: mode) }
    case .tokenFailed(let token, let node, _, _, _), .tokenTerminated(let token, let node):
      if tokens[token] == nil { tokens[token] = KnownToken(node: node, mode: .forward) }
    case .compensationTokenCreated(let token, _, let record, let node, _):
      tokens[token] = KnownToken(node: node, mode: .compensation)
      records[record] = node
    case .compensationRecorded(let node, _, _, _, _, _):
      records[RecordID(entry.sequence)] = node
    case .timerScheduled(let timer, let token, let kind, _):
      timers[timer] = KnownTimer(token: token, kind: kind)
    case .scopeEntered(let scope, let node, _, _, _):
      scopes[scope] = node
    case .subscriptionOpened(let subscription):
      subscriptions[subscription.id] = subscription
    case .incidentRaised(let incident, let token, _, _, _):
      incidents[incident] = token
    case .cancellationStarted: isCancelling = true
    default: break
    }
  }

  /// What a sentence compares with the event before it.
  private mutating func settle(_ event: ProcessEvent) {
    switch event {
    case .tokenClaimed(let token, let attempt, _), .externalTaskLocked(let token, _, let attempt, _):
      tokens[token]?.attempt = attempt
      handedOver.remove(token)
    case .workHandedOver(let token, _, _): handedOver.insert(token)
    case .sagaPhaseChanged(let run, let phase):
      if phase == .halted { halted.insert(run) } else { halted.remove(run) }
    default: break
    }
  }

  /// The identifier of a node; its number where the definition has no such node.
  func name(of node: NodeIndex) -> String {
    definition.nodes.indices.contains(node.rawValue) ? definition[node].id : "node \(node.rawValue)"
  }

  func name(of token: TokenID) -> String { tokens[token].map { name(of: $0.node) } ?? "token \(token)" }

  func name(of record: RecordID) -> String { records[record].map { name(of: $0) } ?? "step \(record)" }

  func name(of scope: ScopeID) -> String { scopes[scope].map { name(of: $0) } ?? "subprocess \(scope)" }
}

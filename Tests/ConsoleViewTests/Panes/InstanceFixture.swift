import ConsoleCore
import EngineCore

/// An instance that is made only by folding events, so that it is one the engine could have made.
struct InstanceFixture {
  let deployed: DeployedDefinition
  private(set) var instance: ProcessInstance
  private(set) var history: [HistoryEntry] = []
  var now: Timestamp
  var commands: [AuditRow] = []

  /// 2026-11-23T10:00:00Z
  static let start = Timestamp(
    microseconds: (Int64(CivilTime.days(year: 2026, month: 11, day: 23)) * 86_400 + 36_000) * 1_000_000)

  init(_ definition: ProcessDefinition) {
    deployed = DeployedDefinition(
      id: DefinitionID(1), version: 3, definition: definition, folder: "/srv/orders", deployedAt: Self.start)
    now = Self.start
    instance = ProcessInstance(id: InstanceID(7), definition: DefinitionID(1), createdAt: now)
  }

  var definition: ProcessDefinition { deployed.definition }

  var detail: InstanceDetail {
    InstanceDetail(
      summary: InstanceSummary(
        id: instance.id, businessKey: instance.businessKey, definition: deployed.id, process: definition.key,
        processVersion: deployed.version, state: instance.state, version: Int64(history.count),
        createdAt: instance.createdAt, updatedAt: instance.updatedAt),
      instance: instance, deployed: deployed, history: history, hasOlderHistory: false, commands: commands)
  }

  func input(engine: EnginePresence = .alive(handlers: nil)) -> PaneInput {
    PaneInput(story: InstanceStory(detail), now: now, engine: engine)
  }

  mutating func emit(_ events: ProcessEvent...) throws {
    for event in events {
      let entry = HistoryEntry(sequence: instance.sequence + 1, at: now, event: event)
      try apply(entry, to: &instance)
      history.append(entry)
    }
  }

  mutating func wait(_ duration: Duration) { now = now + duration }

  func node(_ id: String) throws -> NodeIndex {
    guard let index = definition.index(of: id) else { throw MissingNode(id: id) }
    return index
  }

  struct MissingNode: Error { var id: String }

  // MARK: What a unit of work emits, in the order of the engine

  mutating func begin(key: String? = "A-17", _ variables: Context = [:]) throws {
    try emit(.processStarted(businessKey: key))
    if !variables.isEmpty { try set(variables) }
    let token = try arrive("begin")
    try emit(.tokenCompleted(token: token, node: try node("begin"), mode: .forward))
  }

  mutating func set(_ variables: Context, in scope: ScopeID = .root) throws {
    let changes = variables.entries.map { VariableChange(name: $0.name, value: $0.value) }
    try emit(.variablesChanged(scope: scope, changes: changes))
  }

  @discardableResult
  mutating func arrive(
    _ id: String, from source: String? = nil, as state: TokenState = .created, in scope: ScopeID = .root
  ) throws -> TokenID {
    let node = try node(id)
    let token = TokenID(instance.nextID)
    let flow = try source.flatMap { source in
      let from = try self.node(source)
      return definition.flows.firstIndex { $0.source == from && $0.target == node }
    }
    let arrival = TokenArrival(
      token: token, node: node, scope: scope, flow: flow.map(FlowIndex.init(rawValue:)), state: state,
      epoch: state == .executing ? 1 : 0)
    try emit(.tokenArrived(arrival))
    return token
  }

  mutating func complete(_ token: TokenID, outputs: Context = [:]) throws {
    guard let live = instance.token(token) else { return }
    try emit(.tokenCompleted(token: token, node: live.node, mode: live.mode))
    if let reference = live.compensates {
      try emit(
        .compensationCompleted(run: reference.run, record: reference.record, token: token, outputs: outputs))
      return
    }
    if !outputs.isEmpty { try set(outputs) }
    if definition[live.node].activity?.compensation != nil {
      try emit(.compensationRecorded(node: live.node, token: token, visibleScopes: [], owner: live.scope))
    }
  }

  /// One whole step: it arrives, runs for a while and completes.
  mutating func run(_ id: String, for duration: Duration = .seconds(1), outputs: Context = [:]) throws {
    let token = try arrive(id, as: .executing)
    wait(duration)
    try complete(token, outputs: outputs)
  }

  mutating func fail(
    _ token: TokenID, _ code: String = "exit 1", _ message: String = "card declined", output: String? = nil
  ) throws {
    guard let live = instance.token(token) else { return }
    let failure = Failure(code: code, message: message, detail: output)
    try emit(.tokenFailed(token: token, node: live.node, attempt: live.attempt, failure: failure, counts: true))
  }

  /// The pause before the next attempt begins.
  @discardableResult
  mutating func pause(_ token: TokenID, for duration: Duration) throws -> TimerID {
    let timer = TimerID(instance.nextID)
    try emit(
      .timerScheduled(timer: timer, token: token, kind: .retry, due: now + duration),
      .tokenWaiting(token: token, reason: .timer(timer)))
    return timer
  }

  /// The pause is over and the next attempt begins.
  mutating func tryAgain(_ token: TokenID, _ timer: TimerID) throws {
    let attempt = (instance.token(token)?.attempt ?? 0) + 1
    try emit(
      .timerFired(timer: timer), .tokenReady(token: token, cause: .retry),
      .tokenClaimed(token: token, attempt: attempt, epoch: 1))
  }

  mutating func raiseIncident(
    _ token: TokenID, _ kind: Incident.Kind = .workFailed, _ code: String = "exit 1",
    _ message: String = "card declined"
  ) throws {
    try emit(
      .incidentRaised(
        incident: IncidentID(instance.nextID), token: token, kind: kind, code: code, message: message))
  }

  /// The next step of a compensation run, the latest pending record first.
  mutating func undoNext(_ run: RunID) throws -> TokenID {
    let token = TokenID(instance.nextID)
    guard let record = instance.records.last(where: { $0.state == .pending }) else { return token }
    try emit(
      .compensationTokenCreated(
        token: token, run: run, record: record.id, node: record.node, scope: .root),
      .tokenReady(token: token, cause: .noRoom), .tokenClaimed(token: token, attempt: 1, epoch: 1))
    return token
  }
}

import ConsoleCore
import EngineCore

extension SampleStore {
  /// An instance of the order process at a node.
  package static func instance(
    _ id: Int64, key: String? = nil, state: InstanceState = .running, at nodes: [(String, TokenState)] = [],
    attempt: Int = 1, incidents: Int = 0, isSuspended: Bool = false, age: Int = 240, timer: Int? = nil
  ) -> InstanceSummary {
    let tokens = nodes.enumerated().map { index, node in
      TokenSummary(
        id: TokenID(Int64(index + 1)), node: node.0, state: node.1,
        mode: state == .compensating ? .compensation : .forward, attempt: attempt)
    }
    return InstanceSummary(
      id: InstanceID(id), businessKey: key ?? "order-\(4700 + id)", definition: DefinitionID(1),
      process: "order-fulfilment", processVersion: 3, state: state, isSuspended: isSuspended, version: id + 10,
      tokens: tokens, tokenCount: tokens.count, createdAt: ago(age), updatedAt: ago(age / 4),
      endedAt: state.isEnd ? ago(age / 4) : nil, nextTimer: timer.map { now + .seconds($0) }, incidentCount: incidents)
  }

  /// A store in which everything can be seen: one instance of each state, and what belongs to them.
  package static var busy: SampleStore {
    var store = SampleStore()
    store.instances = [
      instance(17, at: [("charge", .failed)], attempt: 3, incidents: 1, age: 754),
      instance(16, at: [("pack", .executing), ("charge", .waiting)], age: 12, timer: 4),
      instance(15, at: [("approve", .waiting)], age: 7_500, timer: -65),
      instance(14, state: .compensating, at: [("reserve", .executing)], age: 190),
      instance(13, at: [("ship", .ready)], isSuspended: true, age: 88_000),
      instance(12, state: .completed, age: 300_000),
      instance(11, state: .compensated, age: 300_100),
      instance(10, state: .cancelled, age: 300_200),
      instance(9, state: .terminated, age: 300_300),
      instance(8, key: "kunde-Ä-7", state: .failed, age: 40_000_000),
    ]
    store.addParts()
    var counts = StateCounts()
    for row in store.instances {
      counts[row.state] += 1
      if row.incidentCount > 0 { counts.withIncidents += 1 }
      if row.isSuspended { counts.suspended += 1 }
    }
    store.engine.counts = counts
    store.engine.incidents = 1
    store.definitions = [
      DefinitionRow(deployed: order(version: 3), counts: counts),
      DefinitionRow(deployed: order(version: 2), counts: StateCounts()),
    ]
    return store
  }

  private mutating func addParts() {
    incidents = [
      IncidentRow(
        instance: instances[0],
        incident: Incident(
          id: IncidentID(5), token: TokenID(1), kind: .workFailed, code: "exit 1",
          message: "charge.sh: the payment service answered 503 Service Unavailable, three times in a row",
          raisedAt: Self.ago(190)),
        node: "charge", mode: .forward, attempt: 3)
    ]
    timers = [
      TimerRow(
        instance: instances[2],
        timer: Timer(id: TimerID(3), token: TokenID(1), kind: .boundary(NodeIndex(rawValue: 5)), due: Self.ago(65)),
        node: "remind"),
      TimerRow(
        instance: instances[1],
        timer: Timer(id: TimerID(4), token: TokenID(2), kind: .retry, due: Self.now + .seconds(4)), node: "charge"),
    ]
    compensations = [
      CompensationRunRow(
        instance: instances[3],
        run: CompensationRun(
          id: RunID(2), target: .root, code: "PAYMENT_REFUSED", message: "the card was declined", then: .endInstance),
        steps: [
          CompensationStepRow(record: RecordID(9), node: "pack", state: .done, hasFailed: false),
          CompensationStepRow(record: RecordID(6), node: "reserve", state: .running, hasFailed: false),
          CompensationStepRow(record: RecordID(3), node: "check", state: .pending, hasFailed: false),
        ])
    ]
    var locked = ExternalTask(token: TokenID(2), topic: "payment", createdAt: Self.ago(12))
    locked.worker = "worker-3"
    locked.availableAt = Self.now + .seconds(25)
    tasks = [
      TaskRow(
        instance: instances[2], node: "approve",
        task: .user(
          UserTask(
            token: TokenID(1), assignee: nil, candidates: ["ann", "ben"], due: Self.ago(300), createdAt: Self.ago(7_400)
          )),
        attempt: 0, failures: 0, attemptsAllowed: 1),
      TaskRow(
        instance: instances[1], node: "charge", task: .external(locked), attempt: 2, failures: 1, attemptsAllowed: 3),
    ]
    let issuer = Issuer(user: "root", sudoUser: "ann", sshClient: "10.0.0.7", host: "db1", source: "console")
    audit = [
      AuditRow(
        id: 3, issuedAt: Self.ago(5), decidedAt: nil, verb: "retry", instance: InstanceID(17), issuer: issuer,
        reason: nil, outcome: "waiting", versionBefore: nil, versionAfter: nil),
      AuditRow(
        id: 2, issuedAt: Self.ago(600), decidedAt: Self.ago(600), verb: "cancel", instance: InstanceID(10),
        issuer: issuer, reason: "the customer called", outcome: "done", versionBefore: 12, versionAfter: 13),
      AuditRow(
        id: 1, issuedAt: Self.ago(90_000), decidedAt: Self.ago(90_000), verb: "deploy", instance: nil, issuer: issuer,
        reason: nil, outcome: "invalidArgument: the process has no start", versionBefore: nil, versionAfter: nil),
    ]
  }

  /// begin → charge → done.
  package static func order(version: Int) -> DeployedDefinition {
    let nodes = [
      NodeDefinition(id: "begin", kind: .start),
      NodeDefinition(
        id: "charge", kind: .activity(Activity(work: .handler(name: "exec", configuration: .literal(.null))))),
      NodeDefinition(id: "done", kind: .end(.plain)),
    ]
    let flows = [
      SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 1)),
      SequenceFlow(from: NodeIndex(rawValue: 1), to: NodeIndex(rawValue: 2)),
    ]
    let definition = ProcessDefinition(
      key: "order-fulfilment", name: "Order fulfilment", nodes: nodes, flows: flows, start: NodeIndex(rawValue: 0))
    return DeployedDefinition(
      id: DefinitionID(Int64(version == 3 ? 1 : 10 + version)), version: version, definition: definition,
      folder: "/srv/orders", deployedAt: ago(500_000))
  }

  /// Many running instances, the newest first.
  package static func many(_ count: Int) -> SampleStore {
    var store = SampleStore()
    store.instances = (0..<count).map { index in
      instance(Int64(count - index), at: [("charge", .executing)], age: 60 + index)
    }
    store.engine.counts[.running] = count
    return store
  }
}

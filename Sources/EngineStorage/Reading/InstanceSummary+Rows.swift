import EngineCore
import EngineRuntime

extension InstanceSummary {
  /// Puts a summary together from rows. `tokens` are the first live ones, at most as many as a summary lists.
  package init(
    _ row: InstanceRow, deployed: DeployedDefinition, tokens: [Token], tokenCount: Int, nextTimer: Timestamp?
  ) {
    self.init(
      id: row.id, businessKey: row.businessKey, definition: deployed.id, process: deployed.definition.key,
      processVersion: deployed.version, state: row.tally.state, isSuspended: row.tally.isSuspended,
      isCorrupted: row.isCorrupted, version: row.version,
      tokens: tokens.prefix(Self.maximumTokens).map { TokenSummary($0, deployed.definition) }, tokenCount: tokenCount,
      createdAt: row.createdAt, updatedAt: row.updatedAt, endedAt: row.endedAt, nextTimer: nextTimer,
      incidentCount: row.tally.incidents)
  }
}

extension TokenSummary {
  init(_ token: Token, _ definition: ProcessDefinition) {
    self.init(
      id: token.id, node: definition.name(of: token.node), state: token.state, mode: token.mode, attempt: token.attempt)
  }
}

extension ProcessDefinition {
  /// How many attempts the retry policy at a node grants.
  package func attemptsAllowed(at node: NodeIndex, mode: TokenMode) -> Int {
    guard nodes.indices.contains(node.rawValue) else { return 0 }
    switch mode {
    case .forward, .probe: return self[node].activity?.retry.attempts ?? 0
    case .compensation: return self[node].compensation?.retry.attempts ?? 0
    }
  }
}

extension AuditRow {
  /// The row of a command as the audit shows it. `instance` is the one that it affected.
  package init(_ record: CommandRecord, row: Int64, instance: InstanceID?) {
    self.init(
      id: row, issuedAt: record.issuedAt, decidedAt: record.decidedAt, verb: record.command.verb.name,
      instance: record.command.verb.instance ?? instance, issuer: record.command.issuer,
      reason: record.command.reason, outcome: Self.outcome(of: record.answer), versionBefore: record.versionBefore,
      versionAfter: record.versionAfter)
  }

  /// What came of a command, in words.
  package static func outcome(of answer: CommandAnswer?) -> String {
    switch answer {
    case .done: "done"
    case .refused(let rejection): rejection.description
    case nil: "waiting"
    }
  }
}

extension StateCounts {
  /// Adds the counters of one definition and state.
  package mutating func add(_ row: CountRow) {
    self[row.state] += row.counted.instances
    suspended += row.counted.suspended
    withIncidents += row.counted.withIncidents
  }
}

extension CompensationRunRow {
  /// The stack of a run: what was undone, then what will be, next first.
  package init(
    _ run: CompensationRun, instance: InstanceSummary, records: [CompensationRecord], failed: Set<RecordID>,
    definition: ProcessDefinition
  ) {
    let own = records.filter { $0.owner == run.target && run.extent.includes($0, in: definition) }
      .sorted { $0.id > $1.id }
    let steps = own.map { record in
      CompensationStepRow(
        record: record.id, node: definition.name(of: record.node), state: record.state,
        hasFailed: failed.contains(record.id))
    }
    self.init(instance: instance, run: run, steps: steps)
  }
}

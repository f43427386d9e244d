/// An open incident as lists show it.
public struct IncidentRow: Sendable, Hashable {
  /// The instance, with what is needed to show and target it.
  public var instance: InstanceSummary
  /// The incident itself.
  public var incident: Incident
  /// The identifier of the node.
  public var node: String
  /// Forward or compensation.
  public var mode: TokenMode
  /// How often the work was tried.
  public var attempt: Int

  /// Makes a row.
  public init(instance: InstanceSummary, incident: Incident, node: String, mode: TokenMode, attempt: Int) {
    self.instance = instance
    self.incident = incident
    self.node = node
    self.mode = mode
    self.attempt = attempt
  }
}

/// A pending timer as lists show it.
public struct TimerRow: Sendable, Hashable {
  /// The instance.
  public var instance: InstanceSummary
  /// The timer itself.
  public var timer: Timer
  /// The identifier of the node its token stands on (of the boundary event, if it is one's).
  public var node: String

  /// Makes a row.
  public init(instance: InstanceSummary, timer: Timer, node: String) {
    self.instance = instance
    self.timer = timer
    self.node = node
  }
}

/// A compensation run as lists show it: a stack in the order in which it will run.
public struct CompensationRunRow: Sendable, Hashable {
  /// The instance.
  public var instance: InstanceSummary
  /// The run itself.
  public var run: CompensationRun
  /// Its steps, the next one to run first after those that are over.
  public var steps: [CompensationStepRow]

  /// Makes a row.
  public init(instance: InstanceSummary, run: CompensationRun, steps: [CompensationStepRow]) {
    self.instance = instance
    self.run = run
    self.steps = steps
  }
}

/// One step of a compensation stack.
public struct CompensationStepRow: Sendable, Hashable {
  /// The record that is undone.
  public var record: RecordID
  /// The identifier of the node that is undone.
  public var node: String
  /// Whether it has been undone.
  public var state: CompensationRecord.State
  /// Whether its token has failed and waits for an operator.
  public var hasFailed: Bool

  /// Makes a row.
  public init(record: RecordID, node: String, state: CompensationRecord.State, hasFailed: Bool) {
    self.record = record
    self.node = node
    self.state = state
    self.hasFailed = hasFailed
  }
}

/// An open user or external task as lists show it.
public struct TaskRow: Sendable, Hashable {
  /// The instance.
  public var instance: InstanceSummary
  /// The identifier of the node.
  public var node: String
  /// The task itself.
  public var task: Kind
  /// How often it was fetched; the fencing number of an external task.
  public var attempt: Int
  /// Reported failures so far.
  public var failures: Int
  /// Attempts that the retry policy grants in all.
  public var attemptsAllowed: Int

  /// Which kind of task it is.
  public enum Kind: Sendable, Hashable {
    case user(UserTask)
    case external(ExternalTask)
  }

  /// Makes a row.
  public init(
    instance: InstanceSummary, node: String, task: Kind, attempt: Int, failures: Int, attemptsAllowed: Int
  ) {
    self.instance = instance
    self.node = node
    self.task = task
    self.attempt = attempt
    self.failures = failures
    self.attemptsAllowed = attemptsAllowed
  }

  /// The waiting token.
  public var token: TokenID {
    switch task {
    case .user(let task): task.token
    case .external(let task): task.token
    }
  }
}

/// A deployed version with how many of its instances are in which state.
public struct DefinitionRow: Sendable, Hashable {
  /// The deployed version.
  public var deployed: DeployedDefinition
  /// Counts by state, kept by the store, never scanned.
  public var counts: StateCounts
  /// Whether it is suspended, and its instances with it.
  public var isSuspended: Bool

  /// Makes a row.
  public init(deployed: DeployedDefinition, counts: StateCounts, isSuspended: Bool = false) {
    self.deployed = deployed
    self.counts = counts
    self.isSuspended = isSuspended
  }
}

/// How many instances are in which state.
public struct StateCounts: Sendable, Hashable {
  /// Counts, indexed by the raw value of the state.
  public private(set) var counts = [Int](repeating: 0, count: InstanceState.allCases.count)
  /// How many have at least one open incident.
  public var withIncidents = 0
  /// How many are suspended.
  public var suspended = 0

  /// Nothing counted.
  public init() {}

  /// How many instances are in a state.
  public subscript(state: InstanceState) -> Int {
    get { counts[state.rawValue] }
    set { counts[state.rawValue] = newValue }
  }

  /// How many instances there are.
  public var total: Int { counts.reduce(0, +) }

  /// Adds other counts to these.
  public mutating func add(_ other: StateCounts) {
    for state in InstanceState.allCases { self[state] += other[state] }
    withIncidents += other.withIncidents
    suspended += other.suspended
  }
}

/// An operator command as the audit shows it.
public struct AuditRow: Sendable, Hashable {
  /// The number of its row.
  public var id: Int64
  /// When it was asked for.
  public var issuedAt: Timestamp
  /// When it was decided; nil while it waits for an engine.
  public var decidedAt: Timestamp?
  /// The word for what was asked.
  public var verb: String
  /// The instance it concerns.
  public var instance: InstanceID?
  /// Who asked, and from where.
  public var issuer: Issuer
  /// Why.
  public var reason: String?
  /// What came of it, in words: `done`, `waiting`, or the refusal.
  public var outcome: String
  /// The version of the instance before.
  public var versionBefore: Int64?
  /// The version of the instance after.
  public var versionAfter: Int64?

  /// Makes a row.
  public init(
    id: Int64, issuedAt: Timestamp, decidedAt: Timestamp?, verb: String, instance: InstanceID?, issuer: Issuer,
    reason: String?, outcome: String, versionBefore: Int64?, versionAfter: Int64?
  ) {
    self.id = id
    self.issuedAt = issuedAt
    self.decidedAt = decidedAt
    self.verb = verb
    self.instance = instance
    self.issuer = issuer
    self.reason = reason
    self.outcome = outcome
    self.versionBefore = versionBefore
    self.versionAfter = versionAfter
  }
}

/// Which process is the engine of a store, and how the store is doing.
public struct EngineRow: Sendable, Hashable {
  /// Whether a live process holds the lease.
  public var isAlive: Bool
  /// The epoch of the lease; zero when the store has never had an engine.
  public var epoch: Int64
  /// The machine of the last holder.
  public var host: String
  /// The process number of the last holder.
  public var process: Int32
  /// When the holder last said that it was alive.
  public var heartbeatAt: Timestamp?
  /// Counts over all definitions.
  public var counts: StateCounts
  /// Open incidents.
  public var incidents: Int
  /// Commands that wait for an engine.
  public var waitingCommands: Int
  /// Units committed since the store was made (a counter that only rises).
  public var unitsCommitted: Int64
  /// Size of the database file in bytes.
  public var databaseBytes: Int64
  /// Size of the write-ahead log in bytes.
  public var logBytes: Int64

  /// Makes a row.
  public init(
    isAlive: Bool, epoch: Int64, host: String, process: Int32, heartbeatAt: Timestamp?, counts: StateCounts,
    incidents: Int, waitingCommands: Int, unitsCommitted: Int64, databaseBytes: Int64, logBytes: Int64
  ) {
    self.isAlive = isAlive
    self.epoch = epoch
    self.host = host
    self.process = process
    self.heartbeatAt = heartbeatAt
    self.counts = counts
    self.incidents = incidents
    self.waitingCommands = waitingCommands
    self.unitsCommitted = unitsCommitted
    self.databaseBytes = databaseBytes
    self.logBytes = logBytes
  }
}

/// Everything about one instance that its panes show.
public struct InstanceDetail: Sendable, Hashable {
  /// As lists show it.
  public var summary: InstanceSummary
  /// Its stored state.
  public var instance: ProcessInstance
  /// What it runs.
  public var deployed: DeployedDefinition
  /// Its newest history, ascending, at most as many entries as were asked for.
  public var history: [HistoryEntry]
  /// Whether there is older history than that.
  public var hasOlderHistory: Bool
  /// What operators did to it, newest first.
  public var commands: [AuditRow]

  /// Makes a detail.
  public init(
    summary: InstanceSummary, instance: ProcessInstance, deployed: DeployedDefinition, history: [HistoryEntry],
    hasOlderHistory: Bool, commands: [AuditRow]
  ) {
    self.summary = summary
    self.instance = instance
    self.deployed = deployed
    self.history = history
    self.hasOlderHistory = hasOlderHistory
    self.commands = commands
  }
}

/// A page of rows, in a stable order.
public struct Page<Row: Sendable & Hashable>: Sendable, Hashable {
  /// The rows.
  public var rows: [Row]
  /// What to ask for to get the rows after these; nil when there are none.
  public var next: String?
  /// Whether a filter was applied to a bounded window of the newest instances only.
  public var isWindowed: Bool
  /// What is wrong with rows that belong here and cannot be read, one sentence each: they are left out.
  public var unreadable: [String]

  /// Makes a page.
  public init(rows: [Row], next: String? = nil, isWindowed: Bool = false, unreadable: [String] = []) {
    self.rows = rows
    self.next = next
    self.isWindowed = isWindowed
    self.unreadable = unreadable
  }
}

import EngineCore
import EngineRuntime
import EngineStorage
import Glibc

/// What people look at in a SQLite store: lists and details over a read-only connection of its own.
///
/// Nothing can be written through it, and no read transaction outlives a call, so it never holds up an engine.
public final class SQLiteReader: ReadStore {
  /// The file that was named.
  public let path: String
  /// What has to be said about how the store was opened; nil when there is nothing to say.
  public let notice: String?
  private let connection: SQLiteConnection
  private let copy: ForensicCopy?
  // Used only inside the connection's queue.
  private nonisolated(unsafe) var knownDefinitions: [DefinitionID: DeployedDefinition] = [:]

  /// Opens a store that exists. Where SQLite cannot keep its shared memory beside the file, a private copy is opened.
  public init(path: String) throws(StoreFailure) {
    self.path = path
    do throws(StoreFailure) {
      connection = try SQLiteConnection(path: path, for: .reading)
      copy = nil
      notice = nil
    } catch {
      guard Self.mayCopy(path, after: error) else { throw error }
      let copy = try ForensicCopy(of: path)
      connection = try SQLiteConnection(path: copy.path, for: .reading)
      self.copy = copy
      notice =
        "nothing can be written beside \(path), so this is a copy of how it is now; what happens later is not shown"
    }
  }

  deinit { connection.close() }

  /// A copy helps when the file itself can be read and only its shared memory cannot be had.
  private static func mayCopy(_ path: String, after failure: StoreFailure) -> Bool {
    switch failure.kind {
    case .unreadable, .readOnly, .inputOutput: access(path, R_OK) == 0 && access(SQLiteFile.folder(of: path), W_OK) != 0
    case .notAStore, .newerVersion, .diskFull, .busy, .corrupt, .leaseHeld, .leaseLost, .gone,
      .networkFileSystem, .outcomeUnknown:
      false
    }
  }

  /// Runs something in one short transaction that only reads.
  func reading<Result>(_ body: (SQLiteRows) throws(StoreFailure) -> Result) throws(StoreFailure) -> Result {
    try connection.read(body)
  }

  /// A deployed version, kept once it has been read: definitions never change.
  func deployed(_ id: DefinitionID, _ rows: SQLiteRows) throws(StoreFailure) -> DeployedDefinition {
    if let known = knownDefinitions[id] { return known }
    guard let found = try rows.definition(id) else {
      throw StoreFailure(.corrupt, path: path, "definition \(id) is missing: run sagatop verify")
    }
    knownDefinitions[id] = found
    return found
  }

  /// A number that changes whenever anybody has committed something. It must be asked outside of transactions.
  public func changeStamp() throws(StoreFailure) -> Int64 {
    try connection.inside { (rows) throws(StoreFailure) in
      try rows.sql("PRAGMA data_version").first { $0.integer(0) } ?? 0
    }
  }

  /// Fails with `.gone` when the file that was opened no longer stands under its name: what is read is how it was.
  /// Costs one look into the file system.
  public func requirePlace() throws(StoreFailure) {
    try connection.inside { (_) throws(StoreFailure) in try connection.requirePlace() }
  }

  /// Whether a worker would be given an external task of a topic now. One look at an index: cheap enough to ask often.
  public func hasAvailableTask(topic: String, at instant: Timestamp) throws(StoreFailure) -> Bool {
    try reading { (rows) throws(StoreFailure) in try !rows.availableTasks(topic: topic, at: instant, limit: 1).isEmpty }
  }

  /// The instances that a verb was asked for under a key, each with a key of its own (`KEY INSTANCE`). One look at an
  /// index for each.
  public func instances(underKey key: String) throws(StoreFailure) -> [InstanceID] {
    try reading { (rows) throws(StoreFailure) in
      // The character that follows the space ends the range.
      try rows.sql(
        "SELECT instance FROM operator_command WHERE key > ? AND key < ? AND instance IS NOT NULL ORDER BY instance"
      ).bind("\(key) ").bind("\(key)!").all { $0.id(0) }
    }
  }

  /// Whether there are messages or signals that nobody has brought to those who wait for them yet. One look at an
  /// index.
  public func hasMessagesToBring() throws(StoreFailure) -> Bool {
    try reading { (rows) throws(StoreFailure) in
      try rows.sql("SELECT EXISTS (SELECT 1 FROM message INDEXED BY message_waiting WHERE phase = 0)").first {
        $0.int(0) == 1
      } ?? false
    }
  }

  /// The command with an idempotency key, decided or not; nil when there is none. One look at an index.
  public func command(key: String) throws(StoreFailure) -> CommandRecord? {
    try reading { (rows) throws(StoreFailure) in try rows.command(key: key) }
  }

  /// Who was the last engine of this store, and whether it lives.
  public func leaseStatus() throws(StoreFailure) -> LeaseStatus {
    try reading { (rows) throws(StoreFailure) in try status(rows) }
  }

  private func status(_ rows: SQLiteRows) throws(StoreFailure) -> LeaseStatus {
    let record = try rows.lease()
    let livesElsewhere =
      record.map { LeaseRules.livesElsewhere($0, host: HostFacts.name, at: HostFacts.now) } ?? false
    return LeaseStatus(record: record, isAlive: livesElsewhere || StoreLocks.hasEngine(store: path))
  }

  /// How many instances would follow a deployed version that is suspended, or resumed. O(those instances).
  public func followers(of definition: DefinitionID, resuming: Bool) throws(StoreFailure) -> Int {
    let condition = resuming ? "held = 1" : "state IN (0, 1) AND suspended = 0"
    return try reading { (rows) throws(StoreFailure) in
      try rows.sql.composed(
        "SELECT count(*) FROM process_instance WHERE definition = ? AND ended_at IS NULL AND \(condition)"
      )
      .bind(definition).first { $0.int(0) } ?? 0
    }
  }

  /// The lease, the totals and the sizes.
  public func engine() throws(StoreFailure) -> EngineRow {
    try reading { (rows) throws(StoreFailure) in
      let status = try status(rows)
      var totals = StateCounts()
      var incidents = 0
      for row in try rows.counts() {
        totals.add(row)
        incidents += row.counted.incidents
      }
      let waiting = try rows.sql(
        "SELECT count(*) FROM (SELECT 1 FROM operator_command WHERE answer IS NULL LIMIT 10000)"
      ).first { $0.int(0) }
      return EngineRow(
        isAlive: status.isAlive, epoch: status.epoch, host: status.host, process: status.process,
        heartbeatAt: status.heartbeatAt, counts: totals, incidents: incidents, waitingCommands: waiting ?? 0,
        unitsCommitted: try rows.unitsCommitted(), databaseBytes: HostFacts.size(of: path),
        logBytes: HostFacts.size(of: path + "-wal"))
    }
  }

  /// Operator commands, newest first.
  public func audit(
    instance: InstanceID?, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<AuditRow> {
    let cursor = try PageCursor(cursor, count: 1, path: path)
    return try reading { (rows) throws(StoreFailure) in
      let found = try rows.audit(of: instance, before: cursor?[0] ?? .max, limit: limit + 1)
      return Page(found, limit: limit) { PageCursor($0.id) }
    }
  }
}

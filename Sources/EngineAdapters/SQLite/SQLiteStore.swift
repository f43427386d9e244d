import EngineCore
import EngineRuntime
import EngineStorage
import GRDBSQLite
import Glibc

/// The store of an engine in one SQLite file.
///
/// Durable means on disk: `synchronous=FULL`, write-ahead log. Only the holder of the lease writes instances through
/// it, and only that one checkpoints: SQLite before 3.51.3 can damage a file in which two connections do.
public final class SQLiteStore: EngineStore, TransactionalStore {
  /// The file.
  public let path: String
  private let connection: SQLiteConnection
  // Used only inside the connection's queue.
  private nonisolated(unsafe) let locks: StoreLocks
  private nonisolated(unsafe) let log: WriteAheadLog
  private nonisolated(unsafe) var dataVersion: Int64?
  /// Whether the file has yet to say, without its log, whose engine runs it.
  private nonisolated(unsafe) var owesHome = false

  /// How long one commit of the engine is put off for the sake of other writers at most.
  private static let patienceWithWriters: Double = 0.02
  /// How long the commands of a killed engine have to let go of what it held.
  private static let patienceWithTheDead: Double = 2
  /// How long an engine waits at its start for readers and writers who keep its lease out of the file itself.
  private static let patienceAtStart: Double = 1

  /// Opens a store for an engine, and makes it if there is none.
  ///
  /// Fails with a sentence for each way in which a file can be the wrong one.
  public init(path: String) throws(StoreFailure) {
    self.path = path
    connection = try SQLiteConnection(path: path, for: .running)
    locks = try StoreLocks(store: path)
    log = WriteAheadLog()
    let log = log
    try connection.inside { log.watch($0.sql.connection) }
  }

  deinit {
    connection.close()
  }

  /// Runs something in an immediate transaction.
  public func write<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    try connection.inside { (rows) throws(StoreFailure) in
      try locks.waitToWrite()
      defer { locks.release(.writing) }
      try connection.requirePlace(locks) { saveLog(rows) }
      try rows.sql("BEGIN IMMEDIATE").run()
      return try SQLiteConnection.finish(rows) { (rows) throws(StoreFailure) in try body(rows) }
    }
  }

  /// Runs something that only reads.
  public func read<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    try connection.read { (rows) throws(StoreFailure) in try body(rows) }
  }

  /// Takes the lock that tells whether the engine lives.
  public func claimHost() throws(StoreFailure) -> Bool {
    try connection.inside { (rows) throws(StoreFailure) in
      let deadline = Deadline(seconds: Self.patienceWithTheDead)
      while !locks.take(.engine, shared: false) {
        // A command that a killed engine was about to start holds the descriptors of that engine until it runs.
        guard try holderIsDead(rows), !deadline.hasPassed else { return false }
        usleep(1_000)
      }
      // Somebody may have removed the file of the locks under a living engine: then they tell nothing.
      if try holderIsAlive(rows) {
        locks.release(.engine)
        return false
      }
      return true
    }
  }

  private func holderIsAlive(_ rows: SQLiteRows) throws(StoreFailure) -> Bool {
    guard let stored = try rows.lease(), !stored.isReleased else { return false }
    let holder = stored.lease.holder
    return holder.host == LeaseHolder.thisHost && holder.process != getpid() && holder.process > 0
      && kill(holder.process, 0) == 0 && HostFacts.now - stored.heartbeatAt < LeaseRules.heartbeatPatience
  }

  private func holderIsDead(_ rows: SQLiteRows) throws(StoreFailure) -> Bool {
    guard let holder = try rows.lease()?.lease.holder, holder.host == LeaseHolder.thisHost else { return false }
    return kill(holder.process, 0) != 0 && errno == ESRCH
  }

  /// Gives it back.
  public func releaseHost() {
    try? connection.inside { _ in locks.release(.engine) }
  }

  /// Brings the lease into the file itself: a copy of that file alone, without its log, must not run by accident.
  /// Whoever reads for long cannot keep the engine from its work: then it is made good after a later commit.
  public func engineHasBegun() throws(StoreFailure) {
    try connection.inside { (rows) throws(StoreFailure) in
      owesHome = true
      let deadline = Deadline(seconds: Self.patienceAtStart)
      while true {
        try checkpointIfNobodyWrites(rows)
        guard owesHome, !deadline.hasPassed else { return }
        usleep(1_000)
      }
    }
  }

  /// Lets writers of other processes in, and brings the log into the database when it has grown.
  public func engineHasCommitted() throws(StoreFailure) {
    try connection.inside { (rows) throws(StoreFailure) in
      if locks.isHeldElsewhere(.intent) { letWritersIn() }
      if log.needsCheckpoint || owesHome { try checkpointIfNobodyWrites(rows) }
    }
  }

  private func checkpointIfNobodyWrites(_ rows: SQLiteRows) throws(StoreFailure) {
    guard locks.take(.writing, shared: false) else { return }
    defer { locks.release(.writing) }
    if try log.checkpoint(rows.sql, truncating: false) { owesHome = false }
  }

  /// The name of the log is gone, and with it all that was committed since the last checkpoint, but for what this
  /// connection has open.
  private func saveLog(_ rows: SQLiteRows) -> Bool {
    guard locks.take(.writing, shared: false) else { return false }
    do throws(StoreFailure) {
      return try log.checkpoint(rows.sql, truncating: false)
    } catch {
      return false
    }
  }

  private func letWritersIn() {
    let deadline = Deadline(seconds: Self.patienceWithWriters)
    while locks.isHeldElsewhere(.intent), !deadline.hasPassed { usleep(100) }
  }

  /// Brings the log into the database.
  public func engineHasStopped() throws(StoreFailure) { try checkpoint() }

  private func checkpoint() throws(StoreFailure) {
    try connection.inside { (rows) throws(StoreFailure) in
      guard locks.take(.writing, shared: false) else { return }
      defer { locks.release(.writing) }
      try log.checkpoint(rows.sql, truncating: true)
    }
  }

  /// Whether another connection has committed since this was last asked.
  public func hasForeignCommits() throws(StoreFailure) -> Bool {
    try connection.inside { (rows) throws(StoreFailure) in
      let version = try rows.sql("PRAGMA data_version").first { $0.integer(0) }
      defer { dataVersion = version }
      return version != dataVersion
    }
  }

  /// Brings the write-ahead log into the database and says how large that is, in bytes.
  public func checkpointedBytes() throws(StoreFailure) -> Int64 {
    try checkpoint()
    return try connection.inside { (rows) throws(StoreFailure) in
      let pages = try rows.sql("PRAGMA page_count").first { $0.integer(0) } ?? 0
      let size = try rows.sql("PRAGMA page_size").first { $0.integer(0) } ?? 0
      return pages * size
    }
  }

  /// Runs something with the statements of the connection. For tests and benchmarks of this target.
  func inside<Result>(_ body: (SQLiteRows) throws(StoreFailure) -> Result) throws(StoreFailure) -> Result {
    try connection.inside(body)
  }
}

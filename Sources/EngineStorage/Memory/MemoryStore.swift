import EngineCore
import EngineRuntime
import Synchronization

/// A store that lives as long as its process: for tests, simulators and short runs.
///
/// It goes through the same traits and the same writer as every other store, and keeps the same contract but for one
/// thing: nothing survives the process. Lists look at every instance. What is a connection elsewhere is a handle here:
/// `init(sharing:)` makes another one on the same rows, and an engine whose handle is gone counts as dead.
public final class MemoryStore: EngineStore, TransactionalStore {
  static let name = "memory"

  /// What it is called in failures.
  public let path = MemoryStore.name
  private let shared: SharedMemory
  // Guarded by the lock of what is shared.
  private nonisolated(unsafe) var ownCommits: Int64 = 0
  private nonisolated(unsafe) var foreignCommitsSeen: Int64?

  /// Makes an empty store.
  public init() { shared = SharedMemory() }

  /// Makes another handle on the rows of a store, as another process would open its file.
  public init(sharing other: MemoryStore) { shared = other.shared }

  deinit { releaseHost() }

  /// Runs something in a transaction.
  public func write<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    try shared.locked { (shared) throws(StoreFailure) in
      let result = try shared.write(body)
      ownCommits += 1
      return result
    }
  }

  /// Runs something that only reads.
  public func read<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    try look { (rows) throws(StoreFailure) in try body(rows) }
  }

  /// Runs something that only reads on the tables themselves.
  func look<Result>(_ body: (MemoryRows) throws(StoreFailure) -> Result) throws(StoreFailure) -> Result {
    try shared.locked { (shared) throws(StoreFailure) in try body(shared.rows) }
  }

  /// Takes what tells that this handle belongs to the engine.
  public func claimHost() throws(StoreFailure) -> Bool {
    try shared.locked { (shared) in
      if shared.engine == nil { shared.engine = ObjectIdentifier(self) }
      return shared.engine == ObjectIdentifier(self)
    }
  }

  /// Gives it back.
  public func releaseHost() {
    try? shared.locked { (shared) in
      if shared.engine == ObjectIdentifier(self) { shared.engine = nil }
    }
  }

  /// Whether some handle belongs to an engine.
  func hasEngine() throws(StoreFailure) -> Bool { try shared.locked { $0.engine != nil } }

  /// Nothing to do: it cannot be copied.
  public func engineHasBegun() throws(StoreFailure) {}

  /// Nothing waits, and there is no log.
  public func engineHasCommitted() throws(StoreFailure) {}

  /// There is nothing to tidy.
  public func engineHasStopped() throws(StoreFailure) {}

  /// Whether anybody but the engine of this handle has written since this was last asked.
  public func hasForeignCommits() throws(StoreFailure) -> Bool {
    try shared.locked { (shared) in
      let foreign = shared.commits - ownCommits
      defer { foreignCommitsSeen = foreign }
      return foreign != foreignCommitsSeen
    }
  }

  /// A number that grows with every transaction.
  public func changeStamp() throws(StoreFailure) -> Int64 { try shared.locked { $0.commits } }

  /// Writes as somebody who is not the engine.
  private func writeFromOutside<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    try shared.locked { (shared) throws(StoreFailure) in try shared.write(body) }
  }
}

extension MemoryStore: VerifiableStore {
  /// There are no pages to be damaged.
  public func damage(_ report: (StoreFinding) -> Void) throws(StoreFailure) -> Bool { true }
}

extension MemoryStore: CommandInbox {
  /// Posts a command; a key that has a row gives that row.
  public func post(_ command: OperatorCommand, at instant: Timestamp) throws(StoreFailure) -> CommandRecord {
    try writeFromOutside { (rows) throws(StoreFailure) in try InboxRules.post(command, at: instant, to: rows) }
  }

  /// The row as it is now.
  public func record(_ id: Int64) throws(StoreFailure) -> CommandRecord? {
    try read { (rows) throws(StoreFailure) in try rows.command(row: id) }
  }

  /// Takes back a command that was not decided, or removes a fetch that was.
  @discardableResult
  public func withdraw(_ id: Int64) throws(StoreFailure) -> CommandRecord? {
    try writeFromOutside { (rows) throws(StoreFailure) in try InboxRules.withdraw(id, from: rows) }
  }
}

/// What the handles of one store share.
private final class SharedMemory: Sendable {
  private let lock = Mutex(())
  // All of it is guarded by the lock.
  nonisolated(unsafe) let rows = MemoryRows()
  nonisolated(unsafe) var commits: Int64 = 0
  nonisolated(unsafe) var engine: ObjectIdentifier?

  func locked<Result>(
    _ body: (SharedMemory) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    var outcome: Swift.Result<Result, StoreFailure>?
    lock.withLock { _ in
      do throws(StoreFailure) {
        outcome = .success(try body(self))
      } catch {
        outcome = .failure(error)
      }
    }
    guard let outcome else { throw StoreFailure(.inputOutput, path: MemoryStore.name, "nothing was done") }
    return try outcome.get()
  }

  /// Runs something as one transaction. Only inside the lock.
  func write<Result>(
    _ body: (any StoreRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    rows.begin()
    do throws(StoreFailure) {
      let result = try body(rows)
      commits += 1
      return result
    } catch {
      rows.rollBack()
      throw error
    }
  }
}

import EngineCore
import EngineRuntime
import EngineStorage
import Glibc

/// The way in for processes that are not the engine of a SQLite store.
///
/// A busy engine commits one batch after the other, and SQLite's waiting has no queue: a writer could try for seconds.
/// So this one announces itself with a lock that the engine looks at after each commit, and tries often while it waits.
public final class SQLiteInbox: CommandInbox {
  private let connection: SQLiteConnection
  // Used only inside the connection's queue.
  private nonisolated(unsafe) let locks: StoreLocks

  /// How long it waits between two tries, in microseconds.
  private static let pause: UInt32 = 200

  /// Opens a store that exists.
  public init(path: String) throws(StoreFailure) {
    connection = try SQLiteConnection(path: path, for: .posting)
    locks = try StoreLocks(store: path)
  }

  deinit { connection.close() }

  /// Posts a command; a key that has a row gives that row.
  public func post(_ command: OperatorCommand, at instant: Timestamp) throws(StoreFailure) -> CommandRecord {
    try write { (rows) throws(StoreFailure) in try InboxRules.post(command, at: instant, to: rows) }
  }

  /// The row as it is now.
  public func record(_ id: Int64) throws(StoreFailure) -> CommandRecord? {
    try connection.read { (rows) throws(StoreFailure) in try rows.command(row: id) }
  }

  /// Takes back a command that was not decided, or removes a fetch or an extension of a lease that was.
  @discardableResult
  public func withdraw(_ id: Int64) throws(StoreFailure) -> CommandRecord? {
    try write { (rows) throws(StoreFailure) in try InboxRules.withdraw(id, from: rows) }
  }

  private func write<Result>(
    _ body: (SQLiteRows) throws(StoreFailure) -> Result
  ) throws(StoreFailure) -> Result {
    try connection.inside { (rows) throws(StoreFailure) in
      _ = locks.take(.intent, shared: true)
      defer { locks.release(.intent) }
      try connection.requirePlace(locks)
      try begin(rows)
      defer { locks.release(.writing) }
      return try SQLiteConnection.finish(rows, body)
    }
  }

  /// Begins a transaction as soon as there is a gap between two of the engine's.
  private func begin(_ rows: SQLiteRows) throws(StoreFailure) {
    let deadline = Deadline(seconds: SQLiteConnection.patience)
    while !deadline.hasPassed {
      if locks.take(.writing, shared: true) {
        if try rows.beginUnlessBusy() { return }
        // A checkpoint must not wait for somebody who only waits.
        locks.release(.writing)
      }
      usleep(Self.pause)
    }
    throw SQLiteFailure.busy(connection.path)
  }
}

import EngineCore
import EngineRuntime

/// Operator commands: those that wait for an engine, and the audit of those that were decided.
public protocol CommandStore {
  /// Writes a command: a new row, or into the row that it was posted in. `instance` is the one that it affected, if
  /// that is not the one it named. Says which row it is.
  @discardableResult
  func put(_ command: CommandRecord, affecting instance: InstanceID?) throws(StoreFailure) -> Int64
  /// The record of a command by its idempotency key. Served by an index.
  func command(key: String) throws(StoreFailure) -> CommandRecord?
  /// The record in a row.
  func command(row: Int64) throws(StoreFailure) -> CommandRecord?
  /// Whether a row still waits to be decided: nobody has taken it back.
  func isWaiting(row: Int64) throws(StoreFailure) -> Bool
  /// Removes a row.
  func deleteCommand(row: Int64) throws(StoreFailure)
  /// The rows of commands that were decided before an instant, the oldest decision first. Served by an index.
  func decidedCommands(before instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64]
  /// Commands that wait for an engine, oldest first. Served by an index of waiting ones alone.
  func waitingCommands(limit: Int) throws(StoreFailure) -> [CommandRecord]
}

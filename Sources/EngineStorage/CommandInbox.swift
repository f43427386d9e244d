import EngineCore
import EngineRuntime

/// The way in for processes that are not the engine: commands are posted as rows, and the engine answers in them.
///
/// Safe to call from any thread. Posting is durable when it returns; it waits its turn among the engine's commits.
public protocol CommandInbox: Sendable {
  /// Posts a command; posting a key again gives the row it already has.
  func post(_ command: OperatorCommand, at instant: Timestamp) throws(StoreFailure) -> CommandRecord
  /// The row as it is now; nil when it does not exist (any more).
  func record(_ id: Int64) throws(StoreFailure) -> CommandRecord?
  /// Takes back a command that no engine has decided yet, or removes the answered row of one that only fetches tasks or
  /// extends a lease. The answer is the row as it was: one that was decided has had its effect.
  @discardableResult
  func withdraw(_ id: Int64) throws(StoreFailure) -> CommandRecord?
}

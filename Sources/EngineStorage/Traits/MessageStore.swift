import EngineCore
import EngineRuntime

/// Messages and signals on their way.
public protocol MessageStore {
  /// Writes the row of a new message, behind all others of the store.
  func insert(_ message: StoredMessage) throws(StoreFailure)
  /// A message waits for somebody from now on.
  func buffer(message: Int64) throws(StoreFailure)
  /// A signal has come to the subscriptions up to a place.
  func advance(message: Int64, to cursor: Int64) throws(StoreFailure)
  /// Removes the row of a message.
  func delete(message: Int64) throws(StoreFailure)
  /// Messages and signals that nobody has looked at since they were sent, oldest first.
  func waitingMessages(limit: Int) throws(StoreFailure) -> [StoredMessage]
  /// Buffered messages for exactly this name and key that have not expired at an instant, oldest first. Served by an
  /// index.
  func bufferedMessages(
    name: String, correlationKey: String?, at instant: Timestamp, limit: Int
  ) throws(StoreFailure) -> [StoredMessage]
  /// All buffered messages, oldest first, after one.
  func bufferedMessages(after message: Int64, limit: Int) throws(StoreFailure) -> [StoredMessage]
  /// Buffered messages that have expired, in the order of their time. Served by an index.
  func expiredMessages(at instant: Timestamp, limit: Int) throws(StoreFailure) -> [Int64]
  /// When the next buffered message expires.
  func nextExpiry() throws(StoreFailure) -> Timestamp?
}

import EngineCore
import EngineRuntime

/// Events that have yet to be published, and how far each instance has been.
public protocol OutboxStore {
  /// Writes the rows of events that a unit asks to be published, under the next numbers. Numbers are never given out
  /// again: a receipt that comes twice must not remove what came after.
  func append(_ entries: [OutboxEntry], of instance: InstanceID) throws(StoreFailure)
  /// The first rows, ascending by number.
  func outbox(limit: Int) throws(StoreFailure) -> [PublishedEvent]
  /// The rows of one instance, ascending. Served by an index.
  func outbox(of instance: InstanceID) throws(StoreFailure) -> [PublishedEvent]
  /// Removes the rows up to a number and notes for their instances, where those are still there, how far they have been
  /// published.
  func removeOutbox(through id: Int64) throws(StoreFailure)
  /// The sequence of the last event of an instance that was published; zero when none was.
  func published(of instance: InstanceID) throws(StoreFailure) -> Int64
}

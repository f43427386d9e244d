import EngineCore
import EngineRuntime

/// History: append-only, one row per unit of work. Each row names the row before it of the same instance, and the row
/// of the instance names its newest, so that appending touches no index; reading walks back.
public protocol EventStore {
  /// Appends the events of one unit behind the newest row of the instance and says where they lie.
  func append(
    _ entries: [HistoryEntry], of instance: InstanceID, after newest: HistoryPosition
  ) throws(StoreFailure) -> HistoryPosition
  /// One row with the place of the one before it.
  func unit(at position: HistoryPosition) throws(StoreFailure) -> HistoryUnit?
  /// Removes a whole history, from its newest row back.
  func deleteHistory(newest: HistoryPosition) throws(StoreFailure)
}

/// The events of one unit of work, as they are stored.
public struct HistoryUnit: Sendable, Hashable {
  /// Whose they are.
  public let instance: InstanceID
  /// The row before this one.
  public let previous: HistoryPosition
  /// The events, ascending.
  public let entries: [HistoryEntry]

  /// Describes a row of history.
  public init(instance: InstanceID, previous: HistoryPosition, entries: [HistoryEntry]) {
    self.instance = instance
    self.previous = previous
    self.entries = entries
  }
}

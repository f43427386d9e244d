import EngineCore
import EngineRuntime

/// The one row that says which process is the engine of the store.
public protocol LeaseStore {
  /// The epoch alone; zero when the store has never had an engine. On the path of every commit.
  func epoch() throws(StoreFailure) -> Int64
  /// The whole row; nil when the store has never had an engine.
  func lease() throws(StoreFailure) -> LeaseRecord?
  /// Writes the row.
  func put(_ lease: LeaseRecord) throws(StoreFailure)
}

/// The lease as it is stored.
public struct LeaseRecord: Sendable, Hashable {
  /// Its epoch and who took it.
  public let lease: Lease
  /// When it was taken.
  public let takenAt: Timestamp
  /// When its holder last said that it was alive.
  public var heartbeatAt: Timestamp
  /// Whether its holder gave it back.
  public var isReleased: Bool

  /// Describes a stored lease.
  public init(lease: Lease, takenAt: Timestamp, heartbeatAt: Timestamp, isReleased: Bool = false) {
    self.lease = lease
    self.takenAt = takenAt
    self.heartbeatAt = heartbeatAt
    self.isReleased = isReleased
  }
}

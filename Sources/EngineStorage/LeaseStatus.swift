import EngineCore
import EngineRuntime

/// What is known of the engine of a store, for a process that wonders whether it may become it.
///
/// Definitions name commands: opening a copied store must not run them. So a process becomes the engine by itself only
/// when the store has never had one that runs handlers, or when its last one had the same host and path; and only when
/// that one is dead.
public struct LeaseStatus: Sendable, Hashable {
  /// The stored lease; nil when it was never taken.
  public let record: LeaseRecord?
  /// Whether its holder is alive, as far as can be told.
  public let isAlive: Bool

  /// Describes what is known.
  public init(record: LeaseRecord?, isAlive: Bool) {
    self.record = record
    self.isAlive = isAlive
  }

  /// The epoch; zero when the lease was never taken.
  public var epoch: Int64 { record?.lease.epoch ?? 0 }
  /// The machine of the last engine; empty when the store has never had one that runs handlers.
  public var host: String { record?.lease.holder.host ?? "" }
  /// The path under which the last engine opened the store; empty when there was none.
  public var path: String { record?.lease.holder.path ?? "" }
  /// The process number of the last holder; zero when there was none.
  public var process: Int32 { record?.lease.holder.process ?? 0 }
  /// When the last holder said that it was alive; nil when there was none.
  public var heartbeatAt: Timestamp? { record?.heartbeatAt }

  /// Whether the store belongs to no machine yet.
  public var isUntouched: Bool { host.isEmpty }

  /// Whether the store is at home on a host under an absolute path: a process there may become its engine without being
  /// told, once the one that lives has ended.
  public func isAtHome(on host: String, path: String) -> Bool {
    isUntouched || (self.host == host && self.path == path)
  }
}

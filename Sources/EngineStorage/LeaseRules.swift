import EngineCore
import EngineRuntime

/// Who may be the engine of a store.
///
/// On one host the operating system tells whether the holder of a lease lives (`TransactionalStore.claimHost`); of a
/// holder on another host only its heartbeat is known.
public enum LeaseRules {
  /// For how long a heartbeat from another host counts as a sign of life.
  public static let heartbeatPatience = Duration.seconds(15)

  /// The row of a lease that is taken over from a stored one. `ownsHost`: no other process of this host is the engine.
  static func take(
    _ stored: LeaseRecord?, for holder: LeaseHolder, at instant: Timestamp, ownsHost: Bool, path: String
  ) throws(StoreFailure) -> LeaseRecord {
    if !ownsHost || stored.map({ livesElsewhere($0, host: holder.host, at: instant) }) ?? false {
      throw held(by: stored, path: path)
    }
    let epoch = (stored?.lease.epoch ?? 0) + 1
    return LeaseRecord(
      lease: Lease(epoch: epoch, holder: home(holder, after: stored)), takenAt: instant, heartbeatAt: instant)
  }

  /// Whoever takes the lease only to apply a command leaves the store where it belongs (nowhere, if it never had an
  /// engine that runs handlers), and what it publishes as it is.
  private static func home(_ holder: LeaseHolder, after stored: LeaseRecord?) -> LeaseHolder {
    guard holder.isMomentary else { return holder }
    var taken = LeaseHolder(
      engine: holder.engine, host: stored?.lease.holder.host ?? "", path: stored?.lease.holder.path ?? "",
      process: holder.process, isMomentary: true)
    taken.publishes = stored?.lease.holder.publishes ?? []
    return taken
  }

  /// Whether the holder of a stored lease runs on another host and seems to be alive.
  public static func livesElsewhere(_ stored: LeaseRecord, host: String, at instant: Timestamp) -> Bool {
    guard !stored.isReleased, stored.lease.holder.host != host else { return false }
    return instant - stored.heartbeatAt < heartbeatPatience
  }

  static func held(by stored: LeaseRecord?, path: String) -> StoreFailure {
    let who = stored.map { "process \($0.lease.holder.process) on \($0.lease.holder.host)" } ?? "another process"
    return StoreFailure(.leaseHeld, path: path, "\(who) is the engine of this store: attach to it, or stop it first")
  }

  static func lost(_ lease: Lease, path: String) -> StoreFailure {
    StoreFailure(.leaseLost, path: path, "another process has become the engine: epoch \(lease.epoch) is over")
  }
}

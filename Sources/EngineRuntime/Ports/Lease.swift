import EngineCore

/// The right of one process to be the engine of a store. Its epoch goes into every commit.
public struct Lease: Sendable, Hashable {
  /// Ascending; each taking raises it.
  public let epoch: Int64
  /// Who took it.
  public let holder: LeaseHolder

  /// Describes a taken lease.
  public init(epoch: Int64, holder: LeaseHolder) {
    self.epoch = epoch
    self.holder = holder
  }
}

/// A process that is, or wants to be, the engine of a store.
public struct LeaseHolder: Sendable, Hashable {
  /// Names this engine among all that ever were.
  public let engine: String
  /// The machine.
  public let host: String
  /// The absolute path under which it opened the store.
  public let path: String
  /// The process number.
  public let process: Int32
  /// Whether it holds the lease only to apply a command, with handlers off. Such a holder does not become the machine
  /// that the store belongs to: what its definitions name must not run because somebody changed something.
  public let isMomentary: Bool
  /// The events of all definitions that are published, besides those that a definition chooses. A momentary holder goes
  /// by what the last other one chose: what happens while no engine runs is published later.
  public var publishes: Set<PublishableEvent> = []

  /// Describes a holder.
  public init(engine: String, host: String, path: String, process: Int32, isMomentary: Bool = false) {
    self.isMomentary = isMomentary
    self.engine = engine
    self.host = host
    self.path = path
    self.process = process
  }
}

import EngineCore
import EngineRuntime
import SQLiteAdapter

/// Makes instances in bulk: by the engine's own rules and through its own store, but without its waiting.
///
/// What it leaves is what an engine that was killed would have left, so any engine can go on with it.
final class InstanceFiller {
  private let store: SQLiteStore
  private let lease: Lease
  private var writes: [StoreWrite] = []
  private var nextInstance: Int64
  private var nextDefinition: Int64

  /// How many units one commit takes.
  private static let unitsPerCommit = 2_000

  init(path: String) throws {
    store = try SQLiteStore(path: path)
    lease = try store.takeLease(LeaseHolder(thisProcess: path, isMomentary: true), at: SystemClock.now)
    let highest = try store.highestIdentifiers()
    nextInstance = highest.instance.rawValue + 1
    nextDefinition = highest.definition.rawValue + 1
  }

  func deploy(_ definition: ProcessDefinition, at instant: Timestamp) throws -> DeployedDefinition {
    let newest = try store.findDefinition(key: definition.key, version: nil)
    if let newest, newest.definition == definition { return newest }
    let deployed = DeployedDefinition(
      id: DefinitionID(nextDefinition), version: (newest?.version ?? 0) + 1, definition: definition, folder: "/",
      deployedAt: instant)
    nextDefinition += 1
    _ = try store.commit([.deployment(deployed, command: nil)], lease: lease)
    return deployed
  }

  /// Starts an instance; with room for handlers its first step is executing, under an epoch that is over soon.
  func start(
    _ deployed: DeployedDefinition, key: String? = nil, variables: Context = Context(), room: Int = 0,
    at instant: Timestamp
  ) throws -> ProcessInstance {
    let instance = ProcessInstance(id: InstanceID(nextInstance), definition: deployed.id, createdAt: instant)
    nextInstance += 1
    return try perform(
      .start(businessKey: key, variables: variables), on: instance, of: deployed, room: room, at: instant)
  }

  func perform(
    _ command: InstanceCommand, on instance: ProcessInstance, of deployed: DeployedDefinition, room: Int = 0,
    at instant: Timestamp
  ) throws -> ProcessInstance {
    let context = StepContext(definition: deployed.definition, now: instant, epoch: lease.epoch, freeSlots: room)
    let transition = try step(instance, command, in: context)
    guard !transition.entries.isEmpty else { return instance }
    let unit = UnitOfWork(
      instance: transition.instance, expectedVersion: instance.version, entries: transition.entries,
      changes: transition.changes)
    writes.append(.unit(unit))
    if writes.count >= Self.unitsPerCommit { try flush() }
    return transition.instance
  }

  /// Writes what is left, gives the lease back and closes the store.
  func finish() throws {
    try flush()
    try store.releaseLease(lease, at: SystemClock.now)
  }

  private func flush() throws {
    for result in try store.commit(writes, lease: lease) where result != .committed {
      throw CommandFailure(.failed, "the store refused a unit: \(result)")
    }
    writes.removeAll(keepingCapacity: true)
  }
}

import EngineCore
import EngineRuntime
import Testing

/// An engine driven by hand against a store: it steps instances, commits each step, and knows what must be stored.
package final class StoreDriver {
  package let store: any EngineStore
  package private(set) var lease: Lease
  package var now = Timestamp(microseconds: 1_700_000_000_000_000)
  /// How many handlers may begin in a step.
  package var freeSlots = 100
  /// The instances as they must be stored.
  package private(set) var instances: [InstanceID: ProcessInstance] = [:]
  /// Their histories.
  package private(set) var histories: [InstanceID: [HistoryEntry]] = [:]
  private var definitions: [DefinitionID: DeployedDefinition] = [:]
  private var nextInstance: Int64 = 1

  /// Takes the lease of a store.
  package init(_ store: any EngineStore, holder: LeaseHolder = StoreDriver.holder("first")) throws {
    self.store = store
    lease = try store.takeLease(holder, at: now)
  }

  /// Somebody who could be the engine.
  package static func holder(_ name: String, host: String = "here") -> LeaseHolder {
    LeaseHolder(engine: name, host: host, path: "/store", process: 1)
  }

  /// Deploys a definition under the next number and version.
  @discardableResult
  package func deploy(_ definition: ProcessDefinition, folder: String = "/folder") throws -> DeployedDefinition {
    let newest = try store.findDefinition(key: definition.key, version: nil)
    let highest = try store.highestIdentifiers().definition
    let deployed = DeployedDefinition(
      id: DefinitionID(highest.rawValue + 1), version: (newest?.version ?? 0) + 1, definition: definition,
      folder: folder, deployedAt: now)
    #expect(try store.commit([.deployment(deployed, command: nil)], lease: lease) == [.committed])
    definitions[deployed.id] = deployed
    return deployed
  }

  /// Starts an instance.
  @discardableResult
  package func start(
    _ deployed: DeployedDefinition, key: String? = nil, variables: Context = Context(), command: CommandRecord? = nil
  ) throws -> InstanceID {
    let id = InstanceID(nextInstance)
    nextInstance += 1
    definitions[deployed.id] = deployed
    instances[id] = ProcessInstance(id: id, definition: deployed.id, createdAt: now)
    try perform(.start(businessKey: key, variables: variables), on: id, command: command)
    return id
  }

  /// Makes a step and commits it. What the rules refuse throws and changes nothing.
  package func perform(_ step: InstanceCommand, on id: InstanceID, command: CommandRecord? = nil) throws {
    guard let unit = try unit(step, on: id, command: command) else { return }
    #expect(try store.commit([.unit(unit)], lease: lease) == [.committed])
    note(unit)
  }

  /// The unit of a step that is not committed.
  package func unit(_ command: InstanceCommand, on id: InstanceID, command record: CommandRecord? = nil) throws
    -> UnitOfWork?
  {
    let instance = try #require(instances[id])
    let definition = try #require(definitions[instance.definition]).definition
    let context = StepContext(definition: definition, now: now, epoch: lease.epoch, freeSlots: freeSlots)
    let transition = try step(instance, command, in: context)
    guard !transition.entries.isEmpty else { return nil }
    let outbox = transition.entries.compactMap { entry -> OutboxEntry? in
      guard let event = PublishableEvent(entry.event), definition.policy.publishes.contains(event) else { return nil }
      return OutboxEntry(
        sequence: entry.sequence, type: event.rawValue,
        json: #"{"instance":\#(id),"seq":\#(entry.sequence),"type":"\#(event.rawValue)"}"#)
    }
    return UnitOfWork(
      instance: transition.instance, expectedVersion: instance.version, entries: transition.entries,
      changes: transition.changes, command: record, outbox: outbox)
  }

  /// A unit is committed.
  package func note(_ unit: UnitOfWork) {
    instances[unit.instance.id] = unit.instance
    histories[unit.instance.id, default: []] += unit.entries
  }

  /// Finishes the work at a node.
  package func finish(
    _ node: String, of id: InstanceID, _ outcome: WorkOutcome = .completed(result: .null)
  ) throws {
    let token = try token(node, of: id)
    let isTask = token.wait == .userTask || token.wait == .externalTask
    try perform(
      isTask
        ? .finishTask(token.id, fence: nil, outcome: outcome)
        : .finishWork(token.id, attempt: token.attempt, outcome: outcome), on: id)
  }

  /// The live token at a node.
  package func token(_ node: String, of id: InstanceID) throws -> Token {
    let instance = try #require(instances[id])
    let definition = try #require(definitions[instance.definition]).definition
    return try #require(
      instance.tokens.first { definition[$0.node].id == node }, "no token at \(node) of instance \(id)")
  }

  /// An instance as it must be stored.
  package func instance(_ id: InstanceID) throws -> ProcessInstance { try #require(instances[id]) }

  /// Finds out whether the store holds what it must.
  package func check(_ id: InstanceID, _ sourceLocation: SourceLocation = #_sourceLocation) throws {
    let stored = try store.loadInstance(id)
    #expect(stored == instances[id], sourceLocation: sourceLocation)
  }

  /// Lets another process become the engine; this driver goes on as that one.
  package func hand(over store: any EngineStore, to holder: LeaseHolder) throws -> StoreDriver {
    let driver = try StoreDriver(store, holder: holder)
    driver.instances = instances
    driver.histories = histories
    driver.definitions = definitions
    driver.nextInstance = nextInstance
    return driver
  }

  /// Instances that were deleted are no longer there.
  package func forget(_ id: InstanceID) {
    instances[id] = nil
    histories[id] = nil
  }

  /// Leaves out numbers that the store has given out to others.
  package func skip(to number: Int64) { nextInstance = max(nextInstance, number) }

  /// Gives the lease back.
  package func release() throws { try store.releaseLease(lease, at: now) }

  /// The definition of an instance.
  package func definition(of instance: ProcessInstance) throws -> DeployedDefinition {
    try #require(definitions[instance.definition])
  }
}

/// Commands for the contract.
package enum ContractCommand {
  package static let issuer = Issuer(
    user: "anna", sudoUser: "root", sshClient: "10.0.0.7", host: "desk", source: "cli")

  package static func record(_ key: String, _ verb: Verb, at instant: Timestamp, reason: String? = "because")
    -> CommandRecord
  {
    CommandRecord(command: command(key, verb, reason: reason), issuedAt: instant)
  }

  package static func command(_ key: String, _ verb: Verb, reason: String? = "because") -> OperatorCommand {
    OperatorCommand(key: key, verb: verb, expectedVersion: 3, issuer: issuer, reason: reason)
  }
}

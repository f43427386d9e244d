import EngineCore
import EngineRuntime

/// The row of an instance: everything about it that is one of a kind.
public protocol ProcessInstanceStore {
  /// What a unit of work must know of the stored row; nil when there is no such instance. On the path of every unit.
  func header(of instance: InstanceID) throws(StoreFailure) -> InstanceHeader?
  /// The whole row, without what other stores hold of the instance.
  func row(of instance: InstanceID) throws(StoreFailure) -> InstanceRow?
  /// Writes the row of a new instance.
  func insert(_ row: InstanceRow) throws(StoreFailure)
  /// Writes what every unit changes: version, sequence, next identifier, time of the change and newest history.
  /// Adapters keep all of these out of their indexes.
  func advance(_ instance: ProcessInstance, history: HistoryPosition) throws(StoreFailure)
  /// The same, with whether one of its tokens is executing.
  func advance(
    _ instance: ProcessInstance, isExecuting: Bool, history: HistoryPosition
  ) throws(StoreFailure)
  /// Writes every column that can change. The business key is given at the start.
  func update(_ row: InstanceRow) throws(StoreFailure)
  /// Removes the row.
  func delete(_ instance: InstanceID) throws(StoreFailure)
  /// The highest identifier that was ever given out, that of a deleted instance included.
  func highestInstance() throws(StoreFailure) -> InstanceID
  /// The ended instances of a deployed version in the order of their ends, after a position. Served by an index.
  func endedInstances(
    of definition: DefinitionID, after position: EndPosition?, limit: Int
  ) throws(StoreFailure) -> [EndPosition]
  /// Live instances of a deployed version after one, ascending: all of them, or those that are suspended with it.
  /// Served by indexes.
  func liveInstances(
    of definition: DefinitionID, onlyHeld: Bool, after instance: InstanceID, limit: Int
  ) throws(StoreFailure) -> [InstanceID]
  /// Identifiers after a given one, ascending. For whoever goes through the whole store.
  func instances(after instance: InstanceID, limit: Int) throws(StoreFailure) -> [InstanceID]
}

/// Where a row of history lies in its store; zero means that there is none. Only its store can tell what it means.
public struct HistoryPosition: RawRepresentable, Sendable, Hashable {
  /// The plain number.
  public let rawValue: Int64
  /// Wraps a plain number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
  /// No history yet.
  public static let none = HistoryPosition(rawValue: 0)
}

/// What a unit of work must know of the stored row of its instance.
public struct InstanceHeader: Sendable, Hashable {
  /// The stored version.
  public let version: Int64
  /// The newest history.
  public let history: HistoryPosition
  /// What it counts as.
  public let tally: InstanceTally

  /// Describes a stored row.
  public init(version: Int64, history: HistoryPosition, tally: InstanceTally) {
    self.version = version
    self.history = history
    self.tally = tally
  }
}

/// What lists, counters and indexes go by. As long as it stays the same, a step touches none of them.
public struct InstanceTally: Sendable, Hashable {
  /// What the instance runs.
  public let definition: DefinitionID
  /// Where it is in its life.
  public let state: InstanceState
  /// Whether it is suspended.
  public let isSuspended: Bool
  /// Whether one of its tokens is executing: recovery looks at no other instance.
  public let isExecuting: Bool
  /// How many incidents are open.
  public let incidents: Int

  /// Describes an instance as it is stored.
  public init(
    definition: DefinitionID, state: InstanceState, isSuspended: Bool, isExecuting: Bool, incidents: Int
  ) {
    self.definition = definition
    self.state = state
    self.isSuspended = isSuspended
    self.isExecuting = isExecuting
    self.incidents = incidents
  }

  /// Describes an instance.
  public init(_ instance: ProcessInstance) {
    self.init(
      definition: instance.definition, state: instance.state, isSuspended: instance.isSuspended,
      isExecuting: instance.isExecuting, incidents: instance.incidents.count)
  }

  /// Whether nothing differs from another one, but perhaps that a token is executing.
  func countsLike(_ other: InstanceTally) -> Bool {
    state == other.state && incidents == other.incidents && isSuspended == other.isSuspended
      && definition == other.definition
  }
}

/// The whole row of an instance.
public struct InstanceRow: Sendable, Hashable {
  /// Its identifier.
  public let id: InstanceID
  /// The name that the outside world has for it.
  public let businessKey: String?
  /// Who called it; nil for an instance that was started by itself.
  public let parent: ParentLink?
  /// The code of the error that it failed with, or because of which it is or was undone.
  public let errorCode: String?
  /// What it counts as.
  public let tally: InstanceTally
  /// Whether it is suspended because its definition is.
  public let isHeld: Bool
  /// Whether an invariant broke.
  public let isCorrupted: Bool
  /// How many units have been committed for it.
  public let version: Int64
  /// The sequence of its last event.
  public let sequence: Int64
  /// The next identifier that it gives out.
  public let nextID: Int64
  /// When it was started.
  public let createdAt: Timestamp
  /// When it last changed.
  public let updatedAt: Timestamp
  /// When it came to its end.
  public let endedAt: Timestamp?
  /// Its newest history.
  public let history: HistoryPosition

  /// Describes a row.
  public init(
    id: InstanceID, businessKey: String?, parent: ParentLink?, errorCode: String?, tally: InstanceTally,
    isHeld: Bool, isCorrupted: Bool,
    version: Int64, sequence: Int64, nextID: Int64, createdAt: Timestamp, updatedAt: Timestamp, endedAt: Timestamp?,
    history: HistoryPosition
  ) {
    self.id = id
    self.businessKey = businessKey
    self.parent = parent
    self.errorCode = errorCode
    self.tally = tally
    self.isHeld = isHeld
    self.isCorrupted = isCorrupted
    self.version = version
    self.sequence = sequence
    self.nextID = nextID
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.endedAt = endedAt
    self.history = history
  }

  /// The row of an instance.
  public init(_ instance: ProcessInstance, tally: InstanceTally, history: HistoryPosition) {
    self.init(
      id: instance.id, businessKey: instance.businessKey, parent: instance.parent, errorCode: instance.errorCode,
      tally: tally, isHeld: instance.isHeld, isCorrupted: instance.isCorrupted, version: instance.version,
      sequence: instance.sequence,
      nextID: instance.nextID,
      createdAt: instance.createdAt, updatedAt: instance.updatedAt, endedAt: instance.endedAt, history: history)
  }
}

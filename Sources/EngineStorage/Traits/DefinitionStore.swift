import EngineCore
import EngineRuntime

/// Deployed definitions, and how many of their instances are in which state.
public protocol DefinitionStore {
  /// A deployed version.
  func definition(_ id: DefinitionID) throws(StoreFailure) -> DeployedDefinition?
  /// The newest version under a key, or a given one.
  func definition(key: String, version: Int?) throws(StoreFailure) -> DeployedDefinition?
  /// The newest version of every process, by key.
  func newestDefinitions() throws(StoreFailure) -> [DeployedDefinition]
  /// The highest identifier that was given out.
  func highestDefinition() throws(StoreFailure) -> DefinitionID
  /// Writes a deployed definition.
  func insert(_ deployed: DeployedDefinition) throws(StoreFailure)
  /// When definitions start by themselves, in the order of their keys and places.
  func startTimers() throws(StoreFailure) -> [StartTimer]
  /// Writes the timers of a key in place of those that it has.
  func replaceStartTimers(of key: String, by timers: [StartTimer]) throws(StoreFailure)
  /// The deployed versions that are suspended, or whose instances are being resumed, by number.
  func holds() throws(StoreFailure) -> [DefinitionHold]
  /// Writes that a deployed version is suspended or goes on; nothing is left of what is over.
  func put(_ hold: DefinitionHold) throws(StoreFailure)
  /// Adds to the counters of a definition in one state. Counters are part of every transaction that changes what they
  /// count, so that no total ever needs a scan.
  func add(_ change: CountChange, to state: InstanceState, of definition: DefinitionID) throws(StoreFailure)
  /// The next deployed version after a given one.
  func definition(after id: DefinitionID?) throws(StoreFailure) -> DefinitionID?
  /// The counters of one deployed version, in any order.
  func counts(of definition: DefinitionID) throws(StoreFailure) -> [CountRow]
  /// All counters, in any order.
  func counts() throws(StoreFailure) -> [CountRow]
}

/// How the counters of one definition and state change.
public struct CountChange: Sendable, Hashable {
  /// By how much the number of instances changes.
  public var instances = 0
  /// By how much the number of suspended ones changes.
  public var suspended = 0
  /// By how much the number of those with an open incident changes.
  public var withIncidents = 0
  /// By how much the number of open incidents changes.
  public var incidents = 0

  /// No change.
  public init() {}

  /// Whether nothing changes.
  public var isZero: Bool { self == CountChange() }

  mutating func add(_ tally: InstanceTally, times sign: Int) {
    instances += sign
    suspended += tally.isSuspended ? sign : 0
    withIncidents += tally.incidents > 0 ? sign : 0
    incidents += tally.incidents * sign
  }
}

/// The counters of one definition and state.
public struct CountRow: Sendable, Hashable {
  /// The definition.
  public let definition: DefinitionID
  /// The state.
  public let state: InstanceState
  /// What was counted since the store was made.
  public let counted: CountChange

  /// Describes a row.
  public init(definition: DefinitionID, state: InstanceState, counted: CountChange) {
    self.definition = definition
    self.state = state
    self.counted = counted
  }
}

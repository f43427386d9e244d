import EngineCore
import EngineRuntime

/// The rows of a store in memory. The rows of one instance lie together.
struct MemoryTables {
  /// What the row stores hold of one instance.
  struct StoredInstance {
    var row: InstanceRow
    var tokens: [Token] = []
    var scopes: [ScopeInstance] = []
    var timers: [Timer] = []
    var subscriptions: [StoredSubscription] = []
    var userTasks: [UserTask] = []
    var externalTasks: [ExternalTask] = []
    var deferred: [DeferredOutcome] = []
    var incidents: [Incident] = []
    var records: [CompensationRecord] = []
    var runs: [CompensationRun] = []
    var variables: [ScopeID: Context] = [:]
    var undoLog: [VariableTable.Overwritten] = []
    /// The sequence of the last event that was published.
    var published: Int64 = 0
  }

  /// A subscription with its place among all of the store.
  struct StoredSubscription {
    let place: Int64
    var subscription: Subscription
  }

  /// A command with the instance that it affected.
  struct StoredCommand {
    var record: CommandRecord
    var instance: InstanceID?
  }

  /// What counters go by.
  struct CountKey: Hashable {
    let definition: DefinitionID
    let state: InstanceState
  }

  var instances: [InstanceID: StoredInstance] = [:]
  var highestInstance = InstanceID(0)
  var newestSubscription: Int64 = 0
  var messages: [Int64: StoredMessage] = [:]
  var newestMessage: Int64 = 0
  var history: [HistoryPosition: HistoryUnit] = [:]
  var newestHistory = HistoryPosition.none
  var definitions: [DefinitionID: DeployedDefinition] = [:]
  var startTimers: [String: [StartTimer]] = [:]
  var holds: [DefinitionID: DefinitionHold] = [:]
  var counts: [CountKey: CountChange] = [:]
  var commands: [Int64: StoredCommand] = [:]
  var newestCommand: Int64 = 0
  var commandKeys: [String: Int64] = [:]
  /// Events that have yet to be published, ascending.
  var outbox: [PublishedEvent] = []
  var newestOutbox: Int64 = 0
  var lease: LeaseRecord?

  /// The identifiers of all instances, ascending.
  var identifiers: [InstanceID] { instances.keys.sorted() }
}

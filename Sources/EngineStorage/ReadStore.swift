import EngineCore
import EngineRuntime

/// What people look at: lists and details of a store, for consoles and the command line.
///
/// Every call reads one short transaction, asks only for what is shown, and pages by key. Safe to call from any thread;
/// the engine may be another process.
public protocol ReadStore: Sendable {
  /// Instances that a filter means, newest first. `now` is what ages are counted from.
  func instances(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<InstanceSummary>
  /// Open incidents of those instances, oldest first.
  func incidents(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<IncidentRow>
  /// Pending timers of those instances, by due time.
  func timers(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<TimerRow>
  /// Compensation runs that are not over, oldest instance first.
  func compensations(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<CompensationRunRow>
  /// Open user and external tasks, oldest first.
  func tasks(
    _ filter: InstanceFilter, now: Timestamp, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<TaskRow>
  /// Deployed versions with their counts, by key and version descending.
  func definitions() throws(StoreFailure) -> Page<DefinitionRow>
  /// Operator commands, newest first; of one instance, or of all.
  func audit(
    instance: InstanceID?, after cursor: String?, limit: Int
  ) throws(StoreFailure) -> Page<AuditRow>
  /// The lease, the totals and the sizes.
  func engine() throws(StoreFailure) -> EngineRow
  /// One instance with its newest history.
  func detail(_ id: InstanceID, historyLimit: Int) throws(StoreFailure) -> InstanceDetail?
  /// History of an instance, ascending; `before` pages backwards.
  func history(
    of id: InstanceID, before sequence: Int64?, limit: Int
  ) throws(StoreFailure) -> [HistoryEntry]
  /// A number that changes whenever anybody has committed something. Cheap enough to poll.
  func changeStamp() throws(StoreFailure) -> Int64
}

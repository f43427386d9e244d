import EngineCore
import EngineRuntime

/// Compensation records and the runs that work through them.
public protocol CompensationStore {
  /// The records of an instance, ascending.
  func records(of instance: InstanceID) throws(StoreFailure) -> [CompensationRecord]
  /// Writes the row of a new record.
  func insert(_ record: CompensationRecord, of instance: InstanceID) throws(StoreFailure)
  /// Writes owner and state of a record.
  func update(_ record: CompensationRecord, of instance: InstanceID) throws(StoreFailure)
  /// Removes the row of a record.
  func delete(_ record: RecordID, of instance: InstanceID) throws(StoreFailure)
  /// The runs of an instance that are not over, ascending.
  func runs(of instance: InstanceID) throws(StoreFailure) -> [CompensationRun]
  /// Writes the row of a run, new or not.
  func put(_ run: CompensationRun, of instance: InstanceID) throws(StoreFailure)
  /// Removes the row of a run that is over.
  func delete(_ run: RunID, of instance: InstanceID) throws(StoreFailure)
}

import EngineCore
import EngineRuntime

/// Variables as they are, and the log of what their changes overwrote.
public protocol VariableStore {
  /// The variables of an instance with their undo log.
  func variables(of instance: InstanceID) throws(StoreFailure) -> VariableTable
  /// Writes one variable; nil removes its row.
  func put(
    _ value: Value?, named name: String, in scope: ScopeID, of instance: InstanceID
  ) throws(StoreFailure)
  /// Writes the entry of the undo log at a place, counted from 0.
  func append(
    _ overwritten: VariableTable.Overwritten, at place: Int, of instance: InstanceID
  ) throws(StoreFailure)
}

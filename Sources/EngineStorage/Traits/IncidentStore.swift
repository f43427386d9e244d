import EngineCore
import EngineRuntime

/// Open incidents. Resolved ones are in history alone.
public protocol IncidentStore {
  /// The open incidents of an instance, ascending.
  func incidents(of instance: InstanceID) throws(StoreFailure) -> [Incident]
  /// Writes the row of a new incident.
  func insert(_ incident: Incident, of instance: InstanceID) throws(StoreFailure)
  /// Removes the row of a resolved incident.
  func delete(_ incident: IncidentID, of instance: InstanceID) throws(StoreFailure)
}

import EngineCore
import EngineRuntime

/// Pending timers.
public protocol TimerStore {
  /// The pending timers of an instance, ascending by identifier.
  func timers(of instance: InstanceID) throws(StoreFailure) -> [Timer]
  /// Writes the row of a new timer.
  func insert(_ timer: Timer, of instance: InstanceID) throws(StoreFailure)
  /// Gives a timer another due time.
  func update(_ timer: Timer, of instance: InstanceID) throws(StoreFailure)
  /// Removes the row of a timer that has fired or was cancelled.
  func delete(_ timer: TimerID, of instance: InstanceID) throws(StoreFailure)
  /// Pending timers of all instances by due time, after a position. Served by an index.
  func pendingTimers(after position: TimerPosition?, limit: Int) throws(StoreFailure) -> [TimerPosition]
}

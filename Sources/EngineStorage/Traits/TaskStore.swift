import EngineCore
import EngineRuntime

/// Work that waits for somebody outside, and outcomes that came in while an instance was suspended.
public protocol TaskStore {
  /// The open user tasks of an instance, ascending by token.
  func userTasks(of instance: InstanceID) throws(StoreFailure) -> [UserTask]
  /// Writes the row of a user task, new or not.
  func put(_ task: UserTask, of instance: InstanceID) throws(StoreFailure)
  /// Removes the user task of a token.
  func deleteUserTask(_ token: TokenID, of instance: InstanceID) throws(StoreFailure)

  /// The open external tasks of an instance, ascending by token.
  func externalTasks(of instance: InstanceID) throws(StoreFailure) -> [ExternalTask]
  /// Writes the row of an external task, new or not.
  func put(_ task: ExternalTask, of instance: InstanceID) throws(StoreFailure)
  /// Removes the external task of a token.
  func deleteExternalTask(_ token: TokenID, of instance: InstanceID) throws(StoreFailure)
  /// External tasks of a topic that may be fetched at an instant, by the time since when they may, then by position.
  /// Those of suspended instances are left out: nobody could lock them.
  func availableTasks(topic: String, at instant: Timestamp, limit: Int) throws(StoreFailure) -> [TokenPosition]

  /// The outcomes that wait for an instance to be resumed, in order of arrival.
  func deferredOutcomes(of instance: InstanceID) throws(StoreFailure) -> [DeferredOutcome]
  /// Replaces them.
  func replaceDeferredOutcomes(_ outcomes: [DeferredOutcome], of instance: InstanceID) throws(StoreFailure)
}

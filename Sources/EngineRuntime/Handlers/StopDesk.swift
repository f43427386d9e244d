import Synchronization

/// Where handlers hear that they are to stop at once.
///
/// Cancelling the task of a handler asks it to stop and leaves it the time that it needs for that. There is no second
/// way to say that in Swift's tasks, so those that have something to end without asking, such as a process, leave word
/// here.
package final class StopDesk: Sendable {
  private struct State {
    /// Those that were to stop before they left word.
    var stopped: Set<WorkKey> = []
    var bodies: [WorkKey: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// A handler leaves word what ends it.
  func leave(_ body: @escaping @Sendable () -> Void, for work: WorkKey) {
    let isStopped = state.withLock { state in
      if state.stopped.contains(work) { return true }
      state.bodies[work] = body
      return false
    }
    if isStopped { body() }
  }

  /// A handler is to stop at once.
  package func stop(_ work: WorkKey) {
    let body = state.withLock { state in
      state.stopped.insert(work)
      return state.bodies.removeValue(forKey: work)
    }
    body?()
  }

  /// A handler has ended.
  func forget(_ work: WorkKey) {
    state.withLock { state in
      if !state.stopped.isEmpty { state.stopped.remove(work) }
      if !state.bodies.isEmpty { state.bodies[work] = nil }
    }
  }
}

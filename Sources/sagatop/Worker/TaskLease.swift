import EngineCore
import EngineRuntime

/// Keeps a fetched task locked for as long as somebody works on it.
///
/// A task whose lease ends is free, and another worker may begin the same work while this one is still at it. So the
/// lease is extended when half of it is over; who cannot extend it has to stop.
struct TaskLease: Sendable {
  let task: FetchedTask
  let performer: any CommandPerformer

  /// The pause before something is tried again that another process, or the disk, stood in the way of.
  static let retryPause = Duration.milliseconds(500)
  /// How long giving a task back may take.
  private static let farewell = Duration.seconds(2)

  /// How work on a task ended.
  enum End {
    case done
    /// The task was no longer held, and why.
    case lost(String)
    /// The worker was told to stop.
    case stopped
  }

  private enum Step {
    case worked(isDone: Bool)
    case released(why: String?)
  }

  /// Works while the lease is extended; the work says whether it is done. It is cancelled when the lease is lost, and
  /// waited for in any case.
  func hold(_ work: @escaping @Sendable () async -> Bool) async -> End {
    await withTaskGroup(of: Step.self) { group in
      group.addTask { .worked(isDone: await work()) }
      group.addTask { .released(why: await extend()) }
      var end = End.stopped
      for await step in group {
        switch step {
        case .worked(isDone: true): end = .done
        case .worked(isDone: false), .released(why: nil): break
        case .released(let why?):
          // What is done holds no task any more.
          if case .stopped = end { end = .lost(why) }
        }
        if case .released(why: nil) = step { continue }
        group.cancelAll()
      }
      return end
    }
  }

  /// Ends the lease, so that another worker need not wait for its end. That it fails is no harm: it ends anyhow.
  func giveBack() async {
    let asking = Task { try await ask(.zero, before: ContinuousClock.now + Self.farewell) }
    _ = try? await asking.value
  }

  /// Extends the lease again and again. Returns why it is lost, or nil when nobody works any more.
  private func extend() async -> String? {
    var end = task.heldUntil
    var next = end - task.lease / 2
    while true {
      do {
        try await Task.sleep(until: next, clock: .continuous)
        let asked = ContinuousClock.now
        guard try await ask(task.lease, before: end) else { return "the engine did not answer in time" }
        end = asked + task.lease
        next = end - task.lease / 2
      } catch let rejection as Rejection {
        return rejection.message
      } catch let failure as StoreFailure where failure.mayPass {
        next = ContinuousClock.now + min(Self.retryPause, task.lease / 4)
        if next >= end { return "\(failure)" }
      } catch {
        return error is CancellationError ? nil : "\(error)"
      }
    }
  }

  /// Asks for an extension; false when there is no answer in time.
  private func ask(_ lease: Duration, before end: ContinuousClock.Instant) async throws -> Bool {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await performer.ask(
          .extendLease(task.instance, token: task.token, fence: task.fence, lease: lease), source: "worker")
        return true
      }
      group.addTask {
        try await Task.sleep(until: end, clock: .continuous)
        return false
      }
      defer { group.cancelAll() }
      return try await group.next() ?? false
    }
  }
}

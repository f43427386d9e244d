import ConsoleCore
import EngineCore
import EngineRuntime
import Synchronization

/// What becomes of a store while a console is on it: told by the engine in this process, and by whoever looks after the
/// file.
///
/// A store whose file is gone stays gone: the engine is stopped then, and whoever showed the console tells why it
/// ended.
final class StoreNews: EngineObserver {
  private struct State {
    var loss: StoreFailure?
    var trouble: StoreFailure?
    var engine: RunningEngine?
    var inbox: MessageInbox?
    var waiting: [CheckedContinuation<StoreFailure?, Never>] = []
  }

  private let state = Mutex(State())

  /// What has become of the file; nil as long as it is there.
  var loss: StoreFailure? { state.withLock { $0.loss } }

  /// The engine that is to stop when the store is gone.
  func look(after engine: RunningEngine) {
    let isLost = state.withLock { state in
      state.engine = engine
      return state.loss != nil
    }
    if isLost { Self.stop(engine) }
  }

  /// The screen on which all is told from now on, and what was told before.
  func tell(_ inbox: MessageInbox) {
    let (loss, trouble) = state.withLock { state in
      state.inbox = inbox
      return (state.loss, state.trouble)
    }
    if let loss {
      inbox.post(.storeLost(message: loss.message))
    } else if let trouble {
      inbox.post(.writesFailing(message: trouble.message))
    }
  }

  /// The file is gone.
  func lose(_ loss: StoreFailure) {
    let told = state.withLock { state -> State? in
      guard state.loss == nil else { return nil }
      state.loss = loss
      defer { state.waiting = [] }
      return state
    }
    guard let told else { return }
    told.inbox?.post(.storeLost(message: loss.message))
    if let engine = told.engine { Self.stop(engine) }
    for continuation in told.waiting { continuation.resume(returning: loss) }
  }

  func committed(_ units: [UnitOfWork]) {}

  func noticed(_ notice: EngineNotice) {
    switch notice {
    case .storeFailed(let failure) where failure.kind == .gone: lose(failure)
    case .storeFailed(let failure): note(failure)
    case .storeRecovered: note(nil)
    case .leaseTaken:
      // That was a write, and nothing else tells of one when the lease was lost before.
      note(nil)
      state.withLock { $0.inbox }?.post(.roleChanged(.engine))
    case .leaseLost: state.withLock { $0.inbox }?.post(.roleChanged(.attached))
    case .versionConflict, .ignored, .startFailed, .sinkFailed, .sinkRecovered, .archiveFailed, .archiveRecovered,
      .corrupted, .unreadable:
      break
    }
  }

  private func note(_ trouble: StoreFailure?) {
    let inbox = state.withLock { state -> MessageInbox? in
      guard state.trouble != trouble else { return nil }
      state.trouble = trouble
      return state.inbox
    }
    inbox?.post(.writesFailing(message: trouble?.message))
  }

  /// Waits until the store is gone; nil when the task is cancelled before.
  func untilLost() async -> StoreFailure? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> StoreFailure?? in
          if let loss = state.loss { return .some(loss) }
          if Task.isCancelled { return .some(nil) }
          state.waiting.append(continuation)
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting
      }
      for continuation in waiting { continuation.resume(returning: nil) }
    }
  }

  /// Handlers get what they get at any other end.
  private static func stop(_ engine: RunningEngine) {
    Task.detached { await engine.stop() }
  }
}

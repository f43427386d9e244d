import EngineCore
import EngineRuntime
import Synchronization

/// What a log says of a store that fails: each failure when it comes, and when it comes again and again at most once a
/// minute, with how often it has.
///
/// An engine tries again as long as it lives, several times a second: a full disk would fill the next one with the log.
final class StoreTrouble: Sendable {
  /// How long a failure that was said is not said again.
  static let pause = Duration.seconds(60)
  /// How many failures are told apart; beyond that all begin anew.
  private static let limit = 100

  private struct Known {
    /// When it was said, by the clock's elapsed time.
    var saidAt: Duration
    /// How often it has come since.
    var unsaid = 0
  }

  private struct State {
    var failures: [StoreFailure: Known] = [:]
    /// Whether a failure has been said, and not yet that it is over.
    var isOpen = false
  }

  private let clock: any EngineClock
  private let state = Mutex(State())

  init(clock: any EngineClock = SystemClock()) { self.clock = clock }

  /// What is to be said about a failure; nil when nothing is.
  func sentence(about failure: StoreFailure) -> String? {
    let now = clock.elapsed()
    return state.withLock { state in
      if let known = state.failures[failure], now - known.saidAt < Self.pause {
        state.failures[failure]?.unsaid += 1
        return nil
      }
      let unsaid = state.failures[failure]?.unsaid ?? 0
      if state.failures.count >= Self.limit { state.failures = [:] }
      state.failures[failure] = Known(saidAt: now)
      state.isOpen = true
      return unsaid == 0 ? "\(failure)" : "\(failure) (and \(unsaid) more since that was last said)"
    }
  }

  /// Whether it is to be said that the store works again: once for whatever was said before.
  func isOver() -> Bool {
    state.withLock { state in
      defer { state.isOpen = false }
      return state.isOpen
    }
  }
}

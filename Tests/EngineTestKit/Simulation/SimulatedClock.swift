import EngineCore
import EngineRuntime
import Synchronization

/// A clock that stands still until the simulation moves it, in either direction.
package final class SimulatedClock: EngineClock {
  private static let beginning = Timestamp(microseconds: 1_700_000_000_000_000)
  private let time = Mutex((now: beginning, latest: beginning))

  package init() {}

  package func now() -> Timestamp { time.withLock { $0.now } }

  /// The latest time that it has ever shown.
  package var latest: Timestamp { time.withLock { $0.latest } }

  package func move(by duration: Duration) {
    time.withLock { time in
      time.now = time.now + duration
      time.latest = max(time.latest, time.now)
    }
  }
}

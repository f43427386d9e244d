import EngineCore
import EngineRuntime
import Synchronization

/// A clock that stands still until the simulation moves it, in either direction.
package final class SimulatedClock: EngineClock {
  private let time = Mutex(Timestamp(microseconds: 1_700_000_000_000_000))

  package init() {}

  package func now() -> Timestamp { time.withLock { $0 } }

  package func move(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

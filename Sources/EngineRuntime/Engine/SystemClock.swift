import EngineCore
import Glibc

/// The clock of the machine.
public struct SystemClock: EngineClock {
  /// Makes the clock.
  public init() {}

  /// The present instant.
  public func now() -> Timestamp { Self.now }

  /// Time since the machine was started, without the time that it slept: then no handler was at work.
  public func elapsed() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// The present instant.
  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}

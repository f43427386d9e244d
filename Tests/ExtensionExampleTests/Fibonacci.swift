import EngineCore

/// Pauses of 1, 1, 2, 3, 5, … times the back-off; it gives up at once when the other side says so.
struct Fibonacci: RetryRule {
  func pause(after failure: RetryContext) -> Duration? {
    if failure.failure.code == "GONE" { return nil }
    var (last, next) = (0, 1)
    for _ in 1..<max(failure.failures, 1) { (last, next) = (next, last + next) }
    return min(failure.policy.backoff * next, failure.policy.maximum)
  }
}

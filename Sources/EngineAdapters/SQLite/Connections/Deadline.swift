import Glibc

/// A moment on the monotonic clock after which waiting ends.
struct Deadline {
  private let nanoseconds: Int

  init(seconds: Double) { nanoseconds = Self.now + Int(seconds * 1e9) }

  var hasPassed: Bool { Self.now >= nanoseconds }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

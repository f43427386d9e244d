import Glibc

/// A lock with a condition to wait for, by the monotonic clock: what the engine's own threads sleep on.
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    condition.deallocate()
  }

  /// Does something that no other thread may see half done.
  func locked<Answer>(_ body: () -> Answer) -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Wakes whoever waits.
  func notify() { pthread_cond_broadcast(condition) }

  /// Waits until somebody notifies. Only inside of `locked`, and whoever wakes looks again whether it is for him.
  func wait() { pthread_cond_wait(condition, mutex) }

  /// Waits until somebody notifies, or until an instant of the monotonic clock: false when that has come first.
  func wait(until instant: timespec) -> Bool {
    var instant = instant
    return pthread_cond_timedwait(condition, mutex, &instant) != ETIMEDOUT
  }

  /// The instant of the monotonic clock after a wait from now on, an hour at most.
  static func instant(after wait: Duration) -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let (seconds, attoseconds) = min(max(wait, .zero), .seconds(3600)).components
    let nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
    return timespec(
      tv_sec: now.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
  }
}

/// A thread that belongs to nobody: it ends when its body does.
enum DetachedThread {
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Starts a thread. The answer tells it from others.
  @discardableResult
  static func start(_ run: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(run))
    let status = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    precondition(status == 0, "a thread could not be started: \(status)")
    pthread_detach(thread)
    return thread
  }
}

import DequeModule
import Glibc

/// The thread of one engine: it runs the actor's jobs, and between them the engine's turns.
///
/// A commit waits for the disk. On the shared pool it would block everybody's tasks, so an engine has a thread of its
/// own, and a turn on it is never split by a suspension.
final class EngineThread: SerialExecutor, @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // Guarded by the mutex.
  private var jobs = Deque<UnownedJob>()
  private var isAwake = false
  private var isStopping = false
  private var thread: pthread_t?
  /// Makes one turn and says how long to wait for the next one at most; nil waits for a wake-up.
  private var turn: (@Sendable () -> Duration?)?

  init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
    let context = Unmanaged.passRetained(self)
    var created = pthread_t()
    let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
      guard let context else { return nil }
      Unmanaged<EngineThread>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }
    let status = pthread_create(&created, nil, body, context.toOpaque())
    precondition(status == 0, "the engine's thread could not be started: \(status)")
    thread = created
    pthread_detach(created)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    condition.deallocate()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    locked { jobs.append(job) }
    pthread_cond_signal(condition)
  }

  func checkIsolated() {
    precondition(thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false, "not on the engine's thread")
  }

  /// Turns are made from now on; nil ends them.
  func setTurn(_ turn: (@Sendable () -> Duration?)?) {
    locked {
      self.turn = turn
      isAwake = true
    }
    pthread_cond_signal(condition)
  }

  /// Makes the next turn come at once.
  func wake() {
    locked { isAwake = true }
    pthread_cond_signal(condition)
  }

  /// Ends the thread after the jobs that are waiting.
  func stop() {
    locked { isStopping = true }
    pthread_cond_signal(condition)
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  private func run() {
    var deadline: timespec?
    while true {
      let (job, turn, isOver) = waitForWork(until: deadline)
      if isOver { return }
      if let job {
        job.runSynchronously(on: asUnownedSerialExecutor())
      } else if let turn {
        deadline = turn().map(Self.monotonic(after:))
      } else {
        deadline = nil
      }
    }
  }

  /// Blocks until there is a job, a wake-up or the deadline. Jobs go first: they are rare and short.
  private func waitForWork(until deadline: timespec?) -> (UnownedJob?, (@Sendable () -> Duration?)?, Bool) {
    locked {
      while true {
        if let job = jobs.popFirst() { return (job, nil, false) }
        if isStopping { return (nil, nil, true) }
        if isAwake {
          isAwake = false
          return (nil, turn, false)
        }
        guard var limit = deadline else {
          pthread_cond_wait(condition, mutex)
          continue
        }
        if pthread_cond_timedwait(condition, mutex, &limit) == ETIMEDOUT { return (nil, turn, false) }
      }
    }
  }

  private static func monotonic(after wait: Duration) -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let (seconds, attoseconds) = min(max(wait, .zero), .seconds(3600)).components
    var nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
    now.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
    nanoseconds %= 1_000_000_000
    return timespec(tv_sec: now.tv_sec, tv_nsec: nanoseconds)
  }
}

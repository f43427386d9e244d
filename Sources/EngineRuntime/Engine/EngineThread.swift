import DequeModule
import Glibc

/// The thread of one engine: it runs the actor's jobs, and between them the engine's turns.
///
/// A commit waits for the disk. On the shared pool it would block everybody's tasks, so an engine has a thread of its
/// own, and a turn on it is never split by a suspension.
final class EngineThread: SerialExecutor, @unchecked Sendable {
  private let monitor = Monitor()
  // Guarded by the monitor.
  private var jobs = Deque<UnownedJob>()
  private var isAwake = false
  private var isStopping = false
  private var thread: pthread_t?
  /// Makes one turn and says how long to wait for the next one at most; nil waits for a wake-up.
  private var turn: (@Sendable () -> Duration?)?

  init() {
    // The thread keeps this object until it is stopped.
    let started = DetachedThread.start { self.run() }
    monitor.locked { thread = started }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    monitor.locked { jobs.append(job) }
    monitor.notify()
  }

  func checkIsolated() {
    let thread: pthread_t? = monitor.locked { self.thread }
    precondition(thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false, "not on the engine's thread")
  }

  /// Turns are made from now on; nil ends them.
  func setTurn(_ turn: (@Sendable () -> Duration?)?) {
    monitor.locked {
      self.turn = turn
      isAwake = true
    }
    monitor.notify()
  }

  /// Makes the next turn come at once.
  func wake() {
    monitor.locked { isAwake = true }
    monitor.notify()
  }

  /// Ends the thread after the jobs that are waiting.
  func stop() {
    monitor.locked { isStopping = true }
    monitor.notify()
  }

  private func run() {
    var deadline: timespec?
    while true {
      let (job, turn, isOver) = waitForWork(until: deadline)
      if isOver { return }
      if let job {
        job.runSynchronously(on: asUnownedSerialExecutor())
      } else if let turn {
        deadline = turn().map(Monitor.instant(after:))
      } else {
        deadline = nil
      }
    }
  }

  /// Blocks until there is a job, a wake-up or the deadline. Jobs go first: they are rare and short.
  private func waitForWork(until deadline: timespec?) -> (UnownedJob?, (@Sendable () -> Duration?)?, Bool) {
    monitor.locked {
      while true {
        if let job = jobs.popFirst() { return (job, nil, false) }
        if isStopping { return (nil, nil, true) }
        if isAwake {
          isAwake = false
          return (nil, turn, false)
        }
        if let deadline {
          if !monitor.wait(until: deadline) { return (nil, turn, false) }
        } else {
          monitor.wait()
        }
      }
    }
  }
}

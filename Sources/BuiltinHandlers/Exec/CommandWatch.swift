@preconcurrency import Dispatch
import Glibc

/// Tells when a child process exits and when its time is up.
///
/// Nothing of it outlives `cancel()`. A sleeping task would: its timer stays until it is due, however early the command
/// is done.
struct CommandWatch {
  /// What the keeper of a running command waits for.
  enum Wake: Sendable, Hashable {
    /// The process has exited; it has not been reaped.
    case exited
    /// Its time is up.
    case timeout
    /// Nobody wants its result any more.
    case cancelled
    /// It must end at once.
    case killed
  }

  /// How often an exit is looked for where the system has no process descriptors, as on Linux before 5.3.
  private static let fallbackInterval = DispatchTimeInterval.milliseconds(20)

  private let sources: [any DispatchSourceProtocol]

  /// Watches a child. `descriptor` is its process descriptor, or negative where there is none.
  init(child: pid_t, descriptor: CInt, timeout: Duration?, wakes: AsyncStream<Wake>.Continuation) {
    var sources = [Self.exitSource(of: child, descriptor: descriptor, wakes)]
    if let timeout { sources.append(Self.timer(after: timeout, wakes)) }
    self.sources = sources
    for source in sources { source.activate() }
  }

  /// Stops watching.
  func cancel() {
    for source in sources { source.cancel() }
  }

  private static func exitSource(
    of child: pid_t, descriptor: CInt, _ wakes: AsyncStream<Wake>.Continuation
  ) -> any DispatchSourceProtocol {
    // The source needs a descriptor of its own: the original is closed as soon as the child has been reaped, and its
    // number may then be anything.
    let own = descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else {
      let timer = DispatchSource.makeTimerSource()
      timer.schedule(deadline: .now(), repeating: fallbackInterval)
      timer.setEventHandler { @Sendable in
        if ChildStatus(of: child) != nil { wakes.yield(.exited) }
      }
      return timer
    }
    let source = DispatchSource.makeReadSource(fileDescriptor: own)
    source.setEventHandler { @Sendable in
      // A process descriptor stays readable: one event is enough.
      source.cancel()
      wakes.yield(.exited)
    }
    source.setCancelHandler { @Sendable in _ = close(own) }
    return source
  }

  private static func timer(
    after timeout: Duration, _ wakes: AsyncStream<Wake>.Continuation
  ) -> any DispatchSourceProtocol {
    let timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .now() + .nanoseconds(timeout.nanosecondsForTimer))
    timer.setEventHandler { @Sendable in wakes.yield(.timeout) }
    return timer
  }
}

extension Duration {
  /// The length in nanoseconds, never negative and never longer than a century.
  fileprivate var nanosecondsForTimer: Int {
    let longest = 3_155_760_000
    let (seconds, attoseconds) = components
    if seconds < 0 { return 0 }
    if seconds >= longest { return longest * 1_000_000_000 }
    return Int(seconds) * 1_000_000_000 + max(0, Int(attoseconds / 1_000_000_000))
  }
}

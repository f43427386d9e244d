import CTerminal
import Glibc

/// Wakes the loop of a session from any thread.
///
/// What is to be said travels by other ways (a queue under a lock); this only says that there is something. Many calls
/// before the loop looks are one event.
package final class TerminalWaker: Sendable {
  let descriptor: Int32

  package init() throws(TerminalError) {
    descriptor = ct_eventfd()
    if descriptor < 0 { throw .systemRefused(code: errno) }
  }

  deinit {
    close(descriptor)
  }

  /// Costs one system call and never waits.
  package func wake() {
    var one: UInt64 = 1
    // A full counter is not an error: the loop will wake.
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Whether anybody has called since the last time.
  func take() -> Bool {
    var count: UInt64 = 0
    return read(descriptor, &count, MemoryLayout<UInt64>.size) == MemoryLayout<UInt64>.size
  }
}

import Dispatch
import Glibc

/// Unix signals as something to wait for.
final class Signals {
  private let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  /// Watches for these signals from now on. Their default action is off from here, for the rest of the process.
  init(_ signals: Int32...) {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let queue = DispatchQueue(label: "signals")
    self.stream = stream
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in continuation.yield(number) }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }

  /// Waits for the first of them, which may have come already; 0 when the task is cancelled.
  func first() async -> Int32 {
    for await number in stream { return number }
    return 0
  }
}

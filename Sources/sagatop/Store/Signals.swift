import Dispatch
import Glibc

/// Unix signals as something to wait for.
final class Signals {
  private let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  /// Watches for these signals from now on. Their default action is off from here, for the rest of the process.
  ///
  /// - Parameter handler: Called for each of them, on a queue of their own.
  init(_ signals: Int32..., handler: (@Sendable (Int32) -> Void)? = nil) {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let queue = DispatchQueue(label: "signals")
    self.stream = stream
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in
        handler?(number)
        continuation.yield(number)
      }
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

  /// Runs something that whoever sits at the keyboard, or a supervisor, may end before its time: a signal cancels it.
  /// It has to put its things in order before it returns; then the process ends as the signal asked it to.
  static func interrupting<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let signals = Signals(SIGTERM, SIGINT, SIGHUP)
    let work = Task { try await body() }
    let watch = Task {
      let number = await signals.first()
      if number != 0 { work.cancel() }
      return number
    }
    let result = await work.result
    watch.cancel()
    let number = await watch.value
    if number != 0 { throw SignalEnding(number: number) }
    return try result.get()
  }
}

/// A command was ended by a signal, in good order.
struct SignalEnding: Error {
  let number: Int32
}

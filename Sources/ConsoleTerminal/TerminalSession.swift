// The console's loop. ncurses keeps its state in global variables and locks nothing, so one thread owns it: this one.
// It waits for keys, signals and calls from other threads, drains them all, asks the program for one picture, and
// paints what changed. A session costs nothing while nothing happens.

import CTerminal
import ConsoleCore
import ConsoleView
import Glibc

/// One stay on the terminal, from taking it over to giving it back.
package struct TerminalSession {
  /// Called on the session's thread with everything that has happened since the last call, in order.
  package typealias Handler = (_ events: [TerminalEvent]) -> TerminalResponse

  private let configuration: TerminalConfiguration
  private let theme: Theme
  private let waker: TerminalWaker

  /// - Parameters:
  ///   - configuration: which terminal.
  ///   - theme: the look, until the program asks for another.
  ///   - waker: what other threads call to be heard.
  package init(_ configuration: TerminalConfiguration, theme: Theme, waker: TerminalWaker) {
    self.configuration = configuration
    self.theme = theme
    self.waker = waker
  }

  /// Shows the program on the calling thread until it ends, a signal arrives or the terminal goes away.
  ///
  /// However it ends, the terminal is as it was before.
  package func run(_ handler: Handler) throws(TerminalError) -> TerminalEnding {
    if configuration.guardsProcess {
      guard isatty(configuration.input) == 1, isatty(configuration.output) == 1 else { throw .notATerminal }
      ct_signals_install(waker.descriptor)
    }
    defer { if configuration.guardsProcess { ct_signals_restore() } }
    let screen = try TerminalScreen(configuration, theme: theme)
    defer {
      // A terminal that takes nothing any more holds up the farewell: a second signal must end the process.
      if configuration.guardsProcess { ct_signals_restore() }
      screen.close()
    }
    var loop = TerminalLoop(screen: screen, configuration: configuration, waker: waker)
    return loop.run(handler)
  }

  /// The same on a thread of its own, so that neither the caller's nor a pool's thread is held up.
  package func runOnOwnThread(
    _ handler: sending @escaping Handler
  ) async throws(TerminalError) -> TerminalEnding {
    let work = ThreadWork(session: self, handler: handler)
    let result = await withCheckedContinuation { continuation in
      work.start(continuation)
    }
    return try result.get()
  }
}

/// Carries a session's work onto its thread.
private final class ThreadWork: @unchecked Sendable {
  // Unchecked: written before the thread is made and read by that thread alone.
  private let session: TerminalSession
  private let handler: TerminalSession.Handler
  private var continuation: CheckedContinuation<Result<TerminalEnding, TerminalError>, Never>?

  init(session: TerminalSession, handler: @escaping TerminalSession.Handler) {
    self.session = session
    self.handler = handler
  }

  func start(_ continuation: CheckedContinuation<Result<TerminalEnding, TerminalError>, Never>) {
    self.continuation = continuation
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().work() }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      Unmanaged.passUnretained(self).release()
      continuation.resume(returning: .failure(.systemRefused(code: code)))
    }
  }

  private func work() {
    let result: Result<TerminalEnding, TerminalError>
    do throws(TerminalError) {
      result = .success(try session.run(handler))
    } catch {
      result = .failure(error)
    }
    continuation?.resume(returning: result)
  }
}

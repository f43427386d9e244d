import CTerminal
import Glibc

/// A program on a terminal of its own: press keys, look at its screen, wait for its end.
///
/// All waiting is for the program's output or its end, up to a deadline; nothing sleeps.
package final class PtyProcess {
  package let process: pid_t
  package let screen: VirtualScreen
  /// Everything that the program has written.
  package private(set) var output: [UInt8] = []
  private var master: Int32
  private var exit: Exit?
  private var hasClosed = false

  /// How a program ended.
  package enum Exit: Hashable, Sendable {
    case code(Int32)
    case signal(Int32)
  }

  /// What a test waited for and did not get, with the screen as it was.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// How the terminal's line was set up.
  package struct LineSettings: Equatable {
    package var isCanonical: Bool
    package var echoes: Bool
    package var signals: Bool
    package var translatesOutput: Bool

    /// As a shell leaves it to a program.
    package static let cooked = LineSettings(isCanonical: true, echoes: true, signals: true, translatesOutput: true)
  }

  package static let patience = Duration.seconds(20)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - path: the executable; `argumentZero` and so on follow in `arguments`.
  ///   - environment: the whole environment but for `TERM`, `LANG` and `PATH`, which have plain values unless given.
  package init(
    _ path: String, _ arguments: [String] = [], environment: [String: String] = [:], width: Int = 80, height: Int = 24
  ) throws {
    screen = VirtualScreen(width: width, height: height)
    let standard = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/"]
    let merged = standard.merging(environment) { _, given in given }
    let variables = merged.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var vector: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    var block: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { (vector + block).forEach { free($0) } }
    var descriptor: Int32 = -1
    process = ct_pty_spawn(path, &vector, &block, Int32(width), Int32(height), &descriptor)
    master = descriptor
    if process < 0 { throw Failure(description: "cannot start \(path): \(String(cString: strerror(errno)))") }
  }

  deinit {
    if exit == nil {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    if master >= 0 { close(master) }
  }

  package func send(_ keys: String) {
    send(Array(keys.utf8))
  }

  package func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      rest = rest.dropFirst(max(0, count))
    }
  }

  package func signal(_ number: Int32) {
    kill(process, number)
  }

  package func resize(width: Int, height: Int) {
    screen.resize(width: width, height: height)
    _ = ct_set_window_size(master, Int32(width), Int32(height))
  }

  package var lineSettings: LineSettings? {
    var settings = termios()
    guard tcgetattr(master, &settings) == 0 else { return nil }
    return LineSettings(
      isCanonical: settings.c_lflag & UInt32(ICANON) != 0, echoes: settings.c_lflag & UInt32(ECHO) != 0,
      signals: settings.c_lflag & UInt32(ISIG) != 0, translatesOutput: settings.c_oflag & UInt32(OPOST) != 0)
  }

  /// Waits until the screen shows `text`.
  package func wait(for text: String, within patience: Duration = PtyProcess.patience) throws {
    try wait(until: "the screen shows “\(text)”", within: patience) { $0.screen.text.contains(text) }
  }

  /// Waits until `condition` holds; it is asked again after every piece of output.
  package func wait(
    until what: String, within patience: Duration = PtyProcess.patience, _ condition: (PtyProcess) -> Bool
  ) throws {
    let deadline = ContinuousClock.now + patience
    while !condition(self) {
      guard readOutput(until: deadline) else {
        let why = hasClosed ? "the program has ended" : "\(patience) have passed"
        throw Failure(description: "waited until \(what), but \(why); the screen is\n\(screen.text)")
      }
    }
  }

  /// Waits until the program has ended and its terminal is closed.
  @discardableResult
  package func waitForExit(within patience: Duration = PtyProcess.patience) throws -> Exit {
    if let exit { return exit }
    let deadline = ContinuousClock.now + patience
    while readOutput(until: deadline) {}
    guard hasClosed else {
      throw Failure(description: "the program did not end within \(patience); the screen is\n\(screen.text)")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return note(status)
  }

  /// Takes the terminal away, as a lost connection does, and waits for the program's end.
  package func hangUp(within patience: Duration = PtyProcess.patience) throws -> Exit {
    close(master)
    master = -1
    hasClosed = true
    // There is no descriptor left to wait for.
    let deadline = ContinuousClock.now + patience
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard ContinuousClock.now < deadline else { throw Failure(description: "the program outlived its terminal") }
      poll(nil, 0, 5)
    }
    return note(status)
  }

  private func note(_ status: Int32) -> Exit {
    let ended: Exit = status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    exit = ended
    return ended
  }

  /// Reads what has arrived, waiting for it; false at the deadline and at the end.
  private func readOutput(until deadline: ContinuousClock.Instant) -> Bool {
    guard !hasClosed else { return false }
    let left = deadline - ContinuousClock.now
    guard left > .zero else { return false }
    let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
    var state = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    let count = poll(&state, 1, Int32(clamping: milliseconds))
    if count < 0 && errno == EINTR { return true }
    guard count > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let read = buffer.withUnsafeMutableBytes { Glibc.read(master, $0.baseAddress, $0.count) }
    if read < 0 && errno == EINTR { return true }
    guard read > 0 else {
      hasClosed = true
      return false
    }
    output += buffer[..<read]
    screen.feed(Array(buffer[..<read]))
    return true
  }
}

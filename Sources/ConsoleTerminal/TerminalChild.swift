import CTerminal
import Glibc

/// A program that gets the terminal for a while: an editor or a pager. Never started through a shell.
package struct TerminalChild: Hashable, Sendable {
  /// The program, looked up in `PATH`, and its arguments.
  package var arguments: [String]
  /// What it reads from standard input; nil for the terminal.
  package var input: [UInt8]?

  package init(arguments: [String], input: [UInt8]? = nil) {
    self.arguments = arguments
    self.input = input
  }

  /// How a child ended.
  package enum Outcome: Hashable, Sendable {
    case exited(code: Int32)
    case signalled(number: Int32)
    /// It could not be started.
    case failed(errno: Int32)
  }

  /// Starts the child on the terminal of `configuration` and waits for it. The screen must have been left.
  func run(on configuration: TerminalConfiguration) -> Outcome {
    ct_signals_for_child(true)
    defer { ct_signals_for_child(false) }
    var standardInput = configuration.input
    if let input {
      standardInput = input.withUnsafeBytes { ct_memory_file($0.baseAddress, $0.count) }
      if standardInput < 0 { return .failed(errno: errno) }
    }
    defer { if standardInput != configuration.input { close(standardInput) } }
    switch spawn(standardInput: standardInput, standardOutput: configuration.output) {
    case .success(let process): return TerminalChild.wait(for: process)
    case .failure(let problem): return .failed(errno: problem.code)
    }
  }

  private struct SpawnFailure: Error {
    let code: Int32
  }

  private func spawn(standardInput: Int32, standardOutput: Int32) -> Result<pid_t, SpawnFailure> {
    guard let program = arguments.first else { return .failure(SpawnFailure(code: EINVAL)) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // A duplicate onto itself would keep the close-on-exec mark; the C library clears it in that case.
    posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, standardOutput, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var vector: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { vector.forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, program, &actions, &attributes, &vector, environ)
    return code == 0 ? .success(process) : .failure(SpawnFailure(code: code))
  }

  private static func wait(for process: pid_t) -> Outcome {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      if errno != EINTR { return .failed(errno: errno) }
    }
    let signal = status & 0x7F
    return signal == 0 ? .exited(code: status >> 8 & 0xFF) : .signalled(number: signal)
  }
}

import ConsoleTestKit
import Dispatch
import Glibc
import Synchronization

/// A program that runs beside the test. Its output is read as it comes; waiting blocks none of the test's threads.
final class RunningCommand: Sendable {
  let process: pid_t
  private let state = Mutex(State())
  /// Left when it has ended.
  private let life = DispatchGroup()

  private struct State {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var openStreams = 2
    var code: Int32?
    var waiters: [Waiter] = []
  }

  private struct Waiter {
    let number: Int
    let isOver: @Sendable (borrowing State) -> Bool
    let continuation: CheckedContinuation<Bool, Never>
  }

  /// What a test waited for and did not get.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let patience = Duration.seconds(60)
  private static let numbers = Atomic(0)

  init(_ vector: [String], environment: [String: String] = [:], folder: String? = nil) throws {
    let vector = (folder.map { ["/usr/bin/env", "-C", $0] } ?? []) + vector
    let standard = ["PATH": "/usr/bin:/bin", "HOME": "/", "LANG": "C.UTF-8"]
    let variables = standard.merging(environment) { _, given in given }.sorted { $0.key < $1.key }
    var output: [Int32] = [0, 0]
    var errors: [Int32] = [0, 0]
    guard Self.makeStream(&output), Self.makeStream(&errors) else {
      throw Failure(description: "no pipe: \(String(cString: strerror(errno)))")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output[1], 1)
    posix_spawn_file_actions_adddup2(&actions, errors[1], 2)
    var arguments: [UnsafeMutablePointer<CChar>?] = vector.map { strdup($0) } + [nil]
    var block: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + block).forEach { free($0) } }
    var started = pid_t()
    let status = posix_spawn(&started, vector[0], &actions, nil, &arguments, &block)
    close(output[1])
    close(errors[1])
    guard status == 0 else {
      close(output[0])
      close(errors[0])
      throw Failure(description: "cannot start \(vector[0]): \(String(cString: strerror(status)))")
    }
    process = started
    drain(output[0]) { $0.output += $1 }
    drain(errors[0]) { $0.errors += $1 }
    life.enter()
    let queue = DispatchQueue(label: "wait for \(started)")
    queue.async { [self] in
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0 && errno == EINTR {}
      let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
      change { $0.code = code }
      life.leave()
    }
  }

  /// A pair of sockets is closed on exec from its beginning, which a pipe of POSIX is not: a process that another test
  /// starts at the same moment would keep it open.
  private static func makeStream(_ ends: inout [Int32]) -> Bool {
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
  }

  var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
  var errors: String { state.withLock { String(decoding: $0.errors, as: UTF8.self) } }

  func signal(_ number: Int32) {
    // A process that has been waited for has given its number back.
    state.withLock { if $0.code == nil { kill(process, number) } }
  }

  /// Waits until it has written a text to either stream.
  func wait(for text: String, within patience: Duration = RunningCommand.patience) async throws {
    let isThere = await wait(within: patience) { state in
      String(decoding: state.output, as: UTF8.self).contains(text)
        || String(decoding: state.errors, as: UTF8.self).contains(text)
        // What it wrote last may be read after its end.
        || state.code != nil && state.openStreams == 0
    }
    guard isThere, output.contains(text) || errors.contains(text) else {
      throw Failure(description: "waited for “\(text)”; it wrote\n\(output)\nand\n\(errors)")
    }
  }

  /// Waits for its end and says its exit code; 128 and the signal's number when a signal ended it.
  @discardableResult
  func end(within patience: Duration = RunningCommand.patience) async throws -> Int32 {
    let hasEnded = await wait(within: patience) { $0.code != nil && $0.openStreams == 0 }
    guard hasEnded, let code = state.withLock({ $0.code }) else {
      signal(SIGKILL)
      throw Failure(description: "it did not end within \(patience); it wrote\n\(output)\nand\n\(errors)")
    }
    return code
  }

  /// Kills it at once and waits until it is gone. What it has started lives on.
  func killAtOnce() async throws {
    signal(SIGKILL)
    guard await wait(within: Self.patience, until: { $0.code != nil }) else {
      throw Failure(description: "a killed process did not go away")
    }
  }

  /// Kills it at once and holds this thread until it is gone: for whoever tidies up.
  func destroy() {
    signal(SIGKILL)
    _ = life.wait(timeout: .now() + 10)
  }

  private func wait(within patience: Duration, until isOver: @escaping @Sendable (borrowing State) -> Bool) async
    -> Bool
  {
    let number = Self.numbers.add(1, ordering: .relaxed).newValue
    let components = patience.components
    let deadline =
      DispatchTime.now()
      + .nanoseconds(
        Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000))
    DispatchQueue.global().asyncAfter(deadline: deadline) { [weak self] in
      let late = self?.state.withLock { state -> CheckedContinuation<Bool, Never>? in
        guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
        return state.waiters.remove(at: index).continuation
      }
      late?.resume(returning: false)
    }
    return await withCheckedContinuation { continuation in
      let isOverNow = state.withLock { state in
        if isOver(state) { return true }
        state.waiters.append(Waiter(number: number, isOver: isOver, continuation: continuation))
        return false
      }
      if isOverNow { continuation.resume(returning: true) }
    }
  }

  private func change(_ body: @Sendable (inout State) -> Void) {
    let ready = state.withLock { state in
      body(&state)
      var ready: [CheckedContinuation<Bool, Never>] = []
      var waiting: [Waiter] = []
      for waiter in state.waiters {
        if waiter.isOver(state) { ready.append(waiter.continuation) } else { waiting.append(waiter) }
      }
      state.waiters = waiting
      return ready
    }
    for continuation in ready { continuation.resume(returning: true) }
  }

  private func drain(_ descriptor: Int32, into note: @escaping @Sendable (inout State, ArraySlice<UInt8>) -> Void) {
    DispatchQueue(label: "read \(descriptor)").async { [self] in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        let bytes = buffer[..<count]
        change { note(&$0, bytes) }
      }
      close(descriptor)
      change { $0.openStreams -= 1 }
    }
  }
}

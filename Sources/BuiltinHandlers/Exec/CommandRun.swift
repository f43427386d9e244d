import EngineCore
import EngineRuntime
import Glibc
import Subprocess

/// One run of a command, from its start to the end of its process group.
///
/// The command leads a session of its own: a signal to its group reaches all of what it started, keys typed into the
/// console's terminal do not reach it, and it cannot write over the console's screen through `/dev/tty`. Of our
/// descriptors and signal masks it inherits nothing.
///
/// A command is done when its own process exits, whoever still holds its pipes. If it succeeded, what it left running
/// stays; otherwise its step may run again or be undone, so nothing of it may go on, and its group is ended.
struct CommandRun: Sendable {
  /// What is left of a run.
  struct End: Sendable {
    /// How the process ended.
    let status: ChildStatus
    /// Its standard output.
    let output: CappedBytes
    /// Its standard error.
    let errors: CappedBytes
    /// Why it was told to stop; nil when it ended by itself.
    let stop: CommandWatch.Wake?
  }

  /// The largest standard output that can be a result.
  static let outputLimit = 1 << 20
  /// How much of standard error is kept from its beginning, and as much again from its end.
  static let errorLimit = 32 << 10

  let command: ExecCommand
  let context: ActivityContext
  let grace: Duration
  let orphans: OrphanRegistry?
  /// What the command reads, if it is not told about a step.
  var input: [UInt8]?

  /// Runs the command. When the calling task is cancelled, the command is told to stop; when its
  /// work is stopped at once, it is killed.
  func perform() async throws -> End {
    Self.ignoreBrokenPipes
    let (wakes, wake) = AsyncStream.makeStream(of: CommandWatch.Wake.self)
    context.whenStoppedAtOnce { wake.yield(.killed) }
    return try await withTaskCancellationHandler {
      // In a task that nobody cancels: a cancelled one could not read what the command says in its grace.
      try await Task { try await start(wakes, wake) }.value
    } onCancel: {
      wake.yield(.cancelled)
    }
  }

  private func start(
    _ wakes: AsyncStream<CommandWatch.Wake>, _ wake: AsyncStream<CommandWatch.Wake>.Continuation
  ) async throws -> End {
    let result = try await run(
      configuration, input: .inputWriter, output: .sequence, error: .sequence
    ) { execution in
      let process = execution.processIdentifier
      let group = ProcessGroup(id: process.value)
      let note = try note(group)
      defer { if let note { orphans?.forget(note) } }
      let watch = CommandWatch(
        child: process.value, descriptor: process.processDescriptor, timeout: context.timeout, wakes: wake)
      async let output = Self.read(execution.standardOutput, CappedBytes(headLimit: Self.outputLimit))
      async let errors = Self.read(
        execution.standardError, CappedBytes(headLimit: Self.errorLimit, tailLimit: Self.errorLimit))
      async let fed: Void = Self.feed(input ?? ExecRequest.json(context), to: execution.standardInputWriter)
      let stop = await keep(group, wakes, watch)
      // The process has exited and is not reaped before this closure returns, so its number still names its group.
      if stop == nil, ChildStatus(of: process.value) != .exited(0) { await group?.end(grace: grace) }
      await fed
      return (output: await output, errors: await errors, stop: stop)
    }
    let (output, errors, stop) = result.closureResult
    return End(status: ChildStatus(result.terminationStatus), output: output, errors: errors, stop: stop)
  }

  /// Waits until the process has exited, and ends its group when it is told to.
  private func keep(
    _ group: ProcessGroup?, _ wakes: AsyncStream<CommandWatch.Wake>, _ watch: CommandWatch
  ) async -> CommandWatch.Wake? {
    defer { watch.cancel() }
    var stop: CommandWatch.Wake?
    return await withTaskGroup(of: Void.self) { ending in
      for await wake in wakes {
        switch wake {
        case .exited:
          await ending.waitForAll()
          return stop
        case .timeout, .cancelled:
          let hasExited = group.flatMap { ChildStatus(of: $0.id) } != nil
          guard stop == nil, !hasExited else { continue }
          stop = wake
          ending.addTask { await group?.end(grace: grace) }
        case .killed:
          let hasExited = group.flatMap { ChildStatus(of: $0.id) } != nil
          if stop == nil, hasExited { continue }
          stop = stop ?? .killed
          ending.addTask { await group?.kill() }
        }
      }
      return stop
    }
  }

  private func note(_ group: ProcessGroup?) throws(OrphanRegistryFailure) -> Orphan? {
    guard let orphans, let group else { return nil }
    let orphan = Orphan(
      group: group, instance: context.instance, idempotencyKey: context.idempotencyKey, command: command.name)
    guard let orphan else { return nil }
    try orphans.note(orphan)
    return orphan
  }

  private var configuration: Configuration {
    var environment: [Environment.Key: String?] = [:]
    for (name, value) in command.environment {
      if let key = Environment.Key(rawValue: name) { environment[key] = value }
    }
    for (fact, value) in ExecRequest.facts(context) where input == nil {
      if let key = Environment.Key(rawValue: fact.rawValue) { environment.updateValue(value, forKey: key) }
    }
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)]
    return Configuration(
      executable: command.path.map { .path(.init($0)) } ?? .name(command.arguments.first ?? ""),
      arguments: Arguments(
        executablePathOverride: command.arguments.first, remainingValues: Array(command.arguments.dropFirst())),
      environment: .inherit.updating(environment),
      workingDirectory: command.workingDirectory.map { .init($0) },
      platformOptions: options)
  }

  private static func read(_ source: SubprocessOutputSequence, _ empty: CappedBytes) async -> CappedBytes {
    var bytes = empty
    do {
      for try await buffer in source { buffer.withUnsafeBytes { bytes.append($0) } }
    } catch {
      bytes.readFailure = "\(error)"
    }
    return bytes
  }

  private static func feed(_ input: [UInt8], to writer: StandardInputWriter) async {
    // A command need not read its input: that it closed the pipe, or is gone, is no failure.
    _ = try? await writer.write(input)
    try? await writer.finish()
  }

  /// Writing to a command that has closed its input must be an error, not the end of this process. A program that
  /// wants something else of SIGPIPE is left alone.
  private static let ignoreBrokenPipes: Void = {
    var present = sigaction()
    guard sigaction(SIGPIPE, nil, &present) == 0, present.__sigaction_handler.sa_handler == nil else { return }
    signal(SIGPIPE, SIG_IGN)
  }()
}

extension ChildStatus {
  fileprivate init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(code)
    case .signaled(let signal): self = .killed(signal: signal)
    }
  }
}

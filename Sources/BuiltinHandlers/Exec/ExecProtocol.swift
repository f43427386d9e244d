import EngineCore
import EngineRuntime
import Glibc
import Subprocess

/// Runs commands by the exec protocol: JSON on standard input, an empty standard output or one JSON object, and an exit
/// code that says whether trying again can help.
///
/// The `exec` handler is built on it, and so is a worker that runs a command for each external task it fetched.
///
/// | the command | the outcome |
/// |---|---|
/// | exits 0 without output | completed with an empty context |
/// | exits 0 with a JSON object | completed with that object |
/// | exits 0 with `{"error": {"code", "message"}}` | that business error |
/// | exits 0 with `{"wait": {"reference", "limit"}}` | a request to wait: somebody else completes the step |
/// | exits 0 with anything else | failure `BAD_OUTPUT`, final |
/// | exits 65 (EX_DATAERR) or 77 (EX_NOPERM) | failure `exit 65` or `exit 77`, final |
/// | exits with any other code, 75 (EX_TEMPFAIL) among them | failure `exit N`, may be retried |
/// | is killed by a signal | failure `signal N`, may be retried |
/// | takes longer than its timeout | failure `TIMEOUT`, may be retried |
/// | cannot be started | failure that names the path, final unless the machine is short of something |
///
/// Standard error, up to a limit, goes into the detail of a failure; beside any other outcome it is a note of the
/// attempt.
///
/// A command that is told to stop gets SIGTERM with its whole group, and SIGKILL after a grace, or at once where its
/// instance is terminated. What it says in its
/// grace counts when it says so: a JSON object and exit code 0. Exit code 0 alone is how programs obey SIGTERM.
public struct ExecProtocol: Sendable {
  /// How long a group may go on after SIGTERM unless something else is asked for.
  public static let defaultGrace = Duration.seconds(5)
  /// How many commands run at the same time unless something else is asked for; the rest wait for their turn.
  public static let defaultConcurrency = 128

  private let grace: Duration
  private let orphans: OrphanRegistry?
  private let slots: CommandSlots

  /// Makes a runner whose copies share their limit.
  ///
  /// It ignores SIGPIPE for the whole process when the first command starts, unless the program handles that signal.
  public init(
    grace: Duration = ExecProtocol.defaultGrace, orphans: OrphanRegistry? = nil,
    concurrency: Int = ExecProtocol.defaultConcurrency
  ) {
    self.grace = grace
    self.orphans = orphans
    slots = CommandSlots(min(concurrency, DescriptorHeadroom.commandsThatFit()))
  }

  /// Runs an argument vector for a piece of work; see `run(_:context:)`.
  public func run(argv: [String], folder: String = "", context: ActivityContext) async -> WorkOutcome {
    await run(ExecCommand(arguments: argv, folder: folder), context: context)
  }

  /// Runs a command for a piece of work and says what came of it.
  ///
  /// The context's timeout counts from the start of the process. When the task is cancelled the command is told to
  /// stop; the call returns when its process group is gone.
  public func run(_ command: ExecCommand, context: ActivityContext) async -> WorkOutcome {
    guard await slots.acquire() else { return .cancelled }
    defer { slots.release() }
    guard !Task.isCancelled else { return .cancelled }
    guard DescriptorHeadroom.isThere() else {
      return .failed(
        Failure(
          code: SpawnDiagnosis.shortageCode,
          message: "\(command.name) was not started: hardly any file descriptors are left; raise `ulimit -n`"))
    }
    do {
      let end = try await CommandRun(command: command, context: context, grace: grace, orphans: orphans).perform()
      let result = ExecOutcome(command: command.name, end: end, timeout: context.timeout)
      if let note = result.note { context.note(note) }
      return result.outcome
    } catch let failure as OrphanRegistryFailure {
      return .failed(
        Failure(
          code: SpawnDiagnosis.shortageCode,
          message: "\(command.name) was stopped at once: \(failure.path) cannot be written (\(failure.reason))"))
    } catch let error as SubprocessError {
      return .failed(SpawnDiagnosis(command: command, error: error).failure)
    } catch {
      return .failed(Failure(code: SpawnDiagnosis.shortageCode, message: "\(command.name) was not started: \(error)"))
    }
  }
}

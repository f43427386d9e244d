import EngineCore
import EngineRuntime
import Subprocess

/// Publishes through a command: its standard input is the batch, one JSON object a line, and exit code 0 says that all
/// of it is taken. Every other end, and taking longer than a minute, brings the whole batch again later.
///
/// The command is an argument vector, never a shell line; it is started for each batch and leads a session of its own.
public struct CommandSink: EventSink {
  private let command: ExecCommand

  /// How long one batch may take.
  public static let timeout = Duration.seconds(60)

  /// Makes a sink. Relative commands are looked up in the current folder.
  ///
  /// - Parameter arguments: the command and its arguments; never empty.
  public init(arguments: [String]) { command = ExecCommand(arguments: arguments) }

  /// Runs the command once for a batch.
  public func publish(_ events: [PublishedEvent]) async throws(SinkFailure) {
    let context = ActivityContext(
      instance: InstanceID(0), process: "", node: "", idempotencyKey: "", timeout: Self.timeout)
    var lines: [UInt8] = []
    for event in events {
      lines.append(contentsOf: event.json.utf8)
      lines.append(0x0A)
    }
    let run = CommandRun(command: command, context: context, grace: .seconds(2), orphans: nil, input: lines)
    let end: CommandRun.End
    do {
      end = try await run.perform()
    } catch {
      throw SinkFailure("the command \(command.name), to publish events, could not be run: \(error)")
    }
    if end.stop == nil, end.status == .exited(0) { return }
    let said = PlainText.lastLine(of: end.errors.text).map { ": \($0)" } ?? ""
    throw SinkFailure("the command \(command.name) did not publish \(events.count) events: \(end.sentence)\(said)")
  }
}

extension CommandRun.End {
  fileprivate var sentence: String {
    switch stop {
    case .timeout?: return "it took longer than \(CommandSink.timeout.shortText)"
    case .cancelled?, .killed?: return "it was stopped"
    case .exited?, nil: break
    }
    switch status {
    case .exited(let code): return "it ended with exit code \(code)"
    case .killed(let signal): return "it was killed by signal \(signal)"
    }
  }
}

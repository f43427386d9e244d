import ArgumentParser
import BuiltinHandlers
import EngineCore
import EngineRuntime
import EngineStorage

/// What whoever runs an engine can say about it.
struct EngineOptions: ParsableArguments {
  @Option(
    help: "How many handlers run at once. (default: \(EngineConfiguration().concurrentHandlers))",
    transform: NumberRange.handlers.parse)
  var concurrency = EngineConfiguration().concurrentHandlers

  @Option(
    name: .customLong("limit"),
    help: ArgumentHelp("How many handlers of one name run at once, e.g. exec=8; repeat it.", valueName: "handler=n"))
  var limits: [String] = []

  @Option(
    help: ArgumentHelp(
      "How long ended instances are kept whose definitions do not say, e.g. 30d; for ever unless given.",
      valueName: "time"))
  var keepFor: String?

  @Option(
    help: ArgumentHelp("How many ended instances of a definition are kept, the newest.", valueName: "n"),
    transform: NumberRange.kept.parse)
  var keepNewest: Int?

  @Option(
    name: .customLong("export"),
    help: ArgumentHelp(
      "Write instances that are kept no longer into this folder, as JSON lines, before they are deleted.",
      valueName: "folder"))
  var exportFolder: String?

  @Option(
    help: ArgumentHelp(
      "How long decided commands are kept, and with them the answers to idempotency keys.", valueName: "time"))
  var keepCommandsFor = "30d"

  @Option(
    name: .customLong("publish"),
    help: ArgumentHelp(
      """
      Publish these events of every definition, e.g. processCompleted; repeat it. It holds for commands while nothing \
      serves, too, until something serves without it.
      """,
      valueName: "event"))
  var published: [String] = []

  @Option(help: ArgumentHelp("Publish into this file, one JSON object a line.", valueName: "file"))
  var publishTo: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Publish through this command and its words: it reads JSON lines, and exit code 0 takes them.",
      valueName: "command"))
  var publishCommand: [String] = []

  /// The configuration that the options ask for.
  func configuration() throws -> EngineConfiguration {
    var configuration = EngineConfiguration()
    configuration.concurrentHandlers = concurrency
    for limit in limits {
      let parts = limit.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let number = try? NumberRange.handlers.parse(String(parts[1])) else {
        throw CommandFailure(
          .usage,
          "--limit \(limit) is not understood: write a handler and a number \(NumberRange.handlers.description), like exec=8"
        )
      }
      try requireHandler(String(parts[0]), limit)
      configuration.handlerLimits[String(parts[0])] = number
    }
    try applyRetention(to: &configuration)
    try applyPublishing(to: &configuration)
    return configuration
  }

  private func requireHandler(_ name: String, _ limit: String) throws {
    guard !BuiltinHandlers.names.contains(name) else { return }
    let hint =
      Spelling.nearest(to: name, in: BuiltinHandlers.names).map { "did you mean \($0)?" }
      ?? "there are \(BuiltinHandlers.names.joined(separator: ", "))"
    throw CommandFailure(.usage, "--limit \(limit): there is no handler \(name); \(hint)")
  }

  private func applyRetention(to configuration: inout EngineConfiguration) throws {
    if keepFor != nil || keepNewest != nil {
      configuration.retention = RetentionPolicy(
        duration: try keepFor.map { try duration($0, "--keep-for") }, newest: keepNewest)
    }
    if let exportFolder {
      let archive = FileArchive(folder: exportFolder)
      do throws(ArchiveFailure) {
        try archive.prepare()
      } catch {
        throw CommandFailure(.usage, "--export: \(error)")
      }
      configuration.archive = archive
    }
    configuration.keepsCommandsFor = try duration(keepCommandsFor, "--keep-commands-for")
  }

  private func applyPublishing(to configuration: inout EngineConfiguration) throws {
    for word in published.flatMap({ $0.split(separator: ",") }) {
      guard let event = PublishableEvent(rawValue: String(word)) else {
        let names = PublishableEvent.allCases.map(\.rawValue)
        let hint =
          Spelling.nearest(to: String(word), in: names).map { "did you mean \($0)?" }
          ?? "there are \(names.joined(separator: ", "))"
        throw CommandFailure(.usage, "--publish \(word): there is no such event; \(hint)")
      }
      configuration.publishes.insert(event)
    }
    switch (publishTo, publishCommand.isEmpty) {
    case (_?, false): throw CommandFailure(.usage, "publish into a file or through a command, not both")
    case (let file?, true):
      let sink = FileSink(path: file)
      do throws(SinkFailure) {
        try sink.prepare()
      } catch {
        throw CommandFailure(.usage, "--publish-to: \(error)")
      }
      configuration.sink = sink
    case (nil, false): configuration.sink = CommandSink(arguments: publishCommand)
    case (nil, true):
      guard published.isEmpty else {
        throw CommandFailure(.usage, "--publish needs somewhere to go: --publish-to or --publish-command")
      }
    }
  }

  private func duration(_ text: String, _ option: String) throws -> Duration {
    guard let duration = Duration(text: text), duration >= .zero else {
      throw CommandFailure(.usage, "\(option) \(text) is no length of time: write 30d, 12h or PT1H30M")
    }
    return duration
  }
}

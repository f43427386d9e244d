import ArgumentParser
import BuiltinHandlers
import EngineCore
import EngineRuntime
import Glibc

struct Worker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fetch external tasks of a topic and run a command for each, by the exec protocol.",
    discussion: "Example: sagatop worker orders.db payment -- ./charge.sh")

  @Argument(help: ArgumentHelp("The store; left out where SAGATOP_STORE stands in for it.", valueName: "store"))
  var first: String

  @Argument(help: ArgumentHelp("The topic.", valueName: "topic"))
  var second: String?

  @Argument(parsing: .postTerminator, help: "The command and its arguments.")
  var command: [String] = []

  @Option(help: "How this worker is called in the list of tasks.")
  var name: String?

  @Option(help: "How many tasks it works on at once. (default: 1)", transform: NumberRange.tasks.parse)
  var concurrency = 1

  @Option(
    help: """
      How long a task is locked at a time, e.g. 30s; the definition says unless this does. The lease is extended while \
      the command runs.
      """)
  var lease: String?

  @Flag(help: "End when there is nothing left to fetch.")
  var drain = false

  func run() async throws {
    let arguments = try StoreArguments([first] + (second.map { [$0] } ?? []))
    guard arguments.words.count == 1 else { throw CommandFailure(.usage, "which topic? Name exactly one") }
    guard !command.isEmpty else { throw CommandFailure(.usage, "which command? Say it behind --") }
    let lease = try lease.map { text in
      guard let duration = Duration(text: text), duration > .zero else {
        throw CommandFailure(.usage, "--lease \(text) is no length of time: write 30s, 5m or 2h")
      }
      return duration
    }
    let worker = TaskWorker(
      session: try StoreSession.writing(arguments.store), topic: arguments.words[0], command: command,
      name: name ?? "\(Identity.host)-\(getpid())", lease: lease, concurrency: concurrency)
    let signals = Signals(SIGTERM, SIGINT, SIGHUP)
    let loop = Task { try await worker.work(drain: drain) }
    let watch = Task {
      _ = await signals.first()
      loop.cancel()
    }
    defer { watch.cancel() }
    try await loop.value
  }
}

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

  @Option(help: "How many tasks it works on at once.")
  var concurrency = 1

  @Option(help: "How long a task is locked, e.g. 30s; the definition says unless this does.")
  var lease: String?

  @Flag(help: "End when there is nothing left to fetch.")
  var drain = false

  func run() async throws {
    let arguments = try StoreArguments([first] + (second.map { [$0] } ?? []))
    guard arguments.words.count == 1 else { throw CommandFailure(.usage, "which topic? Name exactly one") }
    guard !command.isEmpty else { throw CommandFailure(.usage, "which command? Say it behind --") }
    guard concurrency > 0 else { throw CommandFailure(.usage, "--concurrency must be at least 1") }
    let lease = try lease.map { text in
      guard let duration = Duration(text: text) else { throw CommandFailure(.usage, "--lease \(text) is no duration") }
      return duration
    }
    let worker = TaskWorker(
      session: try await StoreSession.writing(arguments.store), topic: arguments.words[0], command: command,
      name: name ?? "\(Identity.host)-\(getpid())", lease: lease)
    let signals = Signals(SIGTERM, SIGINT, SIGHUP)
    let loop = Task { try await worker.work(concurrency: concurrency, drain: drain) }
    let watch = Task {
      _ = await signals.first()
      loop.cancel()
    }
    defer { watch.cancel() }
    try await loop.value
  }
}

/// Fetches, runs and reports, until it is cancelled or there is nothing left.
struct TaskWorker: Sendable {
  let session: StoreSession
  let topic: String
  let command: [String]
  let name: String
  let lease: Duration?

  /// How long it waits before it looks again after it found nothing.
  static let pause = Duration.milliseconds(200)

  func work(concurrency: Int, drain: Bool) async throws {
    while !Task.isCancelled {
      let tasks = try await fetch(concurrency)
      if tasks.isEmpty {
        if drain { return }
        try? await Task.sleep(for: Self.pause)
        continue
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in tasks { group.addTask { try await carryOut(task) } }
        try await group.waitForAll()
      }
    }
  }

  private func fetch(_ limit: Int) async throws -> [Value] {
    let verb = Verb.fetchTasks(topic: topic, worker: name, limit: limit, lease: lease)
    switch try await session.perform(command(verb)) {
    case .done(let answer): return answer["tasks"]?.listValue ?? []
    case .refused(let rejection): throw CommandFailure(rejection)
    }
  }

  private func carryOut(_ task: Value) async throws {
    guard let instance = task["instance"]?.intValue, let token = task["token"]?.intValue,
      let fence = task["fence"]?.intValue
    else { return }
    let context = ActivityContext(
      instance: InstanceID(Int64(instance)), businessKey: task["businessKey"]?.stringValue,
      process: task["process"]?.stringValue ?? "", node: task["node"]?.stringValue ?? "",
      mode: TokenMode.allCases.first { $0.name == task["mode"]?.stringValue } ?? .forward, attempt: fence,
      idempotencyKey: task["idempotencyKey"]?.stringValue ?? "", epoch: Int64(task["epoch"]?.intValue ?? 0),
      configuration: .null, variables: task["variables"]?.contextValue ?? Context(),
      folder: ".", timeout: lease)
    let outcome = await ExecProtocol().run(argv: command, folder: ".", context: context)
    // A worker that was told to stop says nothing: the lease ends, and the task is free again.
    if case .cancelled = outcome { return }
    let verb = Verb.finishTask(
      InstanceID(Int64(instance)), token: TokenID(Int64(token)), outcome: outcome, fence: fence)
    let words = "instance \(instance), \(context.node)"
    switch try await session.perform(command(verb)) {
    case .done:
      StandardOutput.line("\(words): \(outcome.word)")
    case .refused(let rejection):
      StandardOutput.complain("\(words): \(rejection.message)")
    }
  }

  private func command(_ verb: Verb) -> OperatorCommand {
    OperatorCommand(key: Identity.randomName(), verb: verb, issuer: Identity.issuer(source: "worker"))
  }
}

extension WorkOutcome {
  /// One word for logs.
  var word: String {
    switch self {
    case .completed: "completed"
    case .businessError(let code, _): "error \(code)"
    case .failed(let failure): "failed: \(failure.code): \(failure.message)"
    case .cancelled: "cancelled"
    }
  }
}

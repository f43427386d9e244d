import ArgumentParser
import EngineCore
import EngineRuntime
import Glibc
import Synchronization

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Deploy one definition, start one instance, and print what happens until nothing more can.",
    discussion: """
      Exits 0 when the instance completed, 1 when it ended in any other way or rests on an incident, and 4 when it \
      still waits for something outside.
      """)

  @Argument(help: "The definition file.")
  var file: String

  @Option(help: "The variables, as a JSON object.")
  var vars = "{}"

  @Option(help: "The business key.")
  var key: String?

  @Option(help: "The store; a throw-away one unless given.")
  var store: String?

  @Option(help: "How long to wait for timers and handlers, e.g. 90s.")
  var wait = "60s"

  @Flag(help: "Print one JSON object a line: each event as it becomes durable, then a summary.")
  var json = false

  func run() async throws {
    guard let patience = Duration(text: wait) else { throw CommandFailure(.usage, "--wait \(wait) is no duration") }
    let variables = try JSONArgument.context(vars, of: "--vars")
    let file = try DefinitionFile(path: file)
    let rest = try await Signals.interrupting { try await carryOut(file, variables, patience) }
    if rest.state != .completed { throw Ending(rest) }
  }

  /// Runs the instance until it rests, and leaves nothing behind that was made for it.
  private func carryOut(
    _ file: DefinitionFile, _ variables: Context, _ patience: Duration
  ) async throws -> ProcessInstance {
    let home = try store.map { StoreHome(path: $0, isTemporary: false) } ?? StoreHome.temporary()
    defer { home.remove() }
    let follower = InstanceFollower()
    let running = try await RunningEngine.start(
      path: home.path, configuration: EngineConfiguration(), takesOver: false, observer: follower)
    let printer = HistoryPrinter(file.definition, json: json)
    // Nobody will ever see what a handler reports to a store that is thrown away.
    let rest = try await running.whileRunning(grace: home.isTemporary ? .zero : .seconds(10)) {
      let start = try await begin(file, variables, running, follower)
      return try await follow(start, follower, printer, patience)
    }
    printer.summarise(rest)
    return rest
  }

  private func begin(
    _ file: DefinitionFile, _ variables: Context, _ running: RunningEngine, _ follower: InstanceFollower
  ) async throws -> InstanceID {
    let version = try await running.ask(file.deployment)["version"]?.intValue ?? 1
    let verb = Verb.start(process: file.definition.key, version: version, businessKey: key, variables: variables)
    let id = InstanceID(Int64(try await running.ask(verb)["instance"]?.intValue ?? 0))
    follower.follow(id)
    return id
  }

  /// Prints the units of the instance until it rests or the patience is over.
  private func follow(
    _ id: InstanceID, _ follower: InstanceFollower, _ printer: HistoryPrinter, _ patience: Duration
  ) async throws -> ProcessInstance {
    let deadline = Task {
      try? await Task.sleep(for: patience)
      follower.end()
    }
    defer { deadline.cancel() }
    var latest: ProcessInstance?
    for await unit in follower.units {
      printer.print(unit.entries)
      latest = unit.instance
      if unit.instance.isAtRest { break }
    }
    try Task.checkCancellation()
    guard let latest else { throw CommandFailure(.failed, "instance \(id) was started, but nothing was heard of it") }
    return latest
  }
}

extension ProcessInstance {
  /// Whether nothing more can happen without somebody outside: no handler at work, no token ready, no timer pending.
  var isAtRest: Bool {
    if state.isEnd { return true }
    let canMove = tokens.contains { $0.state == .executing || $0.state == .ready || $0.state == .created }
    return !canMove && timers.isEmpty
  }
}

/// How `run` ends when its instance did not complete.
struct Ending: Error {
  let outcome: Outcome

  init(_ instance: ProcessInstance) {
    outcome = instance.state.isEnd || !instance.incidents.isEmpty ? .failed : .refused
  }
}

/// Hands the committed units of one instance over, in order.
final class InstanceFollower: EngineObserver {
  private struct State {
    var instance: InstanceID?
    var early: [UnitOfWork] = []
  }

  let units: AsyncStream<UnitOfWork>
  private let continuation: AsyncStream<UnitOfWork>.Continuation
  private let state = Mutex(State())

  init() {
    (units, continuation) = AsyncStream.makeStream(of: UnitOfWork.self)
  }

  func committed(_ units: [UnitOfWork]) {
    state.withLock { state in
      guard let instance = state.instance else {
        // The answer to the start is on its way; nobody can know the number yet.
        state.early += units
        return
      }
      for unit in units where unit.instance.id == instance { continuation.yield(unit) }
    }
  }

  func noticed(_ notice: EngineNotice) {
    if case .storeFailed(let failure) = notice { StandardOutput.complain("\(failure)") }
  }

  func follow(_ id: InstanceID) {
    state.withLock { state in
      state.instance = id
      for unit in state.early where unit.instance.id == id { continuation.yield(unit) }
      state.early = []
    }
  }

  func end() { continuation.finish() }
}

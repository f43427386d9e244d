import ArgumentParser
import EngineCore
import EngineRuntime
import SQLiteAdapter
import Synchronization

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Deploy one definition, start one instance, and print what happens until nothing more can.",
    discussion: """
      Exits 0 when the instance completed, 1 when it ended in any other way or rests on an incident, and 4 when it \
      still waits for something outside.
      """)

  @Argument(
    help: ArgumentHelp("The definition file, then those of the processes that it calls.", valueName: "file"))
  var files: [String]

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
    guard let patience = Duration(text: wait) else {
      throw CommandFailure(.usage, "--wait \(wait) is no length of time: write 30s, 5m or 2h")
    }
    let variables = try JSONArgument.context(vars, of: "--vars")
    let files = try files.map { try DefinitionFile(path: $0) }
    let rest = try await Signals.interrupting { try await carryOut(files, variables, patience) }
    if rest.main.state == .completed { return }
    throw Ending(outcome: rest.main.state.isEnd || rest.hasIncident ? .failed : .refused)
  }

  /// Runs the instance of the first definition until it rests, and leaves nothing behind that was made for it.
  private func carryOut(
    _ files: [DefinitionFile], _ variables: Context, _ patience: Duration
  ) async throws -> InstanceFamily {
    let home = try store.map { StoreHome(path: $0, isTemporary: false) } ?? StoreHome.temporary()
    defer { home.remove() }
    let follower = InstanceFollower()
    let running = try await RunningEngine.start(
      path: home.path, configuration: EngineConfiguration(), takesOver: false, observer: follower)
    let reader = try SQLiteReader(path: home.path)
    let printer = HistoryPrinter(files[0].definition, json: json)
    // Nobody will ever see what a handler reports to a store that is thrown away.
    let rest = try await running.whileRunning(grace: home.isTemporary ? .zero : .seconds(10)) {
      let start = try await begin(files, variables, running, follower)
      return try await follow(start, follower, reader, printer, patience)
    }
    printer.summarise(rest)
    return rest
  }

  private func begin(
    _ files: [DefinitionFile], _ variables: Context, _ running: RunningEngine, _ follower: InstanceFollower
  ) async throws -> InstanceID {
    for called in files.dropFirst() { try await running.ask(called.deployment) }
    let version = try await running.ask(files[0].deployment)["version"]?.intValue ?? 1
    let verb = Verb.start(process: files[0].definition.key, version: version, businessKey: key, variables: variables)
    let id = InstanceID(Int64(try await running.ask(verb)["instance"]?.intValue ?? 0))
    follower.follow(id)
    return id
  }

  /// Prints the units of the instance until it and all that it called rest, or the patience is over.
  private func follow(
    _ id: InstanceID, _ follower: InstanceFollower, _ reader: SQLiteReader, _ printer: HistoryPrinter,
    _ patience: Duration
  ) async throws -> InstanceFamily {
    let end = ContinuousClock.now + patience
    let deadline = Task {
      try? await Task.sleep(until: end)
      follower.end()
    }
    defer { deadline.cancel() }
    var latest: ProcessInstance?
    for await batch in follower.batches {
      for unit in batch where unit.instance.id == id {
        printer.print(unit.entries)
        latest = unit.instance
      }
      while try reader.hasMessagesToBring(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
      // What was committed since this batch is on its way.
      if let rest = try reader.familyAtRest(id), rest.main.version == latest?.version { return rest }
    }
    try Task.checkCancellation()
    guard let family = try reader.family(of: id) else {
      throw CommandFailure(.failed, "instance \(id) was started, but nothing is known of it any more")
    }
    return family
  }
}

/// How a command ends whose instance did not get where it was to get.
struct Ending: Error {
  let outcome: Outcome
}

/// Hands the committed units of an instance and of all that it calls over, in order and as they were committed
/// together.
final class InstanceFollower: EngineObserver {
  private struct State {
    var family: Set<InstanceID> = []
    var early: [[UnitOfWork]] = []
  }

  let batches: AsyncStream<[UnitOfWork]>
  private let continuation: AsyncStream<[UnitOfWork]>.Continuation
  private let state = Mutex(State())

  init() {
    (batches, continuation) = AsyncStream.makeStream(of: [UnitOfWork].self)
  }

  func committed(_ units: [UnitOfWork]) {
    state.withLock { state in
      if state.family.isEmpty {
        // The answer to the start is on its way; nobody can know the number yet.
        state.early.append(units)
      } else {
        hand(over: units, &state.family)
      }
    }
  }

  private func hand(over units: [UnitOfWork], _ family: inout Set<InstanceID>) {
    let meant = units.filter { unit in
      if let caller = unit.instance.parent?.instance, family.contains(caller) { family.insert(unit.instance.id) }
      return family.contains(unit.instance.id)
    }
    if !meant.isEmpty { continuation.yield(meant) }
  }

  func noticed(_ notice: EngineNotice) {
    guard case .storeFailed(let failure) = notice else { return }
    StandardOutput.complain("\(failure)")
    // Nothing more comes of it.
    if failure.kind == .gone { end() }
  }

  func follow(_ id: InstanceID) {
    state.withLock { state in
      state.family = [id]
      for units in state.early { hand(over: units, &state.family) }
      state.early = []
    }
  }

  func end() { continuation.finish() }
}

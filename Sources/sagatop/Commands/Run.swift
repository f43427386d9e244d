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
    guard let patience = Duration(text: wait) else { throw CommandFailure(.usage, "--wait \(wait) is no duration") }
    let variables = try JSONArgument.context(vars, of: "--vars")
    let files = try files.map { try DefinitionFile(path: $0) }
    let rest = try await Signals.interrupting { try await carryOut(files, variables, patience) }
    if rest.members[0].state != .completed { throw Ending(rest) }
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
    var family = InstanceFamily()
    for await batch in follower.batches {
      for unit in batch {
        if unit.instance.id == id { printer.print(unit.entries) }
        family.hear(unit.instance)
      }
      if try await rests(family, reader, until: end) { break }
    }
    try Task.checkCancellation()
    guard !family.members.isEmpty else {
      throw CommandFailure(.failed, "instance \(id) was started, but nothing was heard of it")
    }
    return family
  }

  /// Whether nothing more comes: a message on its way may still wake somebody, and what has moved meanwhile is heard of.
  private func rests(
    _ family: InstanceFamily, _ reader: SQLiteReader, until end: ContinuousClock.Instant
  ) async throws -> Bool {
    guard family.members.allSatisfy(\.isAtRest) else { return false }
    while try reader.hasMessagesToBring(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
    return try family.members.allSatisfy { member in
      try reader.detail(member.id, historyLimit: 0).map { $0.instance.version == member.version } ?? true
    }
  }
}

/// An instance and all that it has called, as they were heard of last; the one that nobody called is the first.
struct InstanceFamily {
  private(set) var members: [ProcessInstance] = []

  mutating func hear(_ instance: ProcessInstance) {
    if let place = members.firstIndex(where: { $0.id == instance.id }) {
      members[place] = instance
    } else {
      members.append(instance)
    }
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

  init(_ family: InstanceFamily) {
    let hasIncident = family.members.contains { !$0.incidents.isEmpty }
    outcome = family.members[0].state.isEnd || hasIncident ? .failed : .refused
  }
}

/// Hands the committed units of an instance and of all that it calls over, in order and as they were committed together.
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
    if case .storeFailed(let failure) = notice { StandardOutput.complain("\(failure)") }
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

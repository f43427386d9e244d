import EngineCore
import EngineRuntime
import EngineStorage

/// Carries out a script against the real engine loop, on a store in memory and a clock that only the script moves.
///
/// Commands; NODE is the name of a node, `NODE#2` the second of several open ones, `undo NODE` its compensation,
/// `2:NODE` that of instance 2:
///
/// - `engine slots=N handlers=a,b`: sets up the engine; only at the beginning. It has all handlers unless told
///   otherwise.
/// - `define`, with a definition in YAML: reads, validates and deploys it.
/// - `start [PROCESS] [key=K] [once=K] {variables}`: starts an instance of the process that was defined last.
/// - `done NODE {result}`, `fail NODE CODE ["message"] [for good]`, `error NODE CODE`, `stopped NODE`: what a handler,
///   a
///   worker (`fence=N`) or a person reports. `attempt=N` lets an attempt report whose time is over.
/// - `wait NODE [REFERENCE] [limit=1h]`: a handler or a worker says that its work goes on elsewhere.
/// - `fetch TOPIC worker=W limit=N lease=30s`, `extend NODE fence=N lease=30s`: what workers do.
/// - `send NAME [key=K] [ttl=1h] [once=K] {variables}`, `signal NAME {variables}`: a message or a signal from outside.
/// - `pass 5s`: time passes; `pass -1h` sets the clock back.
/// - `retry [NODE]`, `skip NODE {outputs}`, `cancel`, `terminate`, `compensate [NODE]`, `compensate back to NODE`,
///   `suspend`,
///   `resume`, `fire NODE`, `reschedule NODE 5s`, `set {a: 1}`, `delete`: what operators do; `in=2` names another instance
///   than the newest. `once=K` names a command once and for all. `suspend definition [PROCESS@2]` and `resume definition`
///   are about a whole version.
/// - `crash [handlers=a,b]`: the engine dies and another one takes over. `kill` and `recover` do the halves of it.
/// - `COMMAND | TEXT`: of what comes out, only the lines with that text.
/// - `together`, with commands as its input: all of them arrive in one turn.
/// - `show state|tokens|variables|records|timers|subscriptions|tasks|incidents|events|keys|given`: facts instead of
///   events.
///
/// What comes out of a command is what the engine stored because of it, in the words of the console, then who was asked
/// to stop, then what was refused.
package final class ScenarioRunner {
  /// Reads a definition; what is wrong with it is thrown as lines of text.
  package typealias Reader = (_ text: String, _ file: String) throws(UnreadableDefinition) -> ProcessDefinition

  let script: ScenarioScript
  private let read: Reader
  var stage: EngineStage?
  var lastProcess: String?
  var definitions: [String: ProcessDefinition] = [:]
  /// The instance that commands mean unless they name another one.
  var current = InstanceID(1)
  private var transcripts: [InstanceID: ScenarioTranscript] = [:]
  private var seen: [InstanceID: Int] = [:]
  private var seenNotices = 0
  private var seenStops: Set<WorkKey> = []
  private var seenEndings: Set<WorkKey> = []
  private var configuration = EngineConfiguration()
  private var handlers: [String]?
  private var isTogether = false

  /// Prepares a script.
  package init(_ script: ScenarioScript, read: @escaping Reader) {
    self.script = script
    self.read = read
  }

  /// Carries out the whole script.
  package func run() throws -> ScenarioResult {
    var outputs: [[String]] = []
    for block in script.blocks { outputs.append(try run(block)) }
    let findings = try stage.map { try StoreVerifier($0.store).findings().map(\.description) } ?? []
    return ScenarioResult(script: script, outputs: outputs, findings: findings)
  }

  private func run(_ block: ScenarioScript.Block) throws -> [String] {
    let place = ScenarioCommand.Place(file: script.file, line: block.line)
    let command = try ScenarioCommand(block.command, at: place)
    var output: [String]
    switch command.name {
    case "define": return try define(block, command)
    case "together":
      isTogether = true
      defer { isTogether = false }
      var refusals: [String] = []
      for (offset, line) in block.input.enumerated() {
        let inner = ScenarioCommand.Place(file: script.file, line: block.line + 1 + offset)
        refusals += try perform(try ScenarioCommand(line, at: inner))
      }
      output = refusals
    default:
      guard block.input.isEmpty else { throw place.error("`\(command.name)` takes no input") }
      output = try perform(command)
    }
    stage?.settle()
    output = try news() + output + answers()
    if let filter = command.filter { output = output.filter { $0.contains(filter) } }
    return output.isEmpty ? ["nothing happened"] : output
  }

  // MARK: The engine

  /// The stage, set up when it is first needed: with a handler for every name that a definition of the script uses.
  func theStage() throws -> EngineStage {
    if let stage { return stage }
    configuration.heartbeat = .seconds(365 * 86_400)
    let made = try EngineStage(handlers: handlers ?? namesOfHandlers(), configuration: configuration)
    stage = made
    return made
  }

  private func namesOfHandlers() -> [String] {
    let texts = script.blocks.filter { $0.command == "define" }.map { $0.input.joined(separator: "\n") }
    let found = texts.flatMap { text in (try? read(text, script.file))?.handlerNames ?? [] }
    return Set(found).sorted()
  }

  func setUp(_ command: ScenarioCommand) throws {
    guard stage == nil else { throw command.place.error("`engine` stands before everything else") }
    try command.allow("slots", "handlers", "units")
    if let slots = try command.number("slots") { configuration.concurrentHandlers = slots }
    if let units = try command.number("units") { configuration.unitsPerCommit = units }
    handlers = Self.list(command.options["handlers"]) ?? handlers
  }

  func recover(_ command: ScenarioCommand) throws {
    try command.allow("handlers")
    seenStops = []
    seenEndings = []
    try theStage().recover(handlers: Self.list(command.options["handlers"]))
  }

  private static func list(_ text: String?) -> [String]? {
    text.map { $0.split(separator: ",").map(String.init) }
  }

  private func define(_ block: ScenarioScript.Block, _ command: ScenarioCommand) throws -> [String] {
    let definition: ProcessDefinition
    do {
      definition = try read(block.input.joined(separator: "\n"), "line")
    } catch {
      return error.lines
    }
    definitions[definition.key] = definition
    lastProcess = definition.key
    switch try theStage().perform(.deploy(definition, folder: "/")) {
    case .answered(.done(let value))?: return ["\(definition.key)@\(value["version"]?.intValue ?? 0)"]
    case .answered(.refused(let rejection))?: return ["refused: \(rejection.reason.rawValue)"]
    case .failed(let failure)?: return ["failed: \(failure)"]
    case nil: return ["nothing happened"]
    }
  }

  // MARK: What came of it

  /// Asks the engine; the answer is looked at when everything has settled.
  func ask(_ verb: Verb, _ command: ScenarioCommand, reason: String? = nil) throws {
    let log = log
    try theStage().post(verb, key: command.options["once"] ?? "", reason: reason) { log.add($0) }
    if !isTogether { try theStage().settle() }
  }

  let log = AnswerLog()

  /// Refusals, and answers that are not seen in any event.
  private func answers() -> [String] { log.take() }

  /// The events, requests to stop and notices since this was last asked.
  private func news() throws -> [String] {
    guard let stage else { return [] }
    var lines: [String] = []
    for id in stage.histories.keys.sorted() {
      guard let history = stage.histories[id], history.count > seen[id, default: 0] else { continue }
      if transcripts[id] == nil, let definition = try definition(of: id) {
        transcripts[id] = ScenarioTranscript(definition)
      }
      let prefix = id == InstanceID(1) ? "" : "\(id): "
      let fresh = transcripts[id]?.lines(history[seen[id, default: 0]...]) ?? []
      lines += fresh.map { prefix + $0 }
      seen[id] = history.count
      log.sawEvents()
    }
    for attempt in stage.attempts where attempt.isStopped {
      let node = attempt.context.mode == .compensation ? "undoing \(attempt.context.node)" : attempt.context.node
      if attempt.isStoppedAtOnce {
        if seenEndings.insert(attempt.work).inserted { lines.append("\(node) was stopped at once") }
      } else if seenStops.insert(attempt.work).inserted {
        lines.append("\(node) was asked to stop")
      }
    }
    for notice in stage.notices[seenNotices...] {
      if case .ignored(_, let rejection) = notice { lines.append("ignored: \(rejection.reason.rawValue)") }
      if case .unreadable(let failure) = notice { lines.append("unreadable: \(failure.message)") }
      if case .startFailed(let id, let rejection) = notice {
        lines.append("definition \(id) could not start: \(rejection.reason.rawValue)")
      }
    }
    seenNotices = stage.notices.count
    return lines
  }

  func definition(of id: InstanceID) throws -> ProcessDefinition? {
    guard let stage, let instance = try stage.instance(id) else { return nil }
    return try stage.store.loadDefinition(instance.definition)?.definition
  }
}

/// Why a definition is refused: one line for each mistake.
package struct UnreadableDefinition: Error, Sendable {
  package let lines: [String]
  package init(lines: [String]) { self.lines = lines }
}

extension ProcessDefinition {
  /// The names of the handlers that its work, its compensations and its probes use.
  var handlerNames: [String] {
    nodes.flatMap { node in [node.activity?.work, node.activity?.probe, node.compensation?.work] }.compactMap { work in
      if case .handler(let name, _)? = work { name } else { nil }
    }
  }
}

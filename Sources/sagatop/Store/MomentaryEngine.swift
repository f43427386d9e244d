import EngineCore
import EngineRuntime
import EngineStorage
import SQLiteAdapter

/// Sends commands to the engine that lives, or is the engine itself for as long as one command takes, with handlers
/// off.
struct MomentaryEngine: CommandPerformer {
  let path: String
  let reader: SQLiteReader
  let foreign: ForeignEngine

  init(path: String, reader: SQLiteReader) throws(StoreFailure) {
    self.path = path
    self.reader = reader
    foreign = ForeignEngine(inbox: try SQLiteInbox(path: path), reader: reader)
  }

  func perform(_ command: OperatorCommand) async throws -> CommandAnswer {
    try await inTurn { try await $0.perform(command) }
  }

  /// Runs something that carries out many commands, one after the other: where no engine lives, the store is opened and
  /// the lease taken once for many of them.
  func inTurn<Result>(_ body: (CommandSeries) async throws -> Result) async throws -> Result {
    let series = CommandSeries(self)
    do {
      let result = try await body(series)
      await series.end()
      return result
    } catch {
      await series.end()
      throw error
    }
  }

  /// Takes the lease; nil when another process is the engine, or becomes it in this moment.
  func begin() async throws(StoreFailure) -> Engine? {
    guard try !reader.leaseStatus().isAlive else { return nil }
    var configuration = EngineConfiguration()
    configuration.runsHandlers = false
    let engine = Engine(
      store: try SQLiteStore(path: path), handlers: HandlerRegistry(), configuration: configuration,
      clock: SystemClock(), holder: LeaseHolder(thisProcess: path, isMomentary: true))
    do {
      try await engine.start()
    } catch {
      if error.kind == .leaseHeld { return nil }
      throw error
    }
    return engine
  }
}

/// Commands of one caller, one after the other: never two at once.
///
/// The problem: opening a store and taking its lease costs more than a command does, but who keeps the lease keeps out
/// an engine that wants to start. The idea: the lease is kept for a turn, then given back for longer than an engine
/// that waits for it takes to look again.
actor CommandSeries: CommandPerformer {
  private let momentary: MomentaryEngine
  private var engine: Engine?
  private var turnEnds = ContinuousClock.now

  private static let turn = Duration.milliseconds(500)
  private static let gap = RunningEngine.pause * 5

  init(_ momentary: MomentaryEngine) { self.momentary = momentary }

  func perform(_ command: OperatorCommand) async throws -> CommandAnswer {
    // Engines come and go while somebody waits for an answer; the key of the command keeps its effect to one.
    while true {
      if let engine = try await ownEngine() {
        var command = command
        // A key would leave a row in the audit.
        if command.verb.isHousekeeping { command.key = "" }
        return try await engine.perform(command)
      }
      if let answer = try await momentary.foreign.perform(command) { return answer }
    }
  }

  /// Gives the lease back.
  func end() async {
    await engine?.stop()
    engine = nil
  }

  private func ownEngine() async throws -> Engine? {
    if engine != nil, ContinuousClock.now >= turnEnds {
      await end()
      try await Task.sleep(for: Self.gap)
    }
    if engine == nil {
      engine = try await momentary.begin()
      turnEnds = ContinuousClock.now + Self.turn
    }
    return engine
  }
}

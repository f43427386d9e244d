import BuiltinHandlers
import EngineCore
import EngineRuntime
import EngineStorage
import SQLiteAdapter

/// An engine inside this process, with the built-in handlers.
struct RunningEngine: CommandPerformer {
  let engine: Engine

  /// How long it waits for a lease: processes that only carry out a command have it for moments.
  private static let patience = Duration.seconds(2)
  /// How often it looks whether the lease is free.
  static let pause = Duration.milliseconds(10)

  /// Takes the lease of a store and begins to work.
  ///
  /// - Parameters:
  ///   - takesOver: Whether it may become the engine of a store that is at home elsewhere.
  ///   - waits: Called when another process has the lease and it is waited for.
  static func start(
    path: String, configuration: EngineConfiguration, takesOver: Bool, observer: (any EngineObserver)?,
    waits: () -> Void = {}
  ) async throws -> RunningEngine {
    FileDescriptors.raiseLimit()
    let store = try SQLiteStore(path: path)
    // Commands that a killed engine left running are ended before their steps run again.
    let orphans = OrphanRegistry(directory: path + "-running")
    var handlers = HandlerRegistry()
    BuiltinHandlers.register(
      into: &handlers, logger: Log.logger("handler"), runner: ExecProtocol(orphans: orphans))
    var seeded = configuration
    var chance = SystemRandomNumberGenerator()
    seeded.seed = chance.next()
    let engine = Engine(
      store: store, handlers: handlers, configuration: seeded, clock: SystemClock(),
      holder: LeaseHolder(thisProcess: path), observer: observer)
    let reader = try SQLiteReader(path: path)
    let deadline = ContinuousClock.now + patience
    var isWaiting = false
    while true {
      if !takesOver { try requireHome(reader) }
      do throws(StoreFailure) {
        try await engine.start(before: {
          _ = await orphans.reapOrphans { id, key in
            // Ending a command that the store cannot tell of would be worse than letting it run.
            let instance = (try? store.loadInstance(id)) ?? nil
            return instance.map { $0.idempotencyKeysInFlight.contains(key) } ?? false
          }
        })
        return RunningEngine(engine: engine)
      } catch {
        guard error.kind == .leaseHeld, ContinuousClock.now < deadline else { throw error }
      }
      if !isWaiting { waits() }
      isWaiting = true
      try await Task.sleep(for: pause)
    }
  }

  /// A store runs by itself only when it never had an engine, or its last one had this host and path.
  private static func requireHome(_ reader: SQLiteReader) throws {
    let status = try reader.leaseStatus()
    let path = reader.path
    guard status.isAtHome(on: Identity.host, path: AbsolutePath.of(path)) else {
      throw CommandFailure(
        .refused,
        "\(path): its last engine was \(status.host):\(status.path); what it would run belongs there. --engine takes over"
      )
    }
  }

  var epoch: Int64 {
    get async { await engine.lease?.epoch ?? 0 }
  }

  func perform(_ command: OperatorCommand) async throws -> CommandAnswer { try await engine.perform(command) }

  /// Stops the engine. Handlers get a grace, then they are told to stop; it waits for their end.
  func stop(grace: Duration = .seconds(10)) async { await engine.stop(grace: grace) }

  /// Runs something beside the engine and then stops the engine, in whatever way that ends.
  ///
  /// - Parameter grace: What running handlers get when it ends with an error or is cancelled.
  func whileRunning<Result>(
    grace: Duration = .seconds(10), _ body: () async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body()
      try Task.checkCancellation()
      await stop()
      return result
    } catch {
      await stop(grace: grace)
      throw error
    }
  }
}

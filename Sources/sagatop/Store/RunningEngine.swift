import BuiltinHandlers
import EngineCore
import EngineRuntime

/// An engine inside this process, with the built-in handlers.
struct RunningEngine: Sendable {
  let engine: Engine

  /// Takes the lease of a store and begins to work.
  static func start(
    path: String, configuration: EngineConfiguration, takesOver: Bool, observer: (any EngineObserver)?
  ) async throws -> RunningEngine {
    FileDescriptors.raiseLimit()
    let store = try StoreSession.engineStore(path: path, takesOver: takesOver)
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
    try await engine.start(before: {
      _ = await orphans.reapOrphans { id, key in
        // Ending a command that the store cannot tell of would be worse than letting it run.
        let instance = (try? store.loadInstance(id)) ?? nil
        return instance.map { $0.idempotencyKeysInFlight.contains(key) } ?? false
      }
    })
    return RunningEngine(engine: engine)
  }

  var epoch: Int64 {
    get async { await engine.lease?.epoch ?? 0 }
  }

  func perform(_ command: OperatorCommand) async throws -> CommandAnswer { try await engine.perform(command) }

  func stop() async { await engine.stop() }
}

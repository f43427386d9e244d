import EngineCore
import EngineRuntime
import Logging

/// The handlers that an engine has from the start: `exec`, `log`, `set` and `simulate`.
///
/// All else is an external task or a handler that a program registers itself.
public enum BuiltinHandlers {
  /// The names of all of them.
  public static let names = [ExecHandler.name, LogMessageHandler.name, SetHandler.name, SimulateHandler.name]

  /// Adds all of them to a registry.
  ///
  /// - Parameters:
  ///   - registry: Handlers of the same names in it are replaced.
  ///   - logger: Where `log` writes.
  ///   - runner: What `exec` runs commands with. Give it an `OrphanRegistry` beside the store.
  ///   - clock: What `simulate` sleeps on.
  public static func register(
    into registry: inout HandlerRegistry, logger: Logger, runner: ExecProtocol = ExecProtocol(),
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    registry[ExecHandler.name] = ExecHandler(runner)
    registry[LogMessageHandler.name] = LogMessageHandler(logger)
    registry[SetHandler.name] = SetHandler()
    registry[SimulateHandler.name] = SimulateHandler(clock: clock)
  }
}

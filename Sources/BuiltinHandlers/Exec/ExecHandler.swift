import EngineCore
import EngineRuntime

/// `exec`: runs a command by the exec protocol.
///
/// Its configuration is a list of words, or `{command: [...], environment: {...}, directory: ...}`.
public struct ExecHandler: ActivityHandler {
  /// The name under which definitions use it.
  public static let name = "exec"

  private let runner: ExecProtocol

  /// Makes the handler; all of its runs share the limits of one protocol.
  public init(_ runner: ExecProtocol) { self.runner = runner }

  /// Runs the command.
  public func execute(_ context: ActivityContext) async -> WorkOutcome {
    do throws(ConfigurationMistake) {
      let command = try ExecCommand(configuration: context.configuration, folder: context.folder)
      return await runner.run(command, context: context)
    } catch {
      return .failed(Failure(mistake: error))
    }
  }

  /// Says what is wrong with what is literal in a configuration.
  public func validate(configuration: ValueTemplate) -> String? {
    do throws(ConfigurationMistake) {
      _ = try ExecCommand.read(ConfigurationPart(configuration))
      return nil
    } catch {
      return error.description
    }
  }
}

extension Failure {
  /// A configuration that only turned out wrong when its expressions were evaluated. Trying again cannot help.
  init(mistake: ConfigurationMistake) {
    self.init(code: "BAD_CONFIGURATION", message: mistake.description, isRetryable: false)
  }
}

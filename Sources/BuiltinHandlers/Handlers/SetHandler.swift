import EngineCore
import EngineRuntime

/// `set`: the result is the configuration itself, whose expressions the engine has evaluated.
public struct SetHandler: ActivityHandler {
  /// The name under which definitions use it.
  public static let name = "set"

  /// Makes the handler.
  public init() {}

  /// Completes with the configuration.
  public func execute(_ context: ActivityContext) async -> WorkOutcome {
    switch context.configuration {
    case .null: .completed(result: .context(Context()))
    case .context: .completed(result: context.configuration)
    case .boolean, .number, .string, .list: .failed(Failure(mistake: Self.mistake))
    }
  }

  /// Says what is wrong with what is literal in a configuration.
  public func validate(configuration: ValueTemplate) -> String? {
    switch ConfigurationPart(configuration) {
    case .unknown, .context, .scalar(.null): nil
    case .scalar, .list: Self.mistake.description
    }
  }

  private static let mistake = ConfigurationMistake("`set` wants named values, for example {total: =price * count}")
}

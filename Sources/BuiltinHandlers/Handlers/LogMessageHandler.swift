import EngineCore
import EngineRuntime
import Logging

/// `log`: writes `message` to the log of the engine, at `level` (`info` unless given).
public struct LogMessageHandler: ActivityHandler {
  /// The name under which definitions use it.
  public static let name = "log"

  private let logger: Logger

  /// Makes a handler that writes to a log.
  public init(_ logger: Logger) { self.logger = logger }

  /// Writes the message and completes.
  public func execute(_ context: ActivityContext) async -> WorkOutcome {
    let message: String
    let level: Logger.Level
    do throws(ConfigurationMistake) {
      let fields = try Self.fields(ConfigurationPart(context.configuration))
      level = try Self.level(fields)
      message = Self.text(context.configuration["message"] ?? .null)
    } catch {
      return .failed(Failure(mistake: error))
    }
    var metadata: Logger.Metadata = [
      "process": "\(PlainText.oneLine(context.process))", "instance": "\(context.instance)",
      "node": "\(PlainText.oneLine(context.node))",
    ]
    if let key = context.businessKey { metadata["businessKey"] = "\(PlainText.oneLine(key))" }
    logger.log(level: level, "\(message)", metadata: metadata)
    return .completed(result: .context(Context()))
  }

  /// Says what is wrong with what is literal in a configuration.
  public func validate(configuration: ValueTemplate) -> String? {
    do throws(ConfigurationMistake) {
      let part = ConfigurationPart(configuration)
      let fields = try Self.fields(part)
      _ = try Self.level(fields)
      if case .unknown = part { return nil }
      return fields["message"] == nil ? "`log` has no `message`" : nil
    } catch {
      return error.description
    }
  }

  private static func fields(_ part: ConfigurationPart) throws(ConfigurationMistake) -> ConfigurationFields {
    try ConfigurationFields(part, of: "log", known: ["message", "level"])
  }

  private static func level(_ fields: ConfigurationFields) throws(ConfigurationMistake) -> Logger.Level {
    guard let name = try fields.text("level") else { return .info }
    guard let level = Logger.Level(rawValue: name) else {
      let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigurationMistake("`level` is \"\(PlainText.oneLine(name))\"; it is one of \(names)")
    }
    return level
  }

  /// A log line must neither break in two nor steer the terminal on which somebody reads it.
  private static func text(_ message: Value) -> String {
    PlainText.oneLine(message.stringValue ?? message.description)
  }
}

import EngineCore

/// A configuration as far as it is known: all of it when a step runs, its literal parts when a definition is deployed.
///
/// Both are read by the same code, so that what deploys is what runs.
enum ConfigurationPart: Sendable {
  /// An expression that has not been evaluated; every reader accepts it.
  case unknown
  /// A value without parts.
  case scalar(Value)
  /// A list.
  case list([ConfigurationPart])
  /// Named parts, ascending by name.
  case context([(name: String, part: ConfigurationPart)])

  /// A configuration whose expressions have been evaluated.
  init(_ value: Value) {
    switch value {
    case .null, .boolean, .number, .string: self = .scalar(value)
    case .list(let elements): self = .list(elements.map { ConfigurationPart($0) })
    case .context(let context): self = .context(context.entries.map { ($0.name, ConfigurationPart($0.value)) })
    }
  }

  /// A configuration as it stands in a definition.
  init(_ template: ValueTemplate) {
    switch template {
    case .literal(let value): self = ConfigurationPart(value)
    case .expression: self = .unknown
    case .list(let elements): self = .list(elements.map { ConfigurationPart($0) })
    case .context(let entries): self = .context(entries.map { ($0.name, ConfigurationPart($0.template)) })
    }
  }

  /// Whether nothing is written here.
  var isNull: Bool {
    switch self {
    case .scalar(.null): true
    case .scalar, .unknown, .list, .context: false
    }
  }
}

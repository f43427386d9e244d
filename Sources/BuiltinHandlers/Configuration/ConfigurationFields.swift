import EngineCore
import FoundationEssentials

/// The named parts of a handler's configuration, with readers that say what they would have liked instead.
///
/// A part that is not known yet reads as absent.
struct ConfigurationFields {
  private let fields: [(name: String, part: ConfigurationPart)]

  /// Takes a configuration apart; refuses keys that the handler does not know.
  init(_ part: ConfigurationPart, of handler: String, known: [String]) throws(ConfigurationMistake) {
    switch part {
    case .unknown, .scalar(.null): fields = []
    case .context(let parts):
      for (name, _) in parts where !known.contains(name) {
        let names = known.map { "`\($0)`" }.joined(separator: ", ")
        throw ConfigurationMistake("`\(handler)` has no key `\(PlainText.oneLine(name))`; it knows \(names)")
      }
      fields = parts
    case .scalar, .list:
      let names = known.map { "`\($0)`" }.joined(separator: ", ")
      throw ConfigurationMistake("`\(handler)` wants named values: \(names)")
    }
  }

  /// The part under a name; nil when it is missing or null.
  subscript(name: String) -> ConfigurationPart? {
    fields.first { $0.name == name && !$0.part.isNull }?.part
  }

  /// Text.
  func text(_ name: String) throws(ConfigurationMistake) -> String? {
    switch self[name] {
    case nil, .unknown: return nil
    case .scalar(.string(let text)): return text
    case .scalar, .list, .context: throw ConfigurationMistake("`\(name)` must be text")
    }
  }

  /// A rate from 0 to 1.
  func rate(_ name: String) throws(ConfigurationMistake) -> Double? {
    switch self[name] {
    case nil, .unknown: return nil
    case .scalar(.number(let number)):
      guard let rate = Double(Value.number(number).jsonText), (0...1).contains(rate) else {
        throw ConfigurationMistake("`\(name)` must lie between 0 and 1")
      }
      return rate
    case .scalar, .list, .context: throw ConfigurationMistake("`\(name)` must be a number between 0 and 1")
    }
  }

  /// A length of time: text such as `200ms`, or a number of milliseconds.
  func duration(_ name: String) throws(ConfigurationMistake) -> Duration? {
    let example = "write a length of time such as 200ms or 3s, or a number of milliseconds"
    switch self[name] {
    case nil, .unknown: return nil
    case .scalar(.string(let text)):
      guard let duration = Duration(text: text) else {
        throw ConfigurationMistake("`\(name)` is \"\(PlainText.oneLine(text))\"; \(example)")
      }
      return duration
    case .scalar(.number(let number)):
      let longest = 1e12
      guard let milliseconds = Double(Value.number(number).jsonText), (0...longest).contains(milliseconds) else {
        throw ConfigurationMistake("`\(name)` must not be negative or longer than a life; \(example)")
      }
      return .microseconds(Int64(milliseconds * 1000))
    case .scalar, .list, .context: throw ConfigurationMistake("`\(name)` is no length of time; \(example)")
    }
  }

  /// A whole number.
  func integer(_ name: String) throws(ConfigurationMistake) -> Int? {
    switch self[name] {
    case nil, .unknown: return nil
    case .scalar(let value):
      guard let integer = value.intValue else { throw ConfigurationMistake("`\(name)` must be a whole number") }
      return integer
    case .list, .context: throw ConfigurationMistake("`\(name)` must be a whole number")
    }
  }
}

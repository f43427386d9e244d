/// Why an expression cannot be read or evaluated, and where in it.
public struct ExpressionError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
  /// The longest piece of an expression that a description quotes.
  private static let quotedCharacters = 120

  /// The source of the expression.
  public let expression: String
  /// The line in the expression, counted from 1.
  public let line: Int
  /// The column in characters, counted from 1.
  public let column: Int
  /// What is wrong, without the place.
  public let message: String

  /// Makes an error at a place.
  public init(expression: String, line: Int = 1, column: Int, message: String) {
    self.expression = expression
    self.line = line
    self.column = column
    self.message = message
  }

  /// The sentence for a person: `amount > "x": cannot compare number with string, at column 8`.
  public var description: String {
    let place = expression.utf8.contains(UInt8(ascii: "\n")) ? "line \(line), column \(column)" : "column \(column)"
    let quoted = expression.quoted(limit: Self.quotedCharacters)
    return quoted.isEmpty ? "\(message), at \(place)" : "\(quoted): \(message), at \(place)"
  }
}

/// What went wrong, at an offset into the source in UTF-8; the place is counted out only when it leaves the module.
struct ExpressionFault: Error {
  let offset: Int
  let message: String

  init(at offset: Int, _ message: String) {
    self.offset = offset
    self.message = message
  }

  func error(in source: String) -> ExpressionError {
    let before = String(decoding: source.utf8.prefix(offset), as: UTF8.self)
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    return ExpressionError(
      expression: source, line: lines.count, column: (lines.last?.count ?? 0) + 1, message: message)
  }
}

extension StringProtocol {
  /// The text for a message: on one line, cut where it is too long, without characters that steer a terminal.
  func quoted(limit: Int) -> String {
    // Blanks fall together, so look at more than will be left.
    let piece = prefix(limit * 2)
    var isCut = piece.endIndex < endIndex
    var words = piece.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if words.count > limit {
      words = String(words.prefix(limit))
      isCut = true
    }
    var visible = String.UnicodeScalarView()
    for scalar in words.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: visible.append("\u{FFFD}")
      default: visible.append(scalar)
      }
    }
    return String(visible) + (isCut ? "…" : "")
  }
}

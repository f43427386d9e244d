/// Makes text from outside fit for a sentence, a log line or a terminal.
enum PlainText {
  /// The text on one line: whatever steers a terminal or turns the direction of text is written as an escape.
  static func oneLine(_ text: String) -> String {
    var plain = ""
    plain.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars { append(scalar, to: &plain) }
    return plain
  }

  /// The last line that says something, for the end of a sentence; nil when there is none.
  static func lastLine(of text: String, limit: Int = 200) -> String? {
    for line in text.split(whereSeparator: \.isNewline).reversed() {
      let words = line.drop { $0.isWhitespace }
      guard !words.isEmpty else { continue }
      let cut = words.count > limit ? "\(words.prefix(limit))…" : String(words)
      return oneLine(cut)
    }
    return nil
  }

  private static func append(_ scalar: Unicode.Scalar, to plain: inout String) {
    switch scalar {
    case "\n": plain += "\\n"
    case "\r": plain += "\\r"
    case "\t": plain += "\\t"
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        plain += "\\u{\(String(scalar.value, radix: 16))}"
      default: plain.unicodeScalars.append(scalar)
      }
    }
  }
}

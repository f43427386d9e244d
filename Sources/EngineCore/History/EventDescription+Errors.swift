/// How an error is said in one line.
package enum ErrorText {
  /// Code and message without saying anything twice: `exit 1: card declined`. Only the first line of the message, and
  /// at most `limit` characters.
  package static func brief(code: String, message: String, limit: Int = 120) -> String {
    let line = String(message.drop { $0.isWhitespace }.prefix { !$0.isNewline }.prefix(limit + 1))
    let text =
      if line.isEmpty || line == code {
        code
      } else if code.isEmpty || line.hasPrefix(code) {
        line
      } else {
        "\(code): \(line)"
      }
    return text.count > limit ? "\(text.prefix(limit - 1))…" : text
  }

  /// The last line that says something, with a mark where there are lines before it; at most `limit` characters.
  package static func lastLine(of text: String, limit: Int = 120) -> String {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    guard let last = lines.last else { return "nothing" }
    let line = (lines.count > 1 ? "… " : "") + String(last.drop(while: \.isWhitespace))
    return line.count > limit ? "\(line.prefix(limit - 1))…" : line
  }

  /// Why a compensation run was started, as it follows `was started`: `by an operator: wrong address`,
  /// `because of exit 1: card declined`.
  package static func cause(code: String, message: String) -> String {
    guard code == operatorCode else { return "because of \(brief(code: code, message: message))" }
    return message.isEmpty ? "by an operator" : "by an operator: \(brief(code: "", message: message))"
  }

  /// The code of a run that an operator asked for.
  private static let operatorCode = "OPERATOR"
}

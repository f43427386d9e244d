/// The text of an expression in another language than FEEL: `@NAME text`.
///
/// It cannot be mistaken for FEEL, in which an at sign stands only before a string.
struct ForeignText: Sendable, Hashable {
  let language: String
  let text: String

  /// Takes a source apart; nil when it is FEEL.
  init?(_ source: String) {
    let trimmed = source.drop(while: \.isWhitespace)
    guard trimmed.first == "@" else { return nil }
    let name = trimmed.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    guard let first = name.first, first.isLetter else { return nil }
    language = String(name)
    text = String(trimmed.dropFirst(1 + name.count).drop(while: \.isWhitespace))
  }

  /// The value, by the evaluator that the step at hand has.
  func evaluate(in scope: some VariableScope, source: String) throws(ExpressionError) -> Value {
    guard let evaluator = StepExtensions.languagesAtHand[language] else {
      throw ExpressionError(
        expression: source, column: 1, message: "this engine has no language \(language.quoted(limit: 40))")
    }
    do {
      return try evaluator.evaluate(text, in: scope.variables)
    } catch {
      throw ExpressionError(expression: source, column: 1, message: error.message)
    }
  }
}

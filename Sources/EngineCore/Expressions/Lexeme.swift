import FoundationEssentials

/// A word of the language, and where it stands in the source (offsets into its UTF-8).
struct Lexeme: Sendable {
  let kind: Kind
  let start: Int
  let end: Int

  enum Kind: Sendable, Equatable {
    case number(Decimal)
    case string(String)
    /// A name or a keyword.
    case name(String)
    case symbol(Symbol)
    case end
  }

  enum Symbol: String, Sendable {
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case leftBrace = "{"
    case rightBrace = "}"
    case comma = ","
    case colon = ":"
    case dot = "."
    case dots = ".."
    case plus = "+"
    case minus = "-"
    case star = "*"
    case power = "**"
    case slash = "/"
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// The words that cannot name a variable.
  enum Keyword: String, Sendable {
    case `true`, `false`, null
    case and, or, between, `in`
    case `if`, then, `else`
    case `for`, `return`
    case some, every, satisfies
    case function
  }

  var keyword: Keyword? {
    if case .name(let name) = kind { Keyword(rawValue: name) } else { nil }
  }
}

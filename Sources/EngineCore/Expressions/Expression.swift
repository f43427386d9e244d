/// A FEEL expression (DMN 1.5, chapter 10) that was read once and can be evaluated often.
///
/// The problem: conditions and mappings come from people and files, stand on the engine's step path, and must give the
/// same result whenever history is replayed. The idea: a documented subset of FEEL without clock, chance or input,
/// read into a small tree and evaluated by walking it, with limits on everything (`ExpressionLimits`).
///
/// The language: numbers (exact decimals, 34 digits where a result must be rounded), `"text"`, `true`, `false`,
/// `null`, lists `[1, 2]`, contexts `{a: 1, "b c": 2}`; paths `a.b.c`, list elements from 1 or from the end
/// (`xs[1]`, `xs[-1]`), filters `xs[price > 3]` and `xs[item > 3]`; `+ - * / **`, `= != < <= > >=`,
/// `x between 1 and 3`, `x in [1..10]`, `x in (> 3, 5)`, `and`, `or`, `not(x)`, `if a then b else c`,
/// `some x in xs satisfies x > 3`, `every …`, `for x in xs return x * 2`, and the functions of `functionNames`.
///
/// A source that begins with an at sign and a name, `@NAME text`, is in another language, which a `ConditionEvaluator`
/// of that name evaluates inside of a step.
///
/// Where it is stricter than FEEL: FEEL turns most mistakes into null, which leaves an operator with a stuck instance
/// and no reason. Here a missing variable or path is null as in FEEL, null equals null alone, and comparing values of
/// different kinds with `=` gives null; but calculating with null, ordering null, a wrong kind of argument and division
/// by zero are errors that name the operand. As the DMN grammar says, a sign binds before a power: `-2 ** 2` is 4.
public struct Expression: Sendable {
  /// The text as it was given.
  public let source: String
  let root: ExpressionNode
  /// What it says in another language than FEEL.
  let foreign: ForeignText?

  /// Reads an expression; costs time in proportion to the source.
  public init(_ source: String) throws(ExpressionError) {
    self.source = source
    foreign = ForeignText(source)
    guard foreign == nil else {
      root = ExpressionNode(kind: .literal(.null), start: 0, end: source.utf8.count)
      return
    }
    do throws(ExpressionFault) {
      root = try ExpressionParser.parse(source)
    } catch {
      throw error.error(in: source)
    }
  }

  /// The functions that expressions can call, sorted.
  public static var functionNames: [String] { Builtin.allCases.map(\.rawValue).sorted() }

  /// The variables that the expression certainly reads, sorted.
  ///
  /// Names in filters are left out, since they may mean properties of the elements.
  public var freeVariables: [String] { FreeVariables.names(in: root) }

  /// The language and the text of an expression that is not FEEL; nil for FEEL.
  public var otherLanguage: (name: String, text: String)? { foreign.map { ($0.language, $0.text) } }

  /// The value of the expression with these variables.
  public func evaluate(in scope: some VariableScope) throws(ExpressionError) -> Value {
    if let foreign { return try foreign.evaluate(in: scope, source: source) }
    var evaluator = Evaluator(source: source, scope: scope)
    do throws(ExpressionFault) {
      return try evaluator.result(of: root)
    } catch {
      throw error.error(in: source)
    }
  }

  /// The value of the expression as a condition: true or false, everything else is an error.
  public func evaluateCondition(in scope: some VariableScope) throws(ExpressionError) -> Bool {
    let value = try evaluate(in: scope)
    if case .boolean(let flag) = value { return flag }
    let fault = ExpressionFault(at: root.start, "a condition must be true or false, but this is \(value.typeName)")
    throw fault.error(in: source)
  }
}

extension Expression: Hashable {
  /// Whether both were made from the same text.
  public static func == (left: Expression, right: Expression) -> Bool { left.source == right.source }

  /// Feeds the text into a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

extension Expression: CustomStringConvertible {
  /// The text of the expression.
  public var description: String { source }
}

extension Expression: Codable {
  /// Reads the text and parses it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(container.decode(String.self))
    } catch let error as ExpressionError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(source)
  }
}

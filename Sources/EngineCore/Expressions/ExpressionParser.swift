/// Reads tokens into a tree: precedence climbing for operators, one function for each other form.
struct ExpressionParser {
  /// How strongly operators bind, weakest first (DMN 1.5, 10.3.1.2, grammar rules 2 and 4).
  enum Rank: Int, Comparable {
    case disjunction, conjunction, comparison, additive, multiplicative, power

    static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  let source: String
  private let tokens: [Lexeme]
  private(set) var index = 0
  private var depth = 0

  private init(_ source: String) throws(ExpressionFault) {
    self.source = source
    tokens = try Lexer.tokens(of: source)
  }

  /// Reads a whole expression.
  static func parse(_ source: String) throws(ExpressionFault) -> ExpressionNode {
    var parser = try ExpressionParser(source)
    if parser.current.kind == .end { throw ExpressionFault(at: 0, "the expression is empty") }
    let node = try parser.parseExpression()
    if parser.current.kind != .end { throw parser.unexpected("expected the end of the expression or an operator") }
    return node
  }

  var current: Lexeme { tokens[index] }

  /// The token so many places ahead; the end where there are no more.
  func token(ahead count: Int) -> Lexeme { tokens[min(index + count, tokens.count - 1)] }

  /// Where the token before the current one ended.
  var previousEnd: Int { index > 0 ? tokens[index - 1].end : 0 }

  mutating func advance(by count: Int = 1) { index = min(index + count, tokens.count - 1) }

  func isAt(_ symbol: Lexeme.Symbol) -> Bool { current.kind == .symbol(symbol) }

  /// Steps over the symbol if it comes next.
  mutating func take(_ symbol: Lexeme.Symbol) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: Lexeme.Symbol, _ purpose: String) throws(ExpressionFault) {
    if !take(symbol) { throw unexpected("expected \(symbol.rawValue) \(purpose)") }
  }

  mutating func expect(_ keyword: Lexeme.Keyword) throws(ExpressionFault) {
    guard current.keyword == keyword else { throw unexpected("expected \(keyword.rawValue)") }
    advance()
  }

  func unexpected(_ expectation: String) -> ExpressionFault {
    let token = current
    if token.kind == .end { return ExpressionFault(at: token.start, "\(expectation), but the expression ends") }
    let text = sourceText(token.start, token.end)
    return ExpressionFault(at: token.start, "\(expectation), found \(text)")
  }

  func sourceText(_ start: Int, _ end: Int) -> String {
    ExpressionNode.text(of: source, from: start, to: end)
  }

  mutating func node(_ kind: ExpressionNode.Kind, from start: Int) -> ExpressionNode {
    ExpressionNode(kind: kind, start: start, end: previousEnd)
  }

  /// Runs one level deeper.
  mutating func nested<Result>(
    _ body: (inout ExpressionParser) throws(ExpressionFault) -> Result
  ) throws(ExpressionFault) -> Result {
    guard depth < ExpressionLimits.nesting else {
      throw ExpressionFault(at: current.start, "more than \(ExpressionLimits.nesting) levels inside each other")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  mutating func parseExpression(_ minimum: Rank = .disjunction) throws(ExpressionFault) -> ExpressionNode {
    let start = current.start
    var left = try parseSigned()
    while let rank = rankOfCurrent, rank >= minimum {
      let kind: ExpressionNode.Kind =
        switch rank {
        case .disjunction: .disjunction(try parseChain(from: left, of: .or, above: .conjunction))
        case .conjunction: .conjunction(try parseChain(from: left, of: .and, above: .comparison))
        case .comparison: try parseComparison(of: left)
        case .additive, .multiplicative, .power: .arithmetic(left, try parseArithmeticSteps(rank))
        }
      left = node(kind, from: start)
    }
    return left
  }

  private var rankOfCurrent: Rank? {
    switch current.kind {
    case .symbol(let symbol): symbol.rank
    case .name: current.keyword.flatMap(\.rank)
    case .number, .string, .end: nil
    }
  }

  private mutating func parseChain(
    from first: ExpressionNode, of keyword: Lexeme.Keyword, above rank: Rank
  ) throws(ExpressionFault) -> [ExpressionNode] {
    var operands = [first]
    while current.keyword == keyword {
      advance()
      operands.append(try parseExpression(rank))
    }
    return operands
  }

  private mutating func parseArithmeticSteps(_ rank: Rank) throws(ExpressionFault) -> [ExpressionNode.ArithmeticStep] {
    var steps: [ExpressionNode.ArithmeticStep] = []
    while rankOfCurrent == rank, case .symbol(let symbol) = current.kind, let operation = symbol.arithmeticOperator {
      let offset = current.start
      advance()
      let operand =
        switch rank {
        case .additive: try parseExpression(.multiplicative)
        case .multiplicative: try parseExpression(.power)
        case .power, .disjunction, .conjunction, .comparison: try parseSigned()
        }
      steps.append(ExpressionNode.ArithmeticStep(operation: operation, operand: operand, offset: offset))
    }
    return steps
  }

  private mutating func parseComparison(of left: ExpressionNode) throws(ExpressionFault) -> ExpressionNode.Kind {
    let offset = current.start
    let kind: ExpressionNode.Kind
    if case .symbol(let symbol) = current.kind, let comparison = symbol.comparisonOperator {
      advance()
      kind = .comparison(comparison, left, try parseExpression(.additive), offset: offset)
    } else if current.keyword == .between {
      advance()
      let low = try parseExpression(.additive)
      try expect(.and)
      kind = .between(left, low: low, high: try parseExpression(.additive), offset: offset)
    } else {
      advance()
      kind = .membership(left, try parseTests(), offset: offset)
    }
    if rankOfCurrent == .comparison { throw unexpected("comparisons do not chain; join them with and") }
    return kind
  }

  /// A value with the signs before it; they bind before every operator.
  private mutating func parseSigned() throws(ExpressionFault) -> ExpressionNode {
    guard isAt(.minus) else { return try parsePostfix() }
    let start = current.start
    advance()
    let operand = try nested { parser throws(ExpressionFault) in try parser.parseSigned() }
    if case .literal(.number(let number)) = operand.kind, let negated = DecimalParts(number).negated.decimal {
      return node(.literal(.number(negated)), from: start)
    }
    return node(.negation(operand), from: start)
  }
}

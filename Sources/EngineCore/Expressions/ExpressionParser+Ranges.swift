extension ExpressionParser {
  /// The tests after `in`: a range, a comparison, values in parentheses, or one value.
  mutating func parseTests() throws(ExpressionFault) -> [ExpressionNode.UnaryTest] {
    if isAt(.leftParenthesis), !isRangeNext {
      advance()
      var tests: [ExpressionNode.UnaryTest] = []
      repeat {
        tests.append(try nested { parser throws(ExpressionFault) in try parser.parseTest() })
      } while take(.comma)
      try expect(.rightParenthesis, "after the tests")
      return tests
    }
    return [try parseTest()]
  }

  private mutating func parseTest() throws(ExpressionFault) -> ExpressionNode.UnaryTest {
    if isRangeNext { return .range(try parseRange()) }
    let offset = current.start
    if case .symbol(let symbol) = current.kind, let comparison = symbol.comparisonOperator {
      advance()
      return .comparison(comparison, try parseExpression(.additive), offset: offset)
    }
    return .value(try parseExpression(.additive))
  }

  /// The source of an iteration: a range, with or without brackets, or a list.
  mutating func parseIterationSource() throws(ExpressionFault) -> ExpressionNode.Iteration.Source {
    if isRangeNext { return .range(try parseRange()) }
    let first = try parseExpression()
    let offset = current.start
    guard take(.dots) else { return .list(first) }
    let last = try parseExpression(.additive)
    return .range(
      ExpressionNode.Range(low: first, high: last, includesLow: true, includesHigh: true, offset: offset))
  }

  private mutating func parseRange() throws(ExpressionFault) -> ExpressionNode.Range {
    try nested { parser throws(ExpressionFault) in
      let includesLow = parser.isAt(.leftBracket)
      parser.advance()
      let low = try parser.parseExpression(.additive)
      let offset = parser.current.start
      try parser.expect(.dots, "between the ends of the range")
      let high = try parser.parseExpression(.additive)
      let includesHigh = parser.isAt(.rightBracket)
      if !includesHigh, !parser.isAt(.rightParenthesis) { throw parser.unexpected("expected ] or ) after the range") }
      parser.advance()
      return ExpressionNode.Range(
        low: low, high: high, includesLow: includesLow, includesHigh: includesHigh, offset: offset)
    }
  }

  /// Whether the bracket that comes next opens a range. Looks ahead instead of trying, because trying twice at every
  /// level would double the work with each.
  var isRangeNext: Bool {
    guard isAt(.leftBracket) || isAt(.leftParenthesis) else { return false }
    var depth = 0
    var ahead = 0
    while case let token = token(ahead: ahead), token.kind != .end {
      if case .symbol(let symbol) = token.kind {
        switch symbol {
        case .leftBracket, .leftParenthesis, .leftBrace: depth += 1
        case .rightBracket, .rightParenthesis, .rightBrace:
          depth -= 1
          if depth == 0 { return false }
        case .dots: if depth == 1 { return true }
        case .comma: if depth == 1 { return false }
        case .colon, .dot, .plus, .minus, .star, .power, .slash, .equal, .notEqual, .less, .lessOrEqual, .greater,
          .greaterOrEqual:
          break
        }
      }
      ahead += 1
    }
    return false
  }
}

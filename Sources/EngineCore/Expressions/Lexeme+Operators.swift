extension Lexeme.Keyword {
  var rank: ExpressionParser.Rank? {
    switch self {
    case .or: .disjunction
    case .and: .conjunction
    case .between, .in: .comparison
    case .true, .false, .null, .if, .then, .else, .for, .return, .some, .every, .satisfies, .function: nil
    }
  }
}

extension Lexeme.Symbol {
  var rank: ExpressionParser.Rank? {
    switch self {
    case .plus, .minus: .additive
    case .star, .slash: .multiplicative
    case .power: .power
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: .comparison
    case .leftParenthesis, .rightParenthesis, .leftBracket, .rightBracket, .leftBrace, .rightBrace, .comma, .colon,
      .dot, .dots:
      nil
    }
  }

  var arithmeticOperator: ExpressionNode.ArithmeticOperator? {
    switch self {
    case .plus: .add
    case .minus: .subtract
    case .star: .multiply
    case .slash: .divide
    case .power: .power
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .leftParenthesis, .rightParenthesis,
      .leftBracket, .rightBracket, .leftBrace, .rightBrace, .comma, .colon, .dot, .dots:
      nil
    }
  }

  var comparisonOperator: ExpressionNode.ComparisonOperator? {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .plus, .minus, .star, .slash, .power, .leftParenthesis, .rightParenthesis, .leftBracket, .rightBracket,
      .leftBrace, .rightBrace, .comma, .colon, .dot, .dots:
      nil
    }
  }
}

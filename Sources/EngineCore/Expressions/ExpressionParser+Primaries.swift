extension ExpressionParser {
  /// A value and the paths and filters that follow it.
  mutating func parsePostfix() throws(ExpressionFault) -> ExpressionNode {
    let start = current.start
    let base = try parsePrimary()
    var steps: [ExpressionNode.PostfixStep] = []
    while true {
      if take(.dot) {
        guard case .name(let name) = current.kind else { throw unexpected("expected a name after the dot") }
        advance()
        steps.append(.member(name))
      } else if take(.leftBracket) {
        steps.append(.filter(try nested { parser throws(ExpressionFault) in try parser.parseExpression() }))
        try expect(.rightBracket, "after the filter")
      } else {
        return steps.isEmpty ? base : node(.postfix(base, steps), from: start)
      }
    }
  }

  private mutating func parsePrimary() throws(ExpressionFault) -> ExpressionNode {
    let token = current
    switch token.kind {
    case .number(let number):
      advance()
      return node(.literal(.number(number)), from: token.start)
    case .string(let text):
      advance()
      return node(.literal(.string(text)), from: token.start)
    case .name(let name):
      if let keyword = token.keyword { return try parseKeyword(keyword) }
      return try parseName(name)
    case .symbol(.leftParenthesis): return try parseParentheses()
    case .symbol(.leftBracket): return try parseList()
    case .symbol(.leftBrace): return try parseContext()
    case .symbol, .end: throw unexpected("expected a value")
    }
  }

  private mutating func parseParentheses() throws(ExpressionFault) -> ExpressionNode {
    if isRangeNext { throw misplacedRange }
    let start = current.start
    advance()
    let inner = try nested { parser throws(ExpressionFault) in try parser.parseExpression() }
    try expect(.rightParenthesis, "after the value")
    return node(inner.kind, from: start)
  }

  private mutating func parseList() throws(ExpressionFault) -> ExpressionNode {
    if isRangeNext { throw misplacedRange }
    let start = current.start
    advance()
    var elements: [ExpressionNode] = []
    if !isAt(.rightBracket) {
      repeat {
        elements.append(try nested { parser throws(ExpressionFault) in try parser.parseExpression() })
      } while take(.comma)
    }
    try expect(.rightBracket, "after the list")
    return node(.list(elements), from: start)
  }

  private var misplacedRange: ExpressionFault {
    ExpressionFault(at: current.start, "a range can only stand after in")
  }

  private mutating func parseContext() throws(ExpressionFault) -> ExpressionNode {
    let start = current.start
    advance()
    var entries: [(name: String, node: ExpressionNode)] = []
    var names: Set<String> = []
    if !isAt(.rightBrace) {
      repeat {
        let nameStart = current.start
        let name: String
        switch current.kind {
        case .name(let text), .string(let text): name = text
        case .number, .symbol, .end: throw unexpected("expected a name")
        }
        advance()
        guard names.insert(name).inserted else {
          throw ExpressionFault(at: nameStart, "the context has the name \(name) twice")
        }
        try expect(.colon, "after the name (a name of several words needs quotation marks)")
        let value = try nested { parser throws(ExpressionFault) in try parser.parseExpression() }
        entries.append((name, value))
      } while take(.comma)
    }
    try expect(.rightBrace, "after the context")
    return node(.context(entries), from: start)
  }

  private mutating func parseKeyword(_ keyword: Lexeme.Keyword) throws(ExpressionFault) -> ExpressionNode {
    let start = current.start
    switch keyword {
    case .true, .false:
      advance()
      return node(.literal(.boolean(keyword == .true)), from: start)
    case .null:
      advance()
      return node(.literal(.null), from: start)
    case .if: return try nested { parser throws(ExpressionFault) in try parser.parseConditional() }
    case .for, .some, .every:
      return try nested { parser throws(ExpressionFault) in try parser.parseIteration(keyword) }
    case .function: throw ExpressionFault(at: start, "functions cannot be defined, only called")
    case .and, .or, .between, .in, .then, .else, .return, .satisfies: throw unexpected("expected a value")
    }
  }

  private mutating func parseConditional() throws(ExpressionFault) -> ExpressionNode {
    let start = current.start
    advance()
    let condition = try parseExpression()
    try expect(.then)
    let then = try parseExpression()
    try expect(.else)
    let otherwise = try parseExpression()
    return node(.conditional(condition, then: then, otherwise: otherwise), from: start)
  }

  private mutating func parseIteration(_ keyword: Lexeme.Keyword) throws(ExpressionFault) -> ExpressionNode {
    let start = current.start
    advance()
    var iterations: [ExpressionNode.Iteration] = []
    repeat {
      guard case .name(let name) = current.kind, current.keyword == nil else {
        throw unexpected("expected a name for the element")
      }
      advance()
      try expect(.in)
      iterations.append(ExpressionNode.Iteration(name: name, source: try parseIterationSource()))
    } while take(.comma)
    try expect(keyword == .for ? .return : .satisfies)
    let body = try parseExpression()
    if keyword == .for { return node(.iteration(iterations, body: body), from: start) }
    return node(.quantified(keyword == .some ? .some : .every, iterations, satisfies: body), from: start)
  }

  /// A variable or a call. Names of functions may have several words.
  private mutating func parseName(_ name: String) throws(ExpressionFault) -> ExpressionNode {
    let start = current.start
    var words: [String] = []
    var hasKeyword = false
    while words.count <= Builtin.mostWords, case .name(let word) = token(ahead: words.count).kind {
      hasKeyword = hasKeyword || token(ahead: words.count).keyword != nil
      words.append(word)
    }
    let isCall = token(ahead: words.count).kind == .symbol(.leftParenthesis) && !hasKeyword
    guard isCall else {
      advance()
      return node(.variable(name), from: start)
    }
    let functionName = words.joined(separator: " ")
    guard let builtin = Builtin(rawValue: functionName) else {
      let nearest = Spelling.nearest(to: functionName, in: Expression.functionNames)
      let advice = nearest.map { ", did you mean \($0)?" } ?? ""
      throw ExpressionFault(at: start, "unknown function \(functionName)\(advice)")
    }
    advance(by: words.count + 1)
    return try parseCall(of: builtin, from: start)
  }

  private mutating func parseCall(of builtin: Builtin, from start: Int) throws(ExpressionFault) -> ExpressionNode {
    var arguments: [ExpressionNode] = []
    if !isAt(.rightParenthesis) {
      repeat {
        arguments.append(try nested { parser throws(ExpressionFault) in try parser.parseExpression() })
        if isAt(.colon) { throw ExpressionFault(at: current.start, "arguments are given by place, without names") }
      } while take(.comma)
    }
    try expect(.rightParenthesis, "after the arguments")
    guard builtin.argumentCounts.contains(arguments.count) else {
      throw ExpressionFault(
        at: start, "\(builtin.rawValue) takes \(builtin.argumentCountText), not \(arguments.count)")
    }
    return node(.call(builtin, arguments), from: start)
  }
}

extension ExpressionNode {
  /// The longest piece of source that a message quotes, in characters.
  private static let quotedCharacters = 40

  /// A piece of source for a message: on one line and not too long.
  static func text(of source: String, from start: Int, to end: Int) -> String {
    let piece = String(decoding: source.utf8.dropFirst(start).prefix(end - start), as: UTF8.self)
    return piece.quoted(limit: quotedCharacters)
  }
}

import FoundationEssentials

extension Evaluator {
  // MARK: Truth

  /// True, false or unknown (null), the three truths of FEEL.
  func truth(of value: Value, at node: ExpressionNode) throws(ExpressionFault) -> Bool? {
    switch value {
    case .boolean(let flag): return flag
    case .null: return nil
    case .number, .string, .list, .context:
      throw ExpressionFault(at: node.start, "\(text(of: node)) must be true or false, but is \(value.typeName)")
    }
  }

  /// `and` stops at false, `or` at true; without that, one unknown operand makes the result unknown.
  mutating func combine(_ nodes: [ExpressionNode], stopping stop: Bool) throws(ExpressionFault) -> Value {
    var isUnknown = false
    for node in nodes {
      let truth = try truth(of: evaluate(node), at: node)
      if truth == stop { return .boolean(stop) }
      isUnknown = isUnknown || truth == nil
    }
    return isUnknown ? .null : .boolean(!stop)
  }

  // MARK: Comparison

  mutating func compare(
    _ left: ExpressionNode, _ comparison: ExpressionNode.ComparisonOperator, _ right: ExpressionNode, offset: Int
  ) throws(ExpressionFault) -> Value {
    let leftValue = try evaluate(left)
    return try compare(leftValue, at: left, comparison, right, offset: offset)
  }

  private mutating func compare(
    _ value: Value, at node: ExpressionNode, _ comparison: ExpressionNode.ComparisonOperator, _ right: ExpressionNode,
    offset: Int
  ) throws(ExpressionFault) -> Value {
    let rightValue = try evaluate(right)
    switch comparison {
    case .equal: return try equality(of: value, and: rightValue, at: node).map { .boolean($0) } ?? .null
    case .notEqual: return try equality(of: value, and: rightValue, at: node).map { .boolean(!$0) } ?? .null
    case .less: return .boolean(try order(value, node, rightValue, right, offset) < 0)
    case .lessOrEqual: return .boolean(try order(value, node, rightValue, right, offset) <= 0)
    case .greater: return .boolean(try order(value, node, rightValue, right, offset) > 0)
    case .greaterOrEqual: return .boolean(try order(value, node, rightValue, right, offset) >= 0)
    }
  }

  /// Null equals null alone; values of different kinds are neither equal nor unequal.
  mutating func equality(of left: Value, and right: Value, at node: ExpressionNode) throws(ExpressionFault) -> Bool? {
    switch (left, right) {
    case (.number(let left), .number(let right)): return DecimalParts(left).compared(to: DecimalParts(right)) == 0
    case (.boolean(let left), .boolean(let right)): return left == right
    case (.null, .null): return true
    case (.null, _), (_, .null): return false
    case (.string, .string), (.list, .list), (.context, .context):
      try charge(walking: left, at: node)
      return left == right
    case (.boolean, _), (.number, _), (.string, _), (.list, _), (.context, _): return nil
    }
  }

  /// Orders numbers and texts: below, at or above zero.
  private mutating func order(
    _ left: Value, _ leftNode: ExpressionNode, _ right: Value, _ rightNode: ExpressionNode, _ offset: Int
  ) throws(ExpressionFault) -> Int {
    switch (left, right) {
    case (.number(let left), .number(let right)): return DecimalParts(left).compared(to: DecimalParts(right))
    case (.string(let left), .string(let right)):
      try charge(bytes: Swift.min(left.utf8.count, right.utf8.count), at: leftNode)
      return left == right ? 0 : left < right ? -1 : 1
    case (.null, _): throw nullOperand(leftNode, verb: "compare")
    case (_, .null): throw nullOperand(rightNode, verb: "compare")
    case (.boolean, _), (.number, _), (.string, _), (.list, _), (.context, _):
      throw ExpressionFault(at: offset, "cannot compare \(left.typeName) with \(right.typeName)")
    }
  }

  mutating func isBetween(
    _ node: ExpressionNode, _ low: ExpressionNode, _ high: ExpressionNode, offset: Int
  ) throws(ExpressionFault) -> Value {
    let value = try evaluate(node)
    let lowValue = try evaluate(low)
    guard try order(value, node, lowValue, low, offset) >= 0 else { return .boolean(false) }
    let highValue = try evaluate(high)
    return .boolean(try order(value, node, highValue, high, offset) <= 0)
  }

  mutating func isMember(
    _ node: ExpressionNode, _ tests: [ExpressionNode.UnaryTest], offset: Int
  ) throws(ExpressionFault) -> Value {
    let value = try evaluate(node)
    for test in tests {
      if try passes(value, node, test, offset: offset) { return .boolean(true) }
    }
    return .boolean(false)
  }

  private mutating func passes(
    _ value: Value, _ node: ExpressionNode, _ test: ExpressionNode.UnaryTest, offset: Int
  ) throws(ExpressionFault) -> Bool {
    switch test {
    case .comparison(let comparison, let right, let offset):
      return try compare(value, at: node, comparison, right, offset: offset) == .boolean(true)
    case .range(let range):
      let low = try order(value, node, evaluate(range.low), range.low, offset)
      guard range.includesLow ? low >= 0 : low > 0 else { return false }
      let high = try order(value, node, evaluate(range.high), range.high, offset)
      return range.includesHigh ? high <= 0 : high < 0
    case .value(let candidate):
      let other = try evaluate(candidate)
      if try equality(of: value, and: other, at: candidate) == true { return true }
      guard case .list(let elements) = other else { return false }
      for element in elements {
        try charge(1, at: candidate)
        if try equality(of: value, and: element, at: candidate) == true { return true }
      }
      return false
    }
  }

  // MARK: Calculation

  mutating func negate(_ operand: ExpressionNode, in node: ExpressionNode) throws(ExpressionFault) -> Value {
    let value = try evaluate(operand)
    switch value {
    case .number(let number): return try self.number(at: node.start) { DecimalParts(number).negated }
    case .null: throw nullOperand(operand, verb: "negate")
    case .boolean, .string, .list, .context:
      throw ExpressionFault(at: node.start, "cannot negate \(value.typeName)")
    }
  }

  mutating func calculate(
    _ first: ExpressionNode, _ steps: [ExpressionNode.ArithmeticStep]
  ) throws(ExpressionFault) -> Value {
    var result = try evaluate(first)
    for step in steps {
      let right = try evaluate(step.operand)
      // A power multiplies up to twice for each bit of its exponent.
      if step.operation == .power { try charge(ExpressionLimits.stepsPerPower, at: step.operand) }
      switch (result, right) {
      case (.number(let left), .number(let right)):
        result = try calculate(DecimalParts(left), step.operation, DecimalParts(right), at: step)
      case (.string(let left), .string(let right)) where step.operation == .add:
        try charge(bytes: left.utf8.count + right.utf8.count, at: step.operand)
        result = .string(left + right)
      // Only the first operand can be null here: no step gives null.
      case (.null, _): throw nullOperand(first, verb: step.operation.verb)
      case (_, .null): throw nullOperand(step.operand, verb: step.operation.verb)
      case (.boolean, _), (.number, _), (.string, _), (.list, _), (.context, _):
        throw mismatch(result, step.operation, right, offset: step.offset)
      }
    }
    return result
  }

  private func calculate(
    _ left: DecimalParts, _ operation: ExpressionNode.ArithmeticOperator, _ right: DecimalParts,
    at step: ExpressionNode.ArithmeticStep
  ) throws(ExpressionFault) -> Value {
    try number(at: step.offset) { () throws(DecimalParts.ArithmeticFailure) in
      switch operation {
      case .add: try left.adding(right)
      case .subtract: try left.subtracting(right)
      case .multiply: try left.multiplied(by: right)
      case .divide: try left.divided(by: right)
      case .power: try left.raised(to: right)
      }
    }
  }

  /// A result as a value.
  func number(
    at offset: Int, _ calculation: () throws(DecimalParts.ArithmeticFailure) -> DecimalParts
  ) throws(ExpressionFault) -> Value {
    let result: DecimalParts
    do throws(DecimalParts.ArithmeticFailure) {
      result = try calculation()
    } catch {
      switch error {
      case .divisionByZero: throw ExpressionFault(at: offset, "division by zero")
      case .outOfRange: throw ExpressionFault(at: offset, "the result is too large")
      case .exponentNotWhole: throw ExpressionFault(at: offset, "cannot raise to a power that is not a whole number")
      case .tooFarApart: throw ExpressionFault(at: offset, "the numbers are too far apart for an exact remainder")
      }
    }
    guard let decimal = result.decimal else { throw ExpressionFault(at: offset, "the result is too large") }
    return .number(decimal)
  }

  private func nullOperand(_ node: ExpressionNode, verb: String) -> ExpressionFault {
    let name = text(of: node)
    return ExpressionFault(at: node.start, name == "null" ? "cannot \(verb) null" : "cannot \(verb): \(name) is null")
  }

  private func mismatch(
    _ left: Value, _ operation: ExpressionNode.ArithmeticOperator, _ right: Value, offset: Int
  ) -> ExpressionFault {
    let (one, other) = (left.typeName, right.typeName)
    switch operation {
    case .add:
      let advice = left.stringValue != nil || right.stringValue != nil ? "; string(…) makes text of a value" : ""
      return ExpressionFault(at: offset, "cannot add \(one) and \(other)\(advice)")
    case .subtract: return ExpressionFault(at: offset, "cannot subtract \(other) from \(one)")
    case .multiply, .divide: return ExpressionFault(at: offset, "cannot \(operation.verb) \(one) by \(other)")
    case .power: return ExpressionFault(at: offset, "cannot raise \(one) to the power of \(other)")
    }
  }
}

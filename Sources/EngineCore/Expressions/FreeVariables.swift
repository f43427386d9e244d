/// Collects the variables that an expression certainly reads.
struct FreeVariables {
  private var names: Set<String> = []
  private var bound: [String] = []

  /// The names, sorted.
  static func names(in node: ExpressionNode) -> [String] {
    var collector = FreeVariables()
    collector.visit(node)
    return collector.names.sorted()
  }

  private mutating func visit(_ node: ExpressionNode) {
    switch node.kind {
    case .literal: break
    case .variable(let name): if !bound.contains(name) { names.insert(name) }
    case .list(let elements), .conjunction(let elements), .disjunction(let elements), .call(_, let elements):
      for element in elements { visit(element) }
    case .context(let entries):
      for entry in entries {
        visit(entry.node)
        bound.append(entry.name)
      }
      bound.removeLast(entries.count)
    case .postfix(let base, _), .negation(let base): visit(base)
    case .arithmetic(let first, let steps):
      visit(first)
      for step in steps { visit(step.operand) }
    case .comparison(_, let left, let right, _):
      visit(left)
      visit(right)
    case .between(let value, let low, let high, _):
      visit(value)
      visit(low)
      visit(high)
    case .membership(let value, let tests, _):
      visit(value)
      for test in tests { visit(test) }
    case .conditional(let condition, let then, let otherwise):
      visit(condition)
      visit(then)
      visit(otherwise)
    case .quantified(_, let iterations, let body), .iteration(let iterations, let body):
      for iteration in iterations { visit(iteration) }
      visit(body)
      bound.removeLast(iterations.count)
    }
  }

  private mutating func visit(_ test: ExpressionNode.UnaryTest) {
    switch test {
    case .comparison(_, let node, _), .value(let node): visit(node)
    case .range(let range): visit(range)
    }
  }

  private mutating func visit(_ range: ExpressionNode.Range) {
    visit(range.low)
    visit(range.high)
  }

  private mutating func visit(_ iteration: ExpressionNode.Iteration) {
    switch iteration.source {
    case .list(let node): visit(node)
    case .range(let range): visit(range)
    }
    bound.append(iteration.name)
  }
}

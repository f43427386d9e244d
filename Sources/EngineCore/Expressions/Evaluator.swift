/// Walks the tree of an expression once.
///
/// Every part costs steps, and so does everything that an operation goes through, so that no expression runs long.
struct Evaluator {
  let source: String
  private let scope: any VariableScope
  private var locals: [Local] = []
  private var stepsLeft = ExpressionLimits.steps

  private enum Local {
    case named(String, Value)
    /// The element that a filter looks at: `item`, and its own names if it is a context.
    case item(Value)
  }

  init(source: String, scope: any VariableScope) {
    self.source = source
    self.scope = scope
  }

  /// The value of the whole expression, checked to be storable.
  mutating func result(of root: ExpressionNode) throws(ExpressionFault) -> Value {
    let value = try evaluate(root)
    try checkDepth(of: value, at: root)
    return value
  }

  mutating func evaluate(_ node: ExpressionNode) throws(ExpressionFault) -> Value {
    try charge(1, at: node)
    switch node.kind {
    case .literal(let value): return value
    case .variable(let name): return lookUp(name) ?? .null
    case .list(let nodes): return .list(try evaluateAll(nodes))
    case .context(let entries): return try evaluateContext(entries)
    case .postfix(let base, let steps): return try evaluatePostfix(base, steps)
    case .negation(let operand): return try negate(operand, in: node)
    case .arithmetic(let first, let steps): return try calculate(first, steps)
    case .conjunction(let nodes): return try combine(nodes, stopping: false)
    case .disjunction(let nodes): return try combine(nodes, stopping: true)
    case .comparison(let comparison, let left, let right, let offset):
      return try compare(left, comparison, right, offset: offset)
    case .between(let value, let low, let high, let offset):
      return try isBetween(value, low, high, offset: offset)
    case .membership(let value, let tests, let offset): return try isMember(value, tests, offset: offset)
    case .conditional(let condition, let then, let otherwise):
      let isTrue = try truth(of: evaluate(condition), at: condition) == true
      return try evaluate(isTrue ? then : otherwise)
    case .quantified(let quantifier, let iterations, let body): return try quantify(quantifier, iterations, body)
    case .iteration(let iterations, let body):
      var results: [Value] = []
      try iterate(iterations[...]) { evaluator throws(ExpressionFault) in
        results.append(try evaluator.evaluate(body))
        return true
      }
      return .list(results)
    case .call(.isDefined, let arguments): return .boolean(try isDefined(arguments[0]))
    case .call(let builtin, let arguments):
      let values = try evaluateAll(arguments)
      return try perform(
        BuiltinCall(builtin: builtin, node: node, argumentNodes: arguments, values: values, source: source))
    }
  }

  private mutating func evaluateAll(_ nodes: [ExpressionNode]) throws(ExpressionFault) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(nodes.count)
    for node in nodes { values.append(try evaluate(node)) }
    return values
  }

  /// Later entries may use the earlier ones. Since that lets a value grow deep and wide with little source, what an
  /// entry holds is checked before the next one sees it.
  private mutating func evaluateContext(
    _ entries: [(name: String, node: ExpressionNode)]
  ) throws(ExpressionFault) -> Value {
    var result: [Context.Entry] = []
    for entry in entries {
      let value = try evaluate(entry.node)
      try checkDepth(of: value, at: entry.node)
      result.append(Context.Entry(name: entry.name, value: value))
      locals.append(.named(entry.name, value))
    }
    locals.removeLast(entries.count)
    // The parser has refused equal names.
    return .context(Context(uniqueEntries: result) ?? Context())
  }

  // MARK: Variables

  func lookUp(_ name: String) -> Value? {
    for local in locals.reversed() {
      switch local {
      case .named(name, let value): return value
      case .named: break
      case .item(let item):
        if let value = item[name] { return value }
        if name == "item" { return item }
      }
    }
    return scope.value(ofVariable: name)
  }

  mutating func with<Result>(
    _ name: String, _ value: Value, _ body: (inout Evaluator) throws(ExpressionFault) -> Result
  ) throws(ExpressionFault) -> Result {
    locals.append(.named(name, value))
    defer { locals.removeLast() }
    return try body(&self)
  }

  mutating func evaluate(_ node: ExpressionNode, forItem item: Value) throws(ExpressionFault) -> Value {
    locals.append(.item(item))
    defer { locals.removeLast() }
    return try evaluate(node)
  }

  // MARK: Cost

  mutating func charge(_ steps: Int, at node: ExpressionNode) throws(ExpressionFault) {
    stepsLeft -= steps
    if stepsLeft < 0 {
      throw ExpressionFault(at: node.start, "the expression takes more than \(ExpressionLimits.steps) steps")
    }
  }

  /// Charges for going through text.
  mutating func charge(bytes: Int, at node: ExpressionNode) throws(ExpressionFault) {
    try charge(bytes / ExpressionLimits.bytesPerStep, at: node)
  }

  /// Charges for going through a whole value, which can be far larger than the expression that built it.
  mutating func charge(walking value: Value, at node: ExpressionNode) throws(ExpressionFault) {
    switch value {
    case .null, .boolean, .number: break
    case .string(let text): try charge(bytes: text.utf8.count, at: node)
    case .list(let elements):
      try charge(elements.count, at: node)
      for element in elements { try charge(walking: element, at: node) }
    case .context(let context):
      try charge(context.count, at: node)
      for entry in context.entries {
        try charge(bytes: entry.name.utf8.count, at: node)
        try charge(walking: entry.value, at: node)
      }
    }
  }

  private mutating func checkDepth(of value: Value, at node: ExpressionNode) throws(ExpressionFault) {
    try charge(walking: value, at: node)
    if Self.isDeeper(value, than: Value.maximumDepth) {
      throw ExpressionFault(at: node.start, "the value has more than \(Value.maximumDepth) levels inside each other")
    }
  }

  private static func isDeeper(_ value: Value, than limit: Int) -> Bool {
    switch value {
    case .null, .boolean, .number, .string: false
    case .list(let elements): limit == 0 || elements.contains { isDeeper($0, than: limit - 1) }
    case .context(let context): limit == 0 || context.entries.contains { isDeeper($0.value, than: limit - 1) }
    }
  }

  func text(of node: ExpressionNode) -> String {
    ExpressionNode.text(of: source, from: node.start, to: node.end)
  }
}

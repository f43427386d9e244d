extension Evaluator {
  // MARK: Paths and filters

  mutating func evaluatePostfix(
    _ base: ExpressionNode, _ steps: [ExpressionNode.PostfixStep]
  ) throws(ExpressionFault) -> Value {
    var value = try evaluate(base)
    for step in steps {
      switch step {
      case .member(let name): value = try member(name, of: value, at: base)
      case .filter(let node): value = try filter(value, by: node)
      }
    }
    return value
  }

  /// What a name means in a value: in a list, what it means in each element.
  private mutating func member(_ name: String, of value: Value, at node: ExpressionNode) throws(ExpressionFault)
    -> Value
  {
    switch value {
    case .context(let context): return context[name] ?? .null
    case .list(let elements):
      try charge(elements.count, at: node)
      return .list(elements.map { $0[name] ?? .null })
    case .null, .boolean, .number, .string: return .null
    }
  }

  /// `xs[n]` is the element at a place, `xs[condition]` the elements for which it holds. A single value counts as a
  /// list of one, null as an empty list.
  private mutating func filter(_ value: Value, by node: ExpressionNode) throws(ExpressionFault) -> Value {
    let elements: [Value] =
      switch value {
      case .list(let elements): elements
      case .null: []
      case .boolean, .number, .string, .context: [value]
      }
    if case .literal(.number(let number)) = node.kind { return element(at: DecimalParts(number), of: elements) }
    guard let first = elements.first else { return try filterOfNothing(node) }
    var kept: [Value] = []
    let firstResult = try evaluate(node, forItem: first)
    if case .number(let number) = firstResult { return element(at: DecimalParts(number), of: elements) }
    if try truth(of: firstResult, at: node) == true { kept.append(first) }
    for element in elements.dropFirst() {
      let holds = try truth(of: evaluate(node, forItem: element), at: node)
      if holds == true { kept.append(element) }
    }
    return .list(kept)
  }

  /// Without elements only a name can tell a place from a condition.
  private mutating func filterOfNothing(_ node: ExpressionNode) throws(ExpressionFault) -> Value {
    switch node.kind {
    case .variable, .postfix:
      if case .number = try evaluate(node) { return .null }
      return .list([])
    case .arithmetic, .negation: return .null
    case .literal, .list, .context, .conjunction, .disjunction, .comparison, .between, .membership, .conditional,
      .quantified, .iteration, .call:
      return .list([])
    }
  }

  private func element(at place: DecimalParts, of elements: [Value]) -> Value {
    guard let place = place.integer.flatMap({ Int(exactly: $0) }) else { return .null }
    if place > 0, place <= elements.count { return elements[place - 1] }
    if place < 0, place >= -elements.count { return elements[elements.count + place] }
    return .null
  }

  /// Whether every name of a path is there, even if its value is null.
  mutating func isDefined(_ node: ExpressionNode) throws(ExpressionFault) -> Bool {
    switch node.kind {
    case .variable(let name): return lookUp(name) != nil
    case .postfix(let base, let steps):
      guard try isDefined(base) else { return false }
      var value = try evaluate(base)
      for step in steps {
        switch step {
        case .member(let name):
          if case .context(let context) = value, context[name] == nil { return false }
          if case .context = value {} else if case .list = value {} else { return false }
          value = try member(name, of: value, at: node)
        case .filter(let condition):
          value = try filter(value, by: condition)
          if value.isNull { return false }
        }
      }
      return true
    case .literal, .list, .context, .negation, .arithmetic, .conjunction, .disjunction, .comparison, .between,
      .membership, .conditional, .quantified, .iteration, .call:
      return try !evaluate(node).isNull
    }
  }

  // MARK: Iterations

  mutating func quantify(
    _ quantifier: ExpressionNode.Quantifier, _ iterations: [ExpressionNode.Iteration], _ body: ExpressionNode
  ) throws(ExpressionFault) -> Value {
    let stop = quantifier == .some
    var isUnknown = false
    let finished = try iterate(iterations[...]) { evaluator throws(ExpressionFault) in
      let truth = try evaluator.truth(of: evaluator.evaluate(body), at: body)
      isUnknown = isUnknown || truth == nil
      return truth != stop
    }
    return !finished ? .boolean(stop) : isUnknown ? .null : .boolean(!stop)
  }

  /// Runs the body for every combination of elements, the last iteration fastest, until it returns false; returns
  /// whether it never did.
  @discardableResult
  mutating func iterate(
    _ iterations: ArraySlice<ExpressionNode.Iteration>,
    _ body: (inout Evaluator) throws(ExpressionFault) -> Bool
  ) throws(ExpressionFault) -> Bool {
    guard let iteration = iterations.first else { return try body(&self) }
    switch iteration.source {
    case .list(let node):
      let value = try evaluate(node)
      for element in try elements(of: value, at: node) {
        try charge(1, at: node)
        let goesOn = try with(iteration.name, element) { evaluator throws(ExpressionFault) in
          try evaluator.iterate(iterations.dropFirst(), body)
        }
        if !goesOn { return false }
      }
    case .range(let range):
      let (first, last) = try ends(of: range)
      var next = first
      let isRising = next <= last
      while isRising ? next <= last : next >= last {
        try charge(1, at: range.low)
        let goesOn = try with(iteration.name, Value(next)) { evaluator throws(ExpressionFault) in
          try evaluator.iterate(iterations.dropFirst(), body)
        }
        if !goesOn { return false }
        // Never overflows: `last` is within 32 bits.
        next += isRising ? 1 : -1
      }
    }
    return true
  }

  private func elements(of value: Value, at node: ExpressionNode) throws(ExpressionFault) -> [Value] {
    switch value {
    case .list(let elements): return elements
    case .null, .boolean, .number, .string, .context:
      throw ExpressionFault(at: node.start, "\(text(of: node)) must be a list, but is \(value.typeName)")
    }
  }

  /// The first and the last number of a range that is gone through, falling if the first is the larger.
  private mutating func ends(of range: ExpressionNode.Range) throws(ExpressionFault) -> (Int, Int) {
    let low = try end(range.low)
    let high = try end(range.high)
    let direction = low <= high ? 1 : -1
    return (range.includesLow ? low : low + direction, range.includesHigh ? high : high - direction)
  }

  private mutating func end(_ node: ExpressionNode) throws(ExpressionFault) -> Int {
    let value = try evaluate(node)
    guard let number = value.intValue.flatMap({ Int32(exactly: $0) }) else {
      throw ExpressionFault(
        at: node.start, "\(text(of: node)) must be a whole number of at most 9 digits, but is \(value.typeName)")
    }
    return Int(number)
  }
}

extension Evaluator {
  mutating func perform(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    switch call.builtin {
    case .string: try makeString(call)
    case .number: try makeNumber(call)
    case .stringLength: try stringLength(call)
    case .upperCase: .string(try measuredText(call, 0, slowness: 8).uppercased())
    case .lowerCase: .string(try measuredText(call, 0, slowness: 8).lowercased())
    case .contains: .boolean(try search(call) != nil)
    case .startsWith: .boolean(try measuredText(call, 0).utf8.starts(with: measuredText(call, 1).utf8))
    case .endsWith:
      .boolean(try measuredText(call, 0).utf8.reversed().starts(with: measuredText(call, 1).utf8.reversed()))
    case .substringBefore: .string(try search(call)?.before ?? "")
    case .substringAfter: .string(try search(call)?.after ?? "")
    case .substring: try substring(call)
    case .split: try split(call)
    case .replace: try replace(call)
    case .stringJoin: try join(call)
    case .count: Value(try call.list(0).count)
    case .sum, .mean: try addUp(call)
    case .min, .max: try findExtreme(call)
    case .all, .any: try summarise(call)
    case .append, .concatenate: try concatenate(call)
    case .sublist: try sublist(call)
    case .listContains, .indexOf: try find(call)
    case .distinctValues: try distinctValues(call)
    case .reverse: try reverse(call)
    case .sort: try sort(call)
    case .flatten: try flatten(call)
    case .floor: try round(call, .floor)
    case .ceiling: try round(call, .ceiling)
    case .round, .decimal: try round(call, .halfEven)
    case .abs: try absolute(call)
    case .modulo: try modulo(call)
    // Answered without evaluating the argument.
    case .isDefined: .boolean(!call.values[0].isNull)
    case .getValue: try call.context(0)[call.text(1)] ?? .null
    case .getEntries: try entries(call)
    case .contextPut: try put(call)
    case .contextMerge: try merge(call)
    case .not: try not(call)
    }
  }

  // MARK: Numbers

  private func round(_ call: BuiltinCall, _ rounding: DecimalParts.Rounding) throws(ExpressionFault) -> Value {
    let number = try call.number(0)
    let scale = call.count > 1 ? try call.integer(1) : 0
    guard -200...200 ~= scale else { throw call.fault("the scale must be between -200 and 200", at: 1) }
    return try self.number(at: call.node.start) { () throws(DecimalParts.ArithmeticFailure) in
      try number.rounded(toScale: scale, rounding)
    }
  }

  private func absolute(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let number = try call.number(0)
    return try self.number(at: call.node.start) { number.magnitude }
  }

  private func modulo(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let (left, right) = (try call.number(0), try call.number(1))
    return try number(at: call.node.start) { () throws(DecimalParts.ArithmeticFailure) in try left.modulo(right) }
  }

  private mutating func addUp(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let numbers = try call.numbers()
    try charge(numbers.count, at: call.node)
    guard !numbers.isEmpty else { return .null }
    let isMean = call.builtin == .mean
    return try number(at: call.node.start) { () throws(DecimalParts.ArithmeticFailure) in
      var sum = DecimalParts.zero
      for number in numbers { sum = try sum.adding(number) }
      return isMean ? try sum.divided(by: DecimalParts(Int64(numbers.count))) : sum
    }
  }

  // MARK: Truth

  private func not(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    switch call.values[0] {
    case .boolean(let flag): return .boolean(!flag)
    case .null: return .null
    case .number, .string, .list, .context: throw call.wrongKind("true or false", 0)
    }
  }

  private mutating func summarise(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let stop = call.builtin == .any
    let truths = try call.truths()
    try charge(truths.count, at: call.node)
    if truths.contains(stop) { return .boolean(stop) }
    return truths.contains(nil) ? .null : .boolean(!stop)
  }

  // MARK: Contexts

  private mutating func entries(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let context = try call.context(0)
    try charge(context.count, at: call.node)
    return .list(context.entries.map { ["key": .string($0.name), "value": $0.value] })
  }

  private mutating func put(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    var context = try call.context(0)
    try charge(context.count, at: call.node)
    context[try call.text(1)] = call.values[2]
    return .context(context)
  }

  private mutating func merge(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    var merged = Context()
    for element in call.elements() {
      guard case .context(let context) = element else {
        throw call.fault("context merge needs contexts, but one element is \(element.typeName)")
      }
      try charge(merged.count + context.count, at: call.node)
      merged = merged.merging(context)
    }
    return .context(merged)
  }
}

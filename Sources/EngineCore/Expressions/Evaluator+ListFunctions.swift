extension Evaluator {
  mutating func findExtreme(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let sorted = try sortedElements(call)
    return (call.builtin == .min ? sorted.first : sorted.last) ?? .null
  }

  mutating func sort(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    _ = try call.list(0)
    return .list(try sortedElements(call))
  }

  /// The elements in rising order, equal ones in the order they came.
  private mutating func sortedElements(_ call: BuiltinCall) throws(ExpressionFault) -> [Value] {
    let elements = call.elements()
    // Paid before the work is done: so many rounds over everything.
    let rounds = Int.bitWidth - elements.count.leadingZeroBitCount
    for _ in 0..<rounds { try charge(walking: .list(elements), at: call.node) }
    var texts: [String] = []
    var numbers: [DecimalParts] = []
    for element in elements {
      switch element {
      case .string(let text): texts.append(text)
      case .number(let number): numbers.append(DecimalParts(number))
      case .null, .boolean, .list, .context:
        throw call.fault("\(call.builtin.rawValue) needs numbers or strings, but one element is \(element.typeName)")
      }
    }
    guard texts.isEmpty || numbers.isEmpty else {
      throw call.fault("\(call.builtin.rawValue) cannot compare number with string")
    }
    if numbers.isEmpty { return texts.sorted().map { .string($0) } }
    let order = numbers.indices.sorted { left, right in
      let order = numbers[left].compared(to: numbers[right])
      return order == 0 ? left < right : order < 0
    }
    return order.map { elements[$0] }
  }

  mutating func concatenate(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    var all = try call.list(0)
    try charge(all.count, at: call.node)
    for index in 1..<Swift.max(1, call.count) {
      if call.builtin == .append {
        all.append(call.values[index])
      } else {
        let more = try call.list(index)
        try charge(more.count, at: call.node)
        all += more
      }
    }
    return .list(all)
  }

  mutating func sublist(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let elements = try call.list(0)
    let range = try Self.range(from: call, of: elements.count)
    try charge(range.count, at: call.node)
    return .list(Array(elements[range]))
  }

  /// The places that `start` (from 1, or from the end) and an optional length mean, cut to what is there.
  static func range(from call: BuiltinCall, of count: Int) throws(ExpressionFault) -> Range<Int> {
    let start = try call.integer(1)
    guard start != 0 else { throw call.fault("places count from 1, or from -1 at the end", at: 1) }
    let length = call.count > 2 ? try call.integer(2) : count
    guard length >= 0 else { throw call.fault("the length must not be negative", at: 2) }
    let first = start > 0 ? start - 1 : count + start
    let lower = Swift.min(Swift.max(0, first), count)
    return lower..<Swift.max(lower, Swift.min(count, first + length))
  }

  mutating func find(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    var places: [Value] = []
    let elements = try call.list(0)
    for (index, element) in elements.enumerated() {
      try charge(1, at: call.node)
      guard try equality(of: element, and: call.values[1], at: call.node) == true else { continue }
      if call.builtin == .listContains { return true }
      places.append(Value(index + 1))
    }
    return call.builtin == .listContains ? false : .list(places)
  }

  mutating func distinctValues(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    try charge(walking: call.values[0], at: call.node)
    var seen: Set<Value> = []
    return .list(try call.list(0).filter { seen.insert($0).inserted })
  }

  mutating func reverse(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let elements = try call.list(0)
    try charge(elements.count, at: call.node)
    return .list(elements.reversed())
  }

  mutating func flatten(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    try charge(walking: call.values[0], at: call.node)
    var flat: [Value] = []
    func collect(_ elements: [Value]) {
      for element in elements {
        if case .list(let inner) = element { collect(inner) } else { flat.append(element) }
      }
    }
    collect(try call.list(0))
    return .list(flat)
  }
}

extension Evaluator {
  /// Text of any value: text as it is, null as null, everything else as a literal.
  mutating func makeString(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    switch call.values[0] {
    case .null, .string: return call.values[0]
    case .boolean, .number, .list, .context:
      try charge(walking: call.values[0], at: call.node)
      return .string(call.values[0].description)
    }
  }

  /// The number that a text says, or null if it says none; with separators for groups and fractions if given.
  mutating func makeNumber(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    switch call.values[0] {
    case .null, .number: return call.values[0]
    case .boolean, .list, .context: throw call.wrongKind("a string", 0)
    case .string(var text):
      try charge(bytes: text.utf8.count, at: call.node)
      for (index, replacement) in [(1, ""), (2, ".")] where call.count > index && !call.values[index].isNull {
        let separator = try call.text(index)
        guard separator.unicodeScalars.count == 1 else { throw call.fault("a separator is one character", at: index) }
        text = TextSearch(separator).replacing(in: text, with: replacement)
      }
      let isNegative = text.first == "-"
      let digits = isNegative ? String(text.dropFirst()) : text
      guard digits.utf8.first?.isASCIIDigit == true || digits.utf8.first == UInt8(ascii: "."),
        let tokens = try? Lexer.tokens(of: digits), tokens.count == 2, case .number(let number) = tokens[0].kind,
        tokens[0].end == digits.utf8.count
      else { return .null }
      let parts = DecimalParts(number)
      return (isNegative ? parts.negated : parts).decimal.map { .number($0) } ?? .null
    }
  }

  /// Characters count as Unicode code points, which no version of Unicode changes.
  mutating func stringLength(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let text = try measuredText(call, 0)
    return Value(text.unicodeScalars.count)
  }

  /// A text argument that is about to be gone through, slowly where each character needs looking up.
  mutating func measuredText(
    _ call: BuiltinCall, _ index: Int, slowness: Int = 1
  ) throws(ExpressionFault) -> String {
    let text = try call.text(index)
    try charge(bytes: text.utf8.count * slowness, at: call.node)
    return text
  }

  /// What stands before and after the first place of the second text in the first, if there is one.
  mutating func search(_ call: BuiltinCall) throws(ExpressionFault) -> (before: String, after: String)? {
    let (text, match) = (try measuredText(call, 0), try measuredText(call, 1))
    let bytes = Array(text.utf8)
    guard let place = TextSearch(match).first(in: bytes, from: 0) else { return nil }
    let after = bytes[(place + match.utf8.count)...]
    return (String(decoding: bytes[..<place], as: UTF8.self), String(decoding: after, as: UTF8.self))
  }

  mutating func substring(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let text = try measuredText(call, 0)
    let scalars = Array(text.unicodeScalars)
    var part = String.UnicodeScalarView()
    part.append(contentsOf: scalars[try Self.range(from: call, of: scalars.count)])
    return .string(String(part))
  }

  mutating func split(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let (text, delimiter) = (try call.text(0), try call.text(1))
    guard !delimiter.isEmpty else { throw call.fault("the delimiter is empty", at: 1) }
    try charge(bytes: text.utf8.count, at: call.node)
    let parts = TextSearch(delimiter).parts(of: text)
    try charge(parts.count, at: call.node)
    return .list(parts.map { .string($0) })
  }

  /// Replaces literally; patterns are not expressions of their own.
  mutating func replace(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let (text, pattern, replacement) = (try call.text(0), try call.text(1), try call.text(2))
    guard !pattern.isEmpty else { throw call.fault("the text to replace is empty", at: 1) }
    try charge(bytes: text.utf8.count, at: call.node)
    let parts = TextSearch(pattern).parts(of: text)
    try charge(parts.count, at: call.node)
    let (growth, overflow) = parts.count.multipliedReportingOverflow(by: replacement.utf8.count)
    try charge(bytes: overflow ? .max : growth, at: call.node)
    return .string(parts.joined(separator: replacement))
  }

  mutating func join(_ call: BuiltinCall) throws(ExpressionFault) -> Value {
    let delimiter = call.count > 1 && !call.values[1].isNull ? try call.text(1) : ""
    var parts: [String] = []
    for element in try call.list(0) {
      try charge(1, at: call.node)
      switch element {
      case .null: break
      case .string(let part):
        try charge(bytes: part.utf8.count + delimiter.utf8.count, at: call.node)
        parts.append(part)
      case .boolean, .number, .list, .context:
        throw call.fault("string join needs strings, but one element is \(element.typeName)")
      }
    }
    return .string(parts.joined(separator: delimiter))
  }
}

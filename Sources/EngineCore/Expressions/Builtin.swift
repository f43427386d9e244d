/// The functions that expressions can call. None of them knows a clock, chance or the world outside.
enum Builtin: String, CaseIterable, Sendable {
  case string, number
  case stringLength = "string length"
  case upperCase = "upper case"
  case lowerCase = "lower case"
  case contains
  case startsWith = "starts with"
  case endsWith = "ends with"
  case substring
  case substringBefore = "substring before"
  case substringAfter = "substring after"
  case split, replace
  case stringJoin = "string join"

  case count, sum, min, max, mean, all, any
  case append, concatenate, sublist
  case listContains = "list contains"
  case distinctValues = "distinct values"
  case reverse, sort, flatten
  case indexOf = "index of"

  case floor, ceiling, round, decimal, abs, modulo

  case isDefined = "is defined"
  case getValue = "get value"
  case getEntries = "get entries"
  case contextPut = "context put"
  case contextMerge = "context merge"
  case not

  /// The words of the longest name.
  static let mostWords = 2

  /// How many arguments the function takes.
  var argumentCounts: ClosedRange<Int> {
    switch self {
    case .string, .stringLength, .upperCase, .lowerCase, .distinctValues, .reverse, .sort, .flatten, .abs, .isDefined,
      .getEntries, .not, .count:
      1...1
    case .contains, .startsWith, .endsWith, .substringBefore, .substringAfter, .split, .listContains, .indexOf, .modulo,
      .getValue, .decimal:
      2...2
    case .replace, .contextPut: 3...3
    case .substring, .sublist: 2...3
    case .stringJoin, .round, .floor, .ceiling: 1...2
    case .number: 1...3
    case .sum, .min, .max, .mean, .all, .any, .concatenate, .contextMerge: 1...Int.max
    case .append: 2...Int.max
    }
  }

  /// How many arguments, in words.
  var argumentCountText: String {
    let counts = argumentCounts
    if counts.upperBound == .max { return "at least \(counts.lowerBound) argument\(counts.lowerBound == 1 ? "" : "s")" }
    if counts.count > 1 { return "\(counts.lowerBound) to \(counts.upperBound) arguments" }
    return counts.lowerBound == 1 ? "1 argument" : "\(counts.lowerBound) arguments"
  }
}

/// One call with its evaluated arguments, which it hands out as what the function needs.
struct BuiltinCall {
  let builtin: Builtin
  let node: ExpressionNode
  let argumentNodes: [ExpressionNode]
  let values: [Value]
  let source: String

  var count: Int { values.count }

  func fault(_ message: String, at index: Int? = nil) -> ExpressionFault {
    let place = index.map { argumentNodes[$0] } ?? node
    return ExpressionFault(at: place.start, message)
  }

  func wrongKind(_ need: String, _ index: Int, found: String? = nil) -> ExpressionFault {
    let argument = argumentNodes[index]
    let text = ExpressionNode.text(of: source, from: argument.start, to: argument.end)
    let kind = found ?? values[index].typeName
    return fault("\(builtin.rawValue) needs \(need), but \(text) is \(kind)", at: index)
  }

  func text(_ index: Int) throws(ExpressionFault) -> String {
    if case .string(let text) = values[index] { return text }
    throw wrongKind("a string", index)
  }

  func number(_ index: Int) throws(ExpressionFault) -> DecimalParts {
    if case .number(let number) = values[index] { return DecimalParts(number) }
    throw wrongKind("a number", index)
  }

  /// A whole number, held within what any list or text can have.
  func integer(_ index: Int) throws(ExpressionFault) -> Int {
    let number = try number(index)
    guard number.exponent >= 0 || number.compacted.exponent >= 0 else { throw wrongKind("a whole number", index) }
    guard let integer = number.compacted.integer else { return number.isNegative ? -Int(Int32.max) : Int(Int32.max) }
    return Int(Swift.max(-Int64(Int32.max), Swift.min(Int64(Int32.max), integer)))
  }

  func list(_ index: Int) throws(ExpressionFault) -> [Value] {
    if case .list(let elements) = values[index] { return elements }
    throw wrongKind("a list", index)
  }

  func context(_ index: Int) throws(ExpressionFault) -> Context {
    if case .context(let context) = values[index] { return context }
    throw wrongKind("a context", index)
  }

  /// The elements of the one list, or all the arguments: `sum([1, 2])` and `sum(1, 2)` are the same.
  func elements() -> [Value] {
    if values.count == 1, case .list(let elements) = values[0] { return elements }
    return values
  }

  /// The elements as numbers.
  func numbers() throws(ExpressionFault) -> [DecimalParts] {
    var numbers: [DecimalParts] = []
    for element in elements() {
      guard case .number(let number) = element else {
        throw fault("\(builtin.rawValue) needs numbers, but one element is \(element.typeName)")
      }
      numbers.append(DecimalParts(number))
    }
    return numbers
  }

  /// The elements as truth values or unknown.
  func truths() throws(ExpressionFault) -> [Bool?] {
    var truths: [Bool?] = []
    for element in elements() {
      switch element {
      case .boolean(let flag): truths.append(flag)
      case .null: truths.append(nil)
      case .number, .string, .list, .context:
        throw fault("\(builtin.rawValue) needs true or false, but one element is \(element.typeName)")
      }
    }
    return truths
  }
}

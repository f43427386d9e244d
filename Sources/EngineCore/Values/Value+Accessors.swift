import FoundationEssentials

extension Value {
  /// Makes a number from a whole number.
  public init(_ integer: Int) { self = .number(Decimal(integer)) }

  /// Makes a number from a whole number.
  public init(_ integer: Int64) { self = .number(Decimal(integer)) }

  /// Makes text.
  public init(_ text: String) { self = .string(text) }

  /// Makes a truth value.
  public init(_ flag: Bool) { self = .boolean(flag) }

  /// What kind of value this is, in the words of FEEL and JSON: `null`, `boolean`, `number`, `string`, `list`
  /// or `context`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .number: "number"
    case .string: "string"
    case .list: "list"
    case .context: "context"
    }
  }

  /// Whether this is null.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The truth value, if this is one.
  public var booleanValue: Bool? {
    if case .boolean(let flag) = self { flag } else { nil }
  }

  /// The number, if this is one.
  public var numberValue: Decimal? {
    if case .number(let number) = self { number } else { nil }
  }

  /// The number, if this is one, whole and within the range of `Int`.
  public var intValue: Int? {
    guard case .number(let number) = self else { return nil }
    return DecimalParts(number).integer.flatMap { Int(exactly: $0) }
  }

  /// The text, if this is text.
  public var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The elements, if this is a list.
  public var listValue: [Value]? {
    if case .list(let elements) = self { elements } else { nil }
  }

  /// The named values, if this is a context.
  public var contextValue: Context? {
    if case .context(let context) = self { context } else { nil }
  }

  /// The value under a name, if this is a context that has it.
  public subscript(name: String) -> Value? { contextValue?[name] }

  /// The element at a position counted from 0, if this is a list that long.
  public subscript(index: Int) -> Value? {
    guard case .list(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The value at the end of a path of names, such as `customer.address.city`; nil where a name is missing.
  public func value(atPath path: String) -> Value? {
    var value = self
    for name in path.split(separator: ".", omittingEmptySubsequences: false) {
      guard let next = value[String(name)] else { return nil }
      value = next
    }
    return value
  }
}

extension Context {
  /// The value at the end of a path of names, such as `customer.address.city`; nil where a name is missing.
  public func value(atPath path: String) -> Value? { Value.context(self).value(atPath: path) }
}

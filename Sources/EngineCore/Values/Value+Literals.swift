import FoundationEssentials

// There is no literal nil: `context["name"] == nil` must keep asking whether the name is missing.

extension Value: ExpressibleByBooleanLiteral {
  /// Makes a truth value.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension Value: ExpressibleByIntegerLiteral {
  /// Makes a number. There is no literal for fractions, because Swift would read it as a binary number first.
  public init(integerLiteral value: Int) { self = .number(Decimal(value)) }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// Makes text.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension Value: ExpressibleByArrayLiteral {
  /// Makes a list.
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
}

extension Value: ExpressibleByDictionaryLiteral {
  /// Makes a context; of equal names the last one holds.
  public init(dictionaryLiteral elements: (String, Value)...) {
    var context = Context()
    for (name, value) in elements { context[name] = value }
    self = .context(context)
  }
}

extension Value: Hashable {
  // Written out because Foundation's comparison of decimals is slow, and because hashing must agree with it for
  // numbers that were not built by this module.

  /// Whether both values are the same, numbers by what they are worth.
  public static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.number(let left), .number(let right)): DecimalParts(left).compacted == DecimalParts(right).compacted
    case (.string(let left), .string(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    case (.context(let left), .context(let right)): left == right
    case (.null, _), (.boolean, _), (.number, _), (.string, _), (.list, _), (.context, _): false
    }
  }

  /// Feeds the value into a hasher.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .boolean(let flag): hasher.combine(flag)
    case .number(let number): hasher.combine(DecimalParts(number).compacted)
    case .string(let text): hasher.combine(text)
    case .list(let elements): hasher.combine(elements)
    case .context(let context): hasher.combine(context)
    }
  }
}

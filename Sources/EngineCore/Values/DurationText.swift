extension Duration {
  /// Reads `500ms`, `30s`, `5m`, `2h`, `3d`, or ISO 8601 such as `PT1M30S` and `P1DT2H`; nil when it is neither.
  ///
  /// Years and months are refused: without a calendar they are no lengths of time.
  public init?(text: String) {
    guard let parsed = Duration.suffixed(text) ?? Duration.iso8601(text) else { return nil }
    self = parsed
  }

  /// The shortest of the forms above that says it exactly: `90s`, `1500ms`, `2h`.
  public var shortText: String {
    let total = wholeMicroseconds
    if total == 0 { return "0s" }
    for (suffix, size) in [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)]
      as [(String, Int64)]
    where total % size == 0 {
      return "\(total / size)\(suffix)"
    }
    return total % 1000 == 0 ? "\(total / 1000)ms" : "\(total)us"
  }

  private static func suffixed(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(digits.count)
    let unit: Double
    switch suffix {
    case "us": unit = 1
    case "ms": unit = 1000
    case "s": unit = 1_000_000
    case "m": unit = 60_000_000
    case "h": unit = 3_600_000_000
    case "d": unit = 86_400_000_000
    default: return nil
    }
    guard let number = Double(digits), number >= 0, number * unit < 9e18 else { return nil }
    return .microseconds(Int64((number * unit).rounded()))
  }

  private static func iso8601(_ text: String) -> Duration? {
    guard text.first == "P", text.count > 2 else { return nil }
    var microseconds = 0.0
    var isTime = false
    var number = ""
    var sawPart = false
    for character in text.dropFirst() {
      switch character {
      case "T" where !isTime && number.isEmpty: isTime = true
      case "0"..."9", ".": number.append(character)
      case "W" where !isTime, "D" where !isTime, "H" where isTime, "M" where isTime, "S" where isTime:
        guard let value = Double(number) else { return nil }
        let seconds: [Character: Double] = ["W": 604_800, "D": 86_400, "H": 3600, "M": 60, "S": 1]
        microseconds += value * (seconds[character] ?? 0) * 1_000_000
        number = ""
        sawPart = true
      default: return nil
      }
    }
    guard sawPart, number.isEmpty, microseconds < 9e18 else { return nil }
    return .microseconds(Int64(microseconds.rounded()))
  }
}

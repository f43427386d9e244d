/// What a timer expression may give: a length of time or an instant.
public enum TimerValue: Sendable, Hashable {
  /// A length of time from now.
  case delay(Duration)
  /// An instant.
  case date(Timestamp)

  /// Reads a duration text (`30s`, `PT30S`), a number of seconds, or an ISO 8601 date with an offset; nil otherwise.
  public init?(_ value: Value) {
    switch value {
    case .number:
      guard let number = value.numberValue, let seconds = Double("\(number)"), seconds >= 0, seconds < 1e11 else {
        return nil
      }
      self = .delay(.microseconds(Int64((seconds * 1_000_000).rounded())))
    case .string(let text):
      if let delay = Duration(text: text) {
        self = .delay(delay)
      } else if let date = Timestamp(iso8601: text) {
        self = .date(date)
      } else {
        return nil
      }
    case .null, .boolean, .list, .context: return nil
    }
  }

  /// When a timer of this value falls due.
  public func due(from now: Timestamp) -> Timestamp {
    switch self {
    case .delay(let delay): now + delay
    case .date(let date): date
    }
  }
}

extension Timestamp {
  /// Reads `2026-11-23T10:00:00Z`, with optional fraction and an offset such as `+01:00`; nil otherwise.
  public init?(iso8601 text: String) {
    guard let time = TimerCycle.FixedTime(iso8601: text) else { return nil }
    self = time.instant
  }
}

extension TimerCycle.FixedTime {
  /// Reads what `Timestamp(iso8601:)` reads, and keeps the offset.
  public init?(iso8601 text: String) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
      let day = scanner.number(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2), scanner.skip(":"),
      let second = scanner.number(2), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second < 61
    else { return nil }
    let fraction = scanner.skip(".") ? scanner.fraction() : 0
    guard let fraction, let offset = scanner.offset(), scanner.isAtEnd else { return nil }
    let days = CivilTime.days(year: year, month: month, day: day)
    guard CivilTime(Timestamp(microseconds: Int64(days) * 86_400_000_000)).day == day else { return nil }
    let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
    self.init(Timestamp(microseconds: seconds * 1_000_000 + Int64(fraction)), offsetSeconds: offset)
  }

  /// `2026-11-23T10:00:00+01:00`, with a fraction if there is one.
  public var iso8601: String {
    let civil = CivilTime(instant, offsetSeconds: offsetSeconds)
    let fraction = civil.microsecond == 0 ? "" : "." + CivilTime.padded(civil.microsecond, 6)
    let minutes = abs(offsetSeconds) / 60
    let offset =
      (offsetSeconds < 0 ? "-" : "+") + CivilTime.padded(minutes / 60, 2) + ":" + CivilTime.padded(minutes % 60, 2)
    return civil.dateText + "T" + civil.timeText + fraction + (offsetSeconds == 0 ? "Z" : offset)
  }
}

/// Reads fixed groups of digits.
private struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number(_ digits: Int) -> Int? {
    guard rest.count >= digits else { return nil }
    var value = 0
    for byte in rest.prefix(digits) {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    rest = rest.dropFirst(digits)
    return value
  }

  mutating func skip(_ character: Character) -> Bool {
    guard let byte = character.asciiValue, rest.first == byte else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func fraction() -> Int? {
    var value = 0
    var digits = 0
    while let byte = rest.first, (48...57).contains(byte) {
      if digits < 6 { value = value * 10 + Int(byte - 48) }
      digits += 1
      rest = rest.dropFirst()
    }
    guard digits > 0 else { return nil }
    for _ in min(digits, 6)..<6 { value *= 10 }
    return value
  }

  mutating func offset() -> Int? {
    if skip("Z") || skip("z") { return 0 }
    let isNegative = rest.first == UInt8(ascii: "-")
    guard skip("+") || skip("-"), let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60
    else { return nil }
    return (isNegative ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

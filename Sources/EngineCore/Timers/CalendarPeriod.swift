/// A period that repeats: calendar months, whose length varies, and an exact length of time.
///
/// A year is twelve months, a week seven days and a day 24 hours: intervals are counted at a fixed offset from UTC,
/// where every day is as long as the other. What follows a zone's clock is a cron expression.
public struct CalendarPeriod: Sendable, Hashable, Codable {
  /// Calendar months; not negative.
  public var months: Int
  /// What is added to them; not negative.
  public var exact: Duration

  /// Makes a period.
  public init(months: Int = 0, exact: Duration = .zero) {
    self.months = months
    self.exact = exact
  }

  /// Reads what `Duration(text:)` reads, and ISO 8601 with years and months such as `P1Y6M`, `P1M2DT12H`; nil
  /// otherwise. A fraction may stand at the last part, unless that is a year or a month.
  public init?(text: String) {
    if let parsed = Self.iso8601(text) {
      self = parsed
    } else if let exact = Duration(text: text) {
      self.init(exact: exact)
    } else {
      return nil
    }
  }

  /// The instant a number of periods after another; nil beyond the year 9999 or before the year 0.
  ///
  /// Months are counted on the calendar at an offset from UTC, from the anchor and not from one another: the last of
  /// January leads to the last of February and then to the last of March.
  public func instant(_ count: Int64, after anchor: Timestamp, offsetSeconds: Int) -> Timestamp? {
    let civil = CivilTime(anchor, offsetSeconds: offsetSeconds)
    let (shift, tooManyMonths) = Int64(months).multipliedReportingOverflow(by: count)
    let (rest, tooLong) = exact.wholeMicroseconds.multipliedReportingOverflow(by: count)
    guard !tooManyMonths, !tooLong, abs(shift) < 12 * 20_000 else { return nil }
    let total = civil.year * 12 + civil.month - 1 + Int(shift)
    let year = total >= 0 ? total / 12 : (total - 11) / 12
    let month = total - year * 12 + 1
    let day = min(civil.day, CivilTime.lastDay(year: year, month: month))
    let moved = CivilTime.days(year: year, month: month, day: day)
    let days = moved - CivilTime.days(year: civil.year, month: civil.month, day: civil.day)
    let (sum, overflow) = (anchor.microseconds + Int64(days) * 86_400_000_000).addingReportingOverflow(rest)
    let found = Timestamp(microseconds: sum)
    return overflow || !Self.calendar.contains(found) ? nil : found
  }

  /// How long it is at least and at most.
  var bounds: (shortest: Duration, longest: Duration) {
    (exact + .seconds(months * 28 * 86_400), exact + .seconds(months * 31 * 86_400))
  }

  /// `P1Y2M3DT4H5M6.7S`: years and months, then the exact rest.
  public var iso8601: String {
    var text = "P"
    if months >= 12 { text += "\(months / 12)Y" }
    if months % 12 > 0 { text += "\(months % 12)M" }
    let total = exact.wholeMicroseconds
    if total / 86_400_000_000 > 0 { text += "\(total / 86_400_000_000)D" }
    let rest = total % 86_400_000_000
    if rest > 0 {
      text += "T"
      if rest / 3_600_000_000 > 0 { text += "\(rest / 3_600_000_000)H" }
      if rest / 60_000_000 % 60 > 0 { text += "\(rest / 60_000_000 % 60)M" }
      if rest % 60_000_000 > 0 { text += Self.seconds(rest % 60_000_000) + "S" }
    }
    return text == "P" ? "PT0S" : text
  }

  private static let calendar =
    Timestamp(
      microseconds: -62_167_219_200_000_000)...Timestamp(
      microseconds: 253_402_300_799_999_999)

  private static func seconds(_ microseconds: Int64) -> String {
    let whole = String(microseconds / 1_000_000)
    guard microseconds % 1_000_000 > 0 else { return whole }
    var digits = CivilTime.padded(Int(microseconds % 1_000_000), 6)
    while digits.last == "0" { digits.removeLast() }
    return whole + "." + digits
  }
}

extension CalendarPeriod {
  /// The parts in the order in which ISO 8601 has them, with what one of each is worth.
  private static let parts: [(letter: Character, isTime: Bool, months: Int, microseconds: Int64)] = [
    ("Y", false, 12, 0), ("M", false, 1, 0), ("W", false, 0, 604_800_000_000), ("D", false, 0, 86_400_000_000),
    ("H", true, 0, 3_600_000_000), ("M", true, 0, 60_000_000), ("S", true, 0, 1_000_000),
  ]

  private static func iso8601(_ text: String) -> CalendarPeriod? {
    guard text.first == "P", text.utf8.count <= 60 else { return nil }
    var rest = text.dropFirst()
    var months = 0
    var microseconds: Int64 = 0
    var next = 0
    var isTime = false
    var sawFraction = false
    var sawPart = false
    while !rest.isEmpty {
      if rest.first == "T" {
        guard !isTime, rest.count > 1 else { return nil }
        isTime = true
        rest = rest.dropFirst()
      }
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." || $0 == "," }
      rest = rest.dropFirst(number.count)
      guard !sawFraction, let letter = rest.popFirst(),
        let index = parts.indices.first(where: {
          $0 >= next && parts[$0].letter == letter && parts[$0].isTime == isTime
        }),
        let amount = amount(number, of: parts[index].microseconds)
      else { return nil }
      sawFraction = amount.hasFraction
      if parts[index].months > 0, sawFraction || amount.whole > 240_000 { return nil }
      months += Int(amount.whole) * parts[index].months
      let (sum, overflow) = microseconds.addingReportingOverflow(parts[index].months > 0 ? 0 : amount.microseconds)
      if overflow { return nil }
      microseconds = sum
      next = index + 1
      sawPart = true
    }
    return sawPart ? CalendarPeriod(months: months, exact: .microseconds(microseconds)) : nil
  }

  private static func amount(
    _ text: Substring, of unit: Int64
  ) -> (whole: Int64, microseconds: Int64, hasFraction: Bool)? {
    let pieces = text.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    guard let first = pieces.first, let whole = Int64(first), pieces.count <= 2 else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    if overflow { return nil }
    guard pieces.count == 2 else { return (whole, product, false) }
    let digits = pieces[1].prefix(6)
    guard let fraction = Int64(digits), pieces[1].allSatisfy(\.isNumber) else { return nil }
    var scale: Int64 = 1
    for _ in digits { scale *= 10 }
    let (sum, tooLarge) = product.addingReportingOverflow(fraction * unit / scale)
    return tooLarge ? nil : (whole, sum, true)
  }
}

extension CivilTime {
  /// The last day of a month: 28 to 31.
  static func lastDay(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension Timestamp {
  /// The instant as ISO 8601 in UTC with microseconds: `2026-11-23T10:00:00.123456Z`.
  public var iso8601: String {
    let civil = CivilTime(self)
    return civil.dateText + "T" + civil.timeText + "." + CivilTime.padded(civil.microsecond, 6) + "Z"
  }
}

/// A UTC instant taken apart into calendar fields (proleptic Gregorian).
///
/// The arithmetic is Howard Hinnant's `civil_from_days`; it needs no locale tables, which cost a console megabytes.
public struct CivilTime: Sendable, Hashable {
  /// The year; may be negative.
  public var year: Int
  /// The month, 1–12.
  public var month: Int
  /// The day of the month, 1–31.
  public var day: Int
  /// The hour, 0–23.
  public var hour: Int
  /// The minute, 0–59.
  public var minute: Int
  /// The second, 0–59.
  public var second: Int
  /// The microsecond within the second.
  public var microsecond: Int

  /// Takes an instant apart, shifted by an offset from UTC in seconds.
  public init(_ timestamp: Timestamp, offsetSeconds: Int = 0) {
    let shifted = timestamp.microseconds.addingReportingOverflow(Int64(offsetSeconds) * 1_000_000).partialValue
    var seconds = shifted / 1_000_000
    var micro = shifted % 1_000_000
    if micro < 0 {
      micro += 1_000_000
      seconds -= 1
    }
    var days = seconds / 86_400
    var rest = seconds % 86_400
    if rest < 0 {
      rest += 86_400
      days -= 1
    }
    let (year, month, day) = Self.date(fromDays: Int(days))
    self.year = year
    self.month = month
    self.day = day
    hour = Int(rest / 3600)
    minute = Int(rest / 60 % 60)
    second = Int(rest % 60)
    microsecond = Int(micro)
  }

  /// The date as `2026-11-23`.
  public var dateText: String {
    Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2)
  }

  /// The time of day as `10:00:00`.
  public var timeText: String {
    Self.padded(hour, 2) + ":" + Self.padded(minute, 2) + ":" + Self.padded(second, 2)
  }

  /// Days since 1970-01-01 of a calendar date.
  public static func days(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(abs(number))
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (number < 0 ? "-" : "") + zeros + digits
  }

  static func date(fromDays days: Int) -> (Int, Int, Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex + (monthIndex < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

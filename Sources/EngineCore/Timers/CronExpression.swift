/// When the clock on the wall shows what was asked for, in the five fields of cron.
///
/// `minute hour day-of-month month day-of-week`, with a field for seconds before them if there are six. A field is `*`
/// or a list of numbers, names (`JAN`–`DEC`, `SUN`–`SAT`), ranges `a-b` and steps `*/n`, `a-b/n`, `a/n`; `?` is `*` in
/// the two fields for days; Sunday is 0 and 7. Days of the month also know `L` (the last), `L-n` (n days before it),
/// `nW` (the weekday nearest to the nth, in the same month) and `LW`; days of the week `nL` (the last of the month) and
/// `n#k` (the kth of the month). When both day fields are given, one of them has to hold; when one begins with `*`,
/// both do (crontab(5)). `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`, `@midnight` and `@hourly` stand for
/// expressions.
public struct CronExpression: Sendable, Hashable, Codable {
  /// The text as it was written.
  public let source: String
  let seconds: UInt64
  let minutes: UInt64
  let hours: UInt64
  let months: UInt64
  let days: CronDays
  let weekdays: CronWeekdays
  /// Whether it follows the real clock whatever a shift of the clocks does.
  let followsClock: Bool

  /// Reads an expression.
  public init(_ source: String) throws(TimerTextError) {
    var parser = CronParser(source)
    let fields = try parser.fields()
    self.source = source
    seconds = fields.count == 6 ? try parser.numbers(fields[0], of: .second) : 1
    let five = fields.suffix(5).map { $0 }
    minutes = try parser.numbers(five[0], of: .minute)
    hours = try parser.numbers(five[1], of: .hour)
    days = try parser.days(five[2])
    months = try parser.numbers(five[3], of: .month)
    weekdays = try parser.weekdays(five[4])
    followsClock = fields.prefix(fields.count - 3).contains { $0.hasPrefix("*") }
    if !canOccur { throw TimerTextError("the days of \(parser.quoted) are in none of its months") }
  }

  /// Reads an expression from its text.
  public init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(source)
  }

  private var canOccur: Bool {
    // A day of the week comes in every month, unless the day of the month has to hold too.
    if !weekdays.isStar, !days.isStar { return true }
    return (1...12).contains { month in
      months.hasBit(month)
        && (1...CivilTime.lastDay(year: 2000, month: month)).contains { day in
          days.contains(day: day, lastDay: CivilTime.lastDay(year: 2000, month: month), weekday: nil)
        }
    }
  }
}

/// Which days of a month.
struct CronDays: Sendable, Hashable {
  /// Whether the field begins with `*`.
  var isStar = false
  /// The days, by number.
  var numbers: UInt64 = 0
  /// How many days before the last one; 0 is the last.
  var beforeLast: UInt64 = 0
  /// The days whose nearest weekday is meant.
  var nearestWeekday: UInt64 = 0
  /// Whether the last weekday is meant.
  var lastWeekday = false

  /// Whether a day is among them. Without its weekday (0 is Sunday), whether it is in some month.
  func contains(day: Int, lastDay: Int, weekday: Int?) -> Bool {
    if numbers.hasBit(day) || beforeLast.hasBit(lastDay - day) { return true }
    guard nearestWeekday != 0 || lastWeekday else { return false }
    guard let weekday else { return lastWeekday || (1...lastDay).contains { nearestWeekday.hasBit($0) } }
    guard (1...5).contains(weekday) else { return false }
    if lastWeekday, day == Self.weekday(nearest: lastDay, lastDay, from: day, weekday) { return true }
    return (max(1, day - 2)...min(lastDay, day + 2)).contains { wanted in
      nearestWeekday.hasBit(wanted) && day == Self.weekday(nearest: wanted, lastDay, from: day, weekday)
    }
  }

  /// The weekday nearest to a day without leaving the month: the Friday before a Saturday, the Monday after a Sunday.
  private static func weekday(nearest wanted: Int, _ lastDay: Int, from day: Int, _ weekday: Int) -> Int {
    switch (weekday + wanted - day + 35) % 7 {
    case 6: wanted > 1 ? wanted - 1 : wanted + 2
    case 0: wanted < lastDay ? wanted + 1 : wanted - 2
    default: wanted
    }
  }
}

/// Which days of a week.
struct CronWeekdays: Sendable, Hashable {
  /// Whether the field begins with `*`.
  var isStar = false
  /// The days, 0 is Sunday.
  var numbers: UInt64 = 0
  /// The days that are meant once a month: the nth one, bit by `nth * 8 + weekday`, nth from 1; 0 is the last.
  var ofMonth: UInt64 = 0

  func contains(weekday: Int, day: Int, lastDay: Int) -> Bool {
    if numbers.hasBit(weekday) { return true }
    return ofMonth != 0
      && (ofMonth.hasBit(((day - 1) / 7 + 1) * 8 + weekday) || day + 7 > lastDay && ofMonth.hasBit(weekday))
  }
}

extension UInt64 {
  func hasBit(_ index: Int) -> Bool { index >= 0 && index < 64 && self & (1 << UInt64(index)) != 0 }

  mutating func setBit(_ index: Int) { self |= 1 << UInt64(index) }
}

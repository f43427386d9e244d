/// A rule for a zone's clock that holds every year (POSIX.1 `TZ`, with the larger hours of RFC 9636).
struct PosixZone: Sendable, Hashable {
  /// Seconds ahead of UTC in standard time.
  let standardOffset: Int
  private let summer: Summer?

  private struct Summer: Sendable, Hashable {
    let offset: Int
    let begin: YearDay
    let end: YearDay
  }

  /// A time on a day of every year.
  private struct YearDay: Sendable, Hashable {
    let day: Day
    /// Seconds after local midnight; may be negative or more than a day.
    let time: Int

    enum Day: Sendable, Hashable {
      /// 1 to 365; the 29th of February is never counted.
      case withoutLeapDay(Int)
      /// 0 to 365; the 29th of February is counted.
      case withLeapDay(Int)
      /// The nth weekday of a month, 5 for the last one.
      case weekday(month: Int, nth: Int, weekday: Int)
    }

    /// In seconds since 1970 as if the clock showed UTC.
    func local(in year: Int) -> Int64 {
      let first = CivilTime.days(year: year, month: 1, day: 1)
      let days: Int
      switch day {
      case .withoutLeapDay(let number):
        days = first + number - 1 + (number > 59 && CivilTime.lastDay(year: year, month: 2) == 29 ? 1 : 0)
      case .withLeapDay(let number):
        days = first + number
      case .weekday(let month, let nth, let weekday):
        let begin = CivilTime.days(year: year, month: month, day: 1)
        var dayOfMonth = 1 + (weekday - Int((Int64(begin).remainder(by: 7) + 4) % 7) + 7) % 7 + (nth - 1) * 7
        if dayOfMonth > CivilTime.lastDay(year: year, month: month) { dayOfMonth -= 7 }
        days = begin + dayOfMonth - 1
      }
      return Int64(days) * 86_400 + Int64(time)
    }
  }

  /// Reads a rule; nil when it is none.
  init?(_ text: String) {
    var scanner = PosixScanner(text)
    guard scanner.name(), let offset = scanner.time(hours: 24) else { return nil }
    standardOffset = -offset
    guard !scanner.isAtEnd else {
      summer = nil
      return
    }
    guard scanner.name() else { return nil }
    var summerOffset = standardOffset + 3600
    if scanner.next != ",", let given = scanner.time(hours: 24) { summerOffset = -given }
    guard scanner.skip(","), let begin = Self.yearDay(&scanner), scanner.skip(","), let end = Self.yearDay(&scanner),
      scanner.isAtEnd
    else { return nil }
    summer = Summer(offset: summerOffset, begin: begin, end: end)
  }

  /// The offset at an instant in seconds since the Unix epoch.
  func offset(at second: Int64) -> Int {
    guard summer != nil else { return standardOffset }
    return changes(around: second).last { $0.at <= second }?.offset ?? standardOffset
  }

  /// The next instant after another one at which the offset becomes a different one.
  func nextChange(after second: Int64) -> Int64? {
    guard summer != nil else { return nil }
    var offset = offset(at: second)
    for change in changes(around: second) where change.at > second {
      if change.offset != offset { return change.at }
      offset = change.offset
    }
    return nil
  }

  private func changes(around second: Int64) -> [(at: Int64, offset: Int)] {
    guard let summer else { return [] }
    let year = CivilTime.date(fromDays: Int(second.dividedDown(by: 86_400))).0
    let changes = (year - 1...year + 2).flatMap { year in
      [
        (at: summer.begin.local(in: year) - Int64(standardOffset), offset: summer.offset),
        (at: summer.end.local(in: year) - Int64(summer.offset), offset: standardOffset),
      ]
    }
    return changes.sorted { $0.at < $1.at }
  }

  private static func yearDay(_ scanner: inout PosixScanner) -> YearDay? {
    let day: YearDay.Day
    if scanner.skip("M") {
      guard let month = scanner.number(1...12), scanner.skip("."), let nth = scanner.number(1...5), scanner.skip("."),
        let weekday = scanner.number(0...6)
      else { return nil }
      day = .weekday(month: month, nth: nth, weekday: weekday)
    } else if scanner.skip("J") {
      guard let number = scanner.number(1...365) else { return nil }
      day = .withoutLeapDay(number)
    } else {
      guard let number = scanner.number(0...365) else { return nil }
      day = .withLeapDay(number)
    }
    guard scanner.skip("/") else { return YearDay(day: day, time: 7200) }
    return scanner.time(hours: 167).map { YearDay(day: day, time: $0) }
  }
}

/// Reads the parts of a rule.
private struct PosixScanner {
  private var rest: Substring

  init(_ text: String) { rest = Substring(text) }

  var isAtEnd: Bool { rest.isEmpty }
  var next: Character? { rest.first }

  mutating func skip(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  /// An abbreviation: letters, or anything in angle brackets.
  mutating func name() -> Bool {
    if skip("<") {
      guard let end = rest.firstIndex(of: ">") else { return false }
      rest = rest[rest.index(after: end)...]
      return true
    }
    let letters = rest.prefix { $0.isASCII && $0.isLetter }
    rest = rest.dropFirst(letters.count)
    return letters.count >= 3
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 3, let number = Int(digits), range.contains(number) else { return nil }
    rest = rest.dropFirst(digits.count)
    return number
  }

  /// Hours, minutes and seconds, in seconds.
  mutating func time(hours: Int) -> Int? {
    let isNegative = rest.first == "-"
    if !skip("-") { _ = skip("+") }
    guard var seconds = number(0...hours).map({ $0 * 3600 }) else { return nil }
    for unit in [60, 1] where skip(":") {
      guard let part = number(0...59) else { return nil }
      seconds += part * unit
    }
    return isNegative ? -seconds : seconds
  }
}

/// Why a text is no cycle or cron expression.
public struct TimerTextError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, as a sentence without its full stop.
  public let message: String
  /// What to write instead, as a sentence.
  public let hint: String?

  init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }

  /// The sentence.
  public var description: String { message }
}

extension TimerCycle {
  /// Reads a period (`10m`, `P1M`), an ISO 8601 repeating interval (`R5/PT10S`, `R/2026-01-01T00:00:00Z/P1D`,
  /// `R3/P1D/2026-01-01T00:00:00Z`, `R3/START/END`) or a cron expression in UTC (`0 7 * * MON-FRI`, `@daily`).
  public init(_ text: String) throws(TimerTextError) {
    if text.hasPrefix("R") {
      self = try Self.repeating(text)
    } else if text.hasPrefix("@") || text.contains(" ") {
      self.init(.cron(try CronExpression(text), zone: nil, shift: .cron))
    } else {
      self.init(.interval(try Self.period(text), .whenSet))
    }
  }

  /// The text that gives an equal cycle, with zone and policy behind a cron expression.
  public var text: String {
    let count = times.map { "R\($0)/" } ?? "R/"
    switch schedule {
    case .interval(let period, .whenSet): return count + period.iso8601
    case .interval(let period, .from(let start)): return count + start.iso8601 + "/" + period.iso8601
    case .interval(let period, .until(let end)): return count + period.iso8601 + "/" + end.iso8601
    case .cron(let expression, let zone, let shift):
      let limit = times.map { $0 == 1 ? ", once" : ", \($0) times" } ?? ""
      return expression.source + (zone.map { " \($0)" } ?? "") + (shift == .cron ? "" : ", \(shift.rawValue)") + limit
    }
  }

  private static let example = "Write `R5/PT10S`, `R/2026-01-01T00:00:00Z/P1D` or `R3/START/END`."

  private static func repeating(_ text: String) throws(TimerTextError) -> TimerCycle {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count) else {
      throw TimerTextError("`\(text)` is no repeating interval", hint: example)
    }
    let times = try times(parts[0].dropFirst(), text)
    guard parts.count == 3 else { return TimerCycle(.interval(try period(parts[1]), .whenSet), times: times) }
    switch (FixedTime(iso8601: parts[1]), FixedTime(iso8601: parts[2])) {
    case (let start?, let end?):
      guard start.instant < end.instant else {
        throw TimerTextError("the interval of `\(text)` ends before it begins")
      }
      let length = CalendarPeriod(exact: end.instant - start.instant)
      return TimerCycle(.interval(try checked(length, text), .from(start)), times: times)
    case (let start?, nil): return TimerCycle(.interval(try period(parts[2]), .from(start)), times: times)
    case (nil, let end?): return TimerCycle(.interval(try period(parts[1]), .until(end)), times: times)
    case (nil, nil):
      throw TimerTextError(
        "`\(text)` has no date with an offset such as 2026-01-01T00:00:00Z", hint: example)
    }
  }

  private static func times(_ digits: Substring, _ text: String) throws(TimerTextError) -> Int? {
    if digits.isEmpty { return nil }
    guard let times = Int(digits), digits.allSatisfy(\.isNumber) else {
      throw TimerTextError("`\(text)` is no repeating interval", hint: example)
    }
    guard (1...mostTimes).contains(times) else {
      throw TimerTextError(
        "`\(text)` is to go off \(digits) times", hint: "It is from 1 to \(mostTimes), or `R/` for ever.")
    }
    return times
  }

  /// Reads a period that is long enough.
  public static func period(_ text: String) throws(TimerTextError) -> CalendarPeriod {
    guard let period = CalendarPeriod(text: text) else {
      throw TimerTextError(
        "`\(text)` is no period", hint: "Write 10m, 2h, 1d, or ISO 8601 such as PT10S, P1W or P1M.")
    }
    return try checked(period, text)
  }

  private static func checked(_ period: CalendarPeriod, _ text: String) throws(TimerTextError) -> CalendarPeriod {
    guard period.bounds.shortest >= shortestPeriod else {
      throw TimerTextError("the period of `\(text)` is shorter than \(shortestPeriod.shortText)")
    }
    guard period.bounds.longest <= .seconds(Int64(1_000) * 366 * 86_400) else {
      throw TimerTextError("the period of `\(text)` is longer than a thousand years")
    }
    return period
  }
}

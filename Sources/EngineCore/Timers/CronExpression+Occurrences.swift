/// When an expression goes off.
///
/// The problem: an expression speaks of the clock on the wall, which leaves hours out and shows others twice. The idea:
/// between two changes of its offset a zone's clock is a plain calendar, so the search goes from stretch to stretch and
/// asks at each border what the policy wants of the hour that was left out or comes again.
extension CronExpression {
  /// The first instant after another one at which it goes off, on a whole second; nil when there is none within a
  /// hundred years.
  public func next(after instant: Timestamp, in zone: any ZoneRules, shift: ClockShiftPolicy) -> Timestamp? {
    let earliest = instant.wholeSeconds + 1
    let horizon = earliest + Self.horizonSeconds
    // Far enough back to know whether the clock was put back a moment ago.
    var start = earliest - Self.largestShift
    var offset = zone.offset(atSecond: start)
    var repeatedUntil = Int64.min
    while start < horizon {
      let change = zone.change(afterSecond: start)
      var local = max(start, earliest) + offset
      if !followsClock, shift != .twice { local = max(local, repeatedUntil) }
      let end = min(change ?? horizon, horizon) + offset
      if let found = firstLocal(from: local, before: end) { return Timestamp(seconds: found - offset) }
      guard let change else { return nil }
      let next = zone.offset(atSecond: change)
      if change >= earliest, isMadeUpFor(from: change + offset, to: change + next, shift) {
        return Timestamp(seconds: change)
      }
      let isRepeated = next < offset && offset - next < Self.largestShift
      repeatedUntil = isRepeated ? change + offset : .min
      start = change
      offset = next
    }
    return nil
  }

  /// Whether something lies in local time that is left out and has to go off all the same.
  private func isMadeUpFor(from first: Int64, to end: Int64, _ shift: ClockShiftPolicy) -> Bool {
    guard !followsClock, shift != .skip, first < end, end - first < Self.largestShift else { return false }
    return firstLocal(from: first, before: end) != nil
  }

  /// The first local time from one that matches, in seconds since 1970 as if the clock showed UTC.
  private func firstLocal(from first: Int64, before end: Int64) -> Int64? {
    guard first < end else { return nil }
    var day = first.dividedDown(by: 86_400)
    var second = Int(first - day * 86_400)
    while day * 86_400 < end {
      let (year, month, dayOfMonth) = CivilTime.date(fromDays: Int(day))
      let lastDay = CivilTime.lastDay(year: year, month: month)
      guard months.hasBit(month) else {
        day += Int64(lastDay - dayOfMonth + 1)
        second = 0
        continue
      }
      if isDay(dayOfMonth, lastDay, weekday: Int(day.remainder(by: 7) + 4) % 7),
        let found = secondOfDay(from: second)
      {
        let local = day * 86_400 + Int64(found)
        return local < end ? local : nil
      }
      day += 1
      second = 0
    }
    return nil
  }

  private func isDay(_ day: Int, _ lastDay: Int, weekday: Int) -> Bool {
    let isInMonth = days.contains(day: day, lastDay: lastDay, weekday: weekday)
    let isInWeek = weekdays.contains(weekday: weekday, day: day, lastDay: lastDay)
    return days.isStar || weekdays.isStar ? isInMonth && isInWeek : isInMonth || isInWeek
  }

  private func secondOfDay(from first: Int) -> Int? {
    var (hour, minute, second) = (first / 3600, first / 60 % 60, first % 60)
    while let atHour = hours.nextBit(from: hour) {
      if atHour > hour { (minute, second) = (0, 0) }
      while let atMinute = minutes.nextBit(from: minute) {
        if atMinute > minute { second = 0 }
        if let atSecond = seconds.nextBit(from: second) { return atHour * 3600 + atMinute * 60 + atSecond }
        (minute, second) = (atMinute + 1, 0)
      }
      (hour, minute, second) = (atHour + 1, 0, 0)
    }
    return nil
  }

  private static let largestShift: Int64 = 3 * 3600
  private static let horizonSeconds: Int64 = 100 * 366 * 86_400
}

extension UInt64 {
  /// The lowest bit that is set from an index on.
  fileprivate func nextBit(from index: Int) -> Int? {
    guard index < 64 else { return nil }
    let rest = self >> UInt64(index)
    return rest == 0 ? nil : index + rest.trailingZeroBitCount
  }
}

extension ZoneRules {
  fileprivate func offset(atSecond second: Int64) -> Int64 { Int64(offsetSeconds(at: Timestamp(seconds: second))) }

  fileprivate func change(afterSecond second: Int64) -> Int64? {
    nextChange(after: Timestamp(seconds: second))?.wholeSeconds
  }
}

extension Int64 {
  /// The quotient, rounded down.
  func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  /// What is left of it, never negative.
  func remainder(by divisor: Int64) -> Int64 { self - dividedDown(by: divisor) * divisor }
}

extension Timestamp {
  /// An instant in whole seconds since the Unix epoch.
  init(seconds: Int64) { self.init(microseconds: seconds * 1_000_000) }

  /// Whole seconds since the Unix epoch, rounded down.
  var wholeSeconds: Int64 { microseconds.dividedDown(by: 1_000_000) }
}

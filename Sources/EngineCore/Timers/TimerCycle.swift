/// A timer that goes off again and again: how often, and when.
///
/// Occurrences are computed, never stored ahead. An occurrence that passes while nobody can take it (no engine runs,
/// the instance is suspended, the clock jumps forward) is made up for by a single one, at once; the next one is again
/// where the schedule has it. So a schedule neither drifts nor floods.
public struct TimerCycle: Sendable, Hashable, Codable {
  /// When it goes off.
  public var schedule: Schedule
  /// How often at most; nil means without end.
  public var times: Int?

  /// When a cycle goes off.
  public enum Schedule: Sendable, Hashable, Codable {
    /// One period after the other (ISO 8601-1:2019, 5.6.1 repeating intervals).
    case interval(CalendarPeriod, Position)
    /// When the clock of a zone shows what a cron expression asks for; nil means UTC.
    case cron(CronExpression, zone: String?, shift: ClockShiftPolicy)
  }

  /// Where the intervals of a cycle lie.
  public enum Position: Sendable, Hashable, Codable {
    /// The first begins when the timer is set; it goes off at the end of each.
    case whenSet
    /// The first begins at a fixed time; it goes off at the beginning of each.
    case from(FixedTime)
    /// The last ends at a fixed time; it goes off at the end of each.
    case until(FixedTime)
  }

  /// An instant with the offset in which its calendar date is meant.
  public struct FixedTime: Sendable, Hashable, Codable {
    /// The instant.
    public var instant: Timestamp
    /// Seconds that its clock is ahead of UTC.
    public var offsetSeconds: Int

    /// Makes a fixed time.
    public init(_ instant: Timestamp, offsetSeconds: Int = 0) {
      self.instant = instant
      self.offsetSeconds = offsetSeconds
    }
  }

  /// The shortest period: a cycle is no way to keep a machine busy.
  public static let shortestPeriod = Duration.milliseconds(100)
  /// The most times that can be asked for.
  public static let mostTimes = 1_000_000_000

  /// Makes a cycle.
  public init(_ schedule: Schedule, times: Int? = nil) {
    self.schedule = schedule
    self.times = times
  }

  /// Once every period, from when the timer is set.
  public static func every(_ period: Duration, times: Int? = nil) -> TimerCycle {
    TimerCycle(.interval(CalendarPeriod(exact: period), .whenSet), times: times)
  }

  /// The period, if it is the same each time and counted from when the timer is set.
  public var plainPeriod: Duration? {
    guard case .interval(let period, .whenSet) = schedule, period.months == 0 else { return nil }
    return period.exact
  }

  /// The zone whose clock it follows; nil for UTC and for intervals.
  public var zone: String? {
    switch schedule {
    case .interval: nil
    case .cron(_, let zone, _): zone
    }
  }
}

/// How far a pending timer is in its cycle.
public struct CycleProgress: Sendable, Hashable {
  /// When the cycle was set: where intervals without a fixed time begin.
  public let anchor: Timestamp
  /// The occurrence that the timer stands for; its due time unless somebody gave it another one.
  public let planned: Timestamp
  /// How often it will still go off, this time included; nil means without end.
  public let left: Int?

  /// Describes how far a timer is.
  public init(anchor: Timestamp, planned: Timestamp, left: Int?) {
    self.anchor = anchor
    self.planned = planned
    self.left = left
  }
}

extension TimerCycle {
  /// The first occurrence of a cycle that is set at an instant, which it may be itself; nil when there is none.
  public func begin(at instant: Timestamp, zones: (any ZoneSource)?) throws(UnknownZone) -> CycleProgress? {
    let before = instant + .microseconds(-1)
    return try occurrence(after: before, anchor: instant, left: times, zones)
  }

  /// The occurrence after one that goes off at an instant; nil when that was the last.
  ///
  /// Occurrences that have passed by then are skipped. One that an operator lets go off early has had its turn.
  public func next(
    after progress: CycleProgress, at instant: Timestamp, zones: (any ZoneSource)?
  ) throws(UnknownZone) -> CycleProgress? {
    let left = progress.left.map { $0 - 1 }
    guard left ?? 1 > 0 else { return nil }
    return try occurrence(after: max(progress.planned, instant), anchor: progress.anchor, left: left, zones)
  }

  private func occurrence(
    after instant: Timestamp, anchor: Timestamp, left: Int?, _ zones: (any ZoneSource)?
  ) throws(UnknownZone) -> CycleProgress? {
    switch schedule {
    case .cron(let expression, let zone, let shift):
      let rules = try zones.rules(of: zone)
      return expression.next(after: instant, in: rules, shift: shift).map {
        CycleProgress(anchor: anchor, planned: $0, left: left)
      }
    case .interval(let period, .whenSet):
      return period.first(after: instant, anchor: FixedTime(anchor), counts: 1...Int64.max).map {
        CycleProgress(anchor: anchor, planned: $0.instant, left: left)
      }
    case .interval(let period, .from(let start)):
      let last = times.map { Int64($0) - 1 } ?? .max
      return period.first(after: instant, anchor: start, counts: 0...max(last, 0)).map {
        CycleProgress(anchor: anchor, planned: $0.instant, left: left == nil ? nil : Int(last - $0.count + 1))
      }
    case .interval(let period, .until(let end)):
      let first = times.map { 1 - Int64($0) } ?? -.max
      return period.first(after: instant, anchor: end, counts: min(first, 0)...0).map {
        CycleProgress(anchor: anchor, planned: $0.instant, left: Int(1 - $0.count))
      }
    }
  }
}

extension CalendarPeriod {
  /// The first multiple of the period that lies after an instant. Two searches by halves: its cost hardly depends on
  /// how far away the anchor is.
  fileprivate func first(
    after instant: Timestamp, anchor: TimerCycle.FixedTime, counts: ClosedRange<Int64>
  ) -> (count: Int64, instant: Timestamp)? {
    let (shortest, longest) = bounds
    guard shortest > .zero else { return nil }
    let distance = (instant - anchor.instant).wholeMicroseconds
    // Months clamp to the last day, which moves an occurrence by up to three days.
    let slack: Int64 = months > 0 ? 4 : 1
    let quotients = (distance / shortest.wholeMicroseconds, distance / longest.wholeMicroseconds)
    var low = max(min(quotients.0, quotients.1) - slack, counts.lowerBound)
    var high = min(max(quotients.0, quotients.1) + slack, counts.upperBound)
    if counts.lowerBound > high { high = counts.lowerBound }
    while low < high {
      let middle = low + (high - low) / 2
      guard let found = self.instant(middle, after: anchor.instant, offsetSeconds: anchor.offsetSeconds) else {
        if middle < 0 { low = middle + 1 } else { high = middle }
        continue
      }
      if found > instant { high = middle } else { low = middle + 1 }
    }
    guard counts.contains(low),
      let found = self.instant(low, after: anchor.instant, offsetSeconds: anchor.offsetSeconds), found > instant
    else { return nil }
    return (low, found)
  }
}

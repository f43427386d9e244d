import EngineCore

/// How the panes say instants and lengths of time.
package struct PaneClock: Sendable, Hashable {
  package let now: Timestamp
  /// Seconds east of UTC.
  package let offsetSeconds: Int

  package init(now: Timestamp, offsetSeconds: Int = 0) {
    self.now = now
    self.offsetSeconds = offsetSeconds
  }

  /// The time of day, `10:00:00`; with the date in front unless it is today's.
  package func time(_ instant: Timestamp) -> SafeText {
    let civil = CivilTime(instant, offsetSeconds: offsetSeconds)
    let today = CivilTime(now, offsetSeconds: offsetSeconds)
    let isToday = civil.year == today.year && civil.month == today.month && civil.day == today.day
    return SafeText(untrusted: isToday ? civil.timeText : "\(civil.dateText) \(civil.timeText)")
  }

  /// The time of day with milliseconds, for histories.
  package func preciseTime(_ instant: Timestamp) -> SafeText {
    let civil = CivilTime(instant, offsetSeconds: offsetSeconds)
    let milliseconds = String(1000 + civil.microsecond / 1000).dropFirst()
    return time(instant) + SafeText(untrusted: ".\(milliseconds)")
  }

  /// A length of time, `1 min 30 s`.
  package func length(_ duration: Duration) -> SafeText { SafeText(untrusted: duration.spoken) }

  /// How long something has lasted, `1 min 30 s`.
  package func since(_ instant: Timestamp) -> SafeText {
    length(max(.zero, now - instant))
  }

  /// When something began and how long ago that is: `since 10:00:18 (5 min)`.
  package func sinceText(_ instant: Timestamp) -> SafeText {
    "since \(time(instant)) (\(since(instant)))"
  }

  /// A countdown: `in 4 s`, `now`, `4 s late`.
  package func until(_ instant: Timestamp) -> SafeText {
    let left = instant - now
    if left >= .seconds(1) { return "in \(length(whole(left)))" }
    if left > .seconds(-1) { return "now" }
    return "\(length(whole(left))) late"
  }

  /// Countdowns tick in seconds, so that a frame changes once a second at most.
  private func whole(_ duration: Duration) -> Duration { .seconds(duration.components.seconds) }
}

extension SafeText {
  /// `a, b and c`; a long list ends in a count.
  static func list(_ texts: [SafeText], limit: Int = 4, conjunction: SafeText = " and ") -> SafeText {
    guard let last = texts.last, texts.count > 1 else { return texts.first ?? SafeText() }
    if texts.count > limit {
      return texts.prefix(limit - 1).joined(separator: ", ") + " and \(texts.count - limit + 1) more"
    }
    return texts.dropLast().joined(separator: ", ") + conjunction + last
  }

  /// A count with its noun: `1 step`, `3 steps`.
  package static func count(_ number: Int, _ singular: SafeText, _ plural: SafeText) -> SafeText {
    "\(number) " + (number == 1 ? singular : plural)
  }
}

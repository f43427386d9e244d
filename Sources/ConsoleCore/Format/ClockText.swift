import EngineCore

/// Which clock times are shown by.
package enum TimeZoneMode: Sendable, Hashable {
  /// The operator's own.
  case local
  case utc
}

/// Says instants the way the operator has chosen.
package struct ClockText: Sendable, Hashable {
  package let now: Timestamp
  /// Seconds east of UTC.
  package let offsetSeconds: Int
  package let mode: TimeZoneMode

  package init(now: Timestamp, offsetSeconds: Int, mode: TimeZoneMode) {
    self.now = now
    self.offsetSeconds = offsetSeconds
    self.mode = mode
  }

  /// What is behind a time so that nobody mistakes it: `UTC`, or the offset of local time: `+01:00`.
  package var mark: SafeText {
    switch mode {
    case .utc: return "UTC"
    case .local:
      let minutes = Int64(abs(offsetSeconds) / 60)
      let hours = AgeText.twoDigits(minutes / 60) + ":" + AgeText.twoDigits(minutes % 60)
      return (offsetSeconds < 0 ? "-" : "+") + hours
    }
  }

  /// The time of day: `10:00:00`.
  package func time(_ instant: Timestamp) -> SafeText {
    SafeText(untrusted: CivilTime(instant, offsetSeconds: offsetSeconds).timeText)
  }

  /// The time of day today, and month and day with hours and minutes before: `10:00:00`, `11-23 10:00`.
  package func moment(_ instant: Timestamp) -> SafeText {
    let civil = CivilTime(instant, offsetSeconds: offsetSeconds)
    let today = CivilTime(now, offsetSeconds: offsetSeconds)
    guard civil.dateText != today.dateText else { return SafeText(untrusted: civil.timeText) }
    let date = civil.year == today.year ? String(civil.dateText.dropFirst(5)) : civil.dateText
    return SafeText(untrusted: "\(date) \(civil.timeText.prefix(5))")
  }

  /// Date and time: `2026-11-23 10:00:00`.
  package func full(_ instant: Timestamp) -> SafeText {
    let civil = CivilTime(instant, offsetSeconds: offsetSeconds)
    return SafeText(untrusted: "\(civil.dateText) \(civil.timeText)")
  }

  /// How long ago something was.
  package func age(_ instant: Timestamp) -> SafeText { AgeText.short(now - instant) }

  /// A countdown: `3m12s`; overdue with a plus in front: `+4s`.
  package func left(until due: Timestamp) -> SafeText {
    let left = due - now
    return left < .zero ? "+" + AgeText.short(.zero - left) : AgeText.short(left)
  }
}

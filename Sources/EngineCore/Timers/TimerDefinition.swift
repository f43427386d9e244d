/// When a timer falls due.
public enum TimerDefinition: Sendable, Hashable, Codable {
  /// A fixed time after the timer is set.
  case delay(Duration)
  /// A fixed instant. One that has passed when the timer is set falls due at once.
  case date(Timestamp)
  /// An expression that gives a duration (`30s`, `PT30S`, a number of seconds) or a date (ISO 8601).
  case expression(Expression)
  /// Again and again. It makes sense where going off ends nothing: at a boundary event that does not interrupt and at
  /// the start of a process.
  case cycle(TimerCycle)
}

/// What a cron expression does when the clocks of its zone are moved, as for daylight saving time.
///
/// It is about expressions for fixed times of day only. One whose seconds, minutes or hours begin with `*` follows the
/// real clock under every policy: it goes off whenever the clock shows what it asks for. A shift of three hours or more
/// is no daylight saving but a new time, which holds at once. All of this is how cron does it (ISC cron 4.1, cron(8)).
public enum ClockShiftPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// As cron does: what lies in the hour that is left out goes off right after the shift, together and once; in an hour
  /// that comes twice it goes off the first time.
  case cron
  /// What lies in the hour that is left out does not go off at all; in an hour that comes twice, the first time.
  case skip
  /// What lies in the hour that is left out goes off right after the shift; in an hour that comes twice, both times.
  case twice
}

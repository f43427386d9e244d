/// Lengths of time in six columns at most, so that they stand in line: `4s`, `3m12s`, `2h05m`, `3d04h`, `412d`.
package enum AgeText {
  /// The columns that a length of time takes at most.
  package static let columns = 6

  /// How long something has lasted; a negative length counts as none.
  package static func short(_ duration: Duration) -> SafeText {
    let seconds = max(0, duration.components.seconds)
    let minutes = seconds / 60
    let hours = minutes / 60
    let days = hours / 24
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(minutes)m\(twoDigits(seconds % 60))s"
    case ..<86_400: return "\(hours)h\(twoDigits(minutes % 60))m"
    case ..<8_640_000: return "\(days)d\(twoDigits(hours % 24))h"
    default: return days < 100_000 ? "\(days)d" : "99999d"
    }
  }

  /// Two digits, for the smaller unit.
  static func twoDigits(_ number: Int64) -> SafeText {
    number < 10 ? "0\(number)" : SafeText(number)
  }
}

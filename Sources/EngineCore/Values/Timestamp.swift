/// An instant in microseconds since 1970-01-01T00:00:00Z.
///
/// The engine never reads a clock: instants come in as arguments, so that a seed replays a bug.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  /// Microseconds since the Unix epoch.
  public var microseconds: Int64

  /// Makes an instant from microseconds since the Unix epoch.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The earliest instant that sorts before every real one.
  public static let distantPast = Timestamp(microseconds: .min)
  /// The latest instant that sorts after every real one.
  public static let distantFuture = Timestamp(microseconds: .max)

  /// Whether one instant is before another.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// The instant a duration later; it saturates instead of overflowing.
  public static func + (left: Timestamp, right: Duration) -> Timestamp {
    let (sum, overflow) = left.microseconds.addingReportingOverflow(right.wholeMicroseconds)
    guard overflow else { return Timestamp(microseconds: sum) }
    return right < .zero ? .distantPast : .distantFuture
  }

  /// The time from another instant to this one.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    let (difference, overflow) = left.microseconds.subtractingReportingOverflow(right.microseconds)
    return .microseconds(overflow ? (left > right ? Int64.max : Int64.min) : difference)
  }
}

extension Duration {
  /// This duration in whole microseconds, towards zero; it saturates.
  public var wholeMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (total, overflowed) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    return overflowed ? (seconds < 0 ? .min : .max) : total
  }
}

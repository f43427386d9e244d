/// What the clocks of a zone show: how far they are from UTC at every instant.
///
/// The core reads no files, so rules come in from outside; `ZoneTable` makes them from the bytes of a zone file.
public protocol ZoneRules: Sendable {
  /// Seconds that local time is ahead of UTC at an instant.
  func offsetSeconds(at instant: Timestamp) -> Int
  /// The first instant after another one at which the offset becomes a different one; nil when it never does.
  func nextChange(after instant: Timestamp) -> Timestamp?
}

/// Where rules of zones come from, by their IANA names such as `Europe/Berlin`.
public protocol ZoneSource: Sendable {
  /// The rules of a zone; nil when it is not known here. Called for every occurrence: keep what was read.
  func rules(of zone: String) -> (any ZoneRules)?
}

/// A zone that is named and not known where the engine runs.
public struct UnknownZone: Error, Sendable, Hashable, CustomStringConvertible {
  /// The name.
  public let zone: String

  /// Names the zone.
  public init(zone: String) { self.zone = zone }

  /// The sentence for the person on call.
  public var description: String {
    "the time zone \(zone) is not known on this machine: check its spelling, or install tzdata"
  }
}

/// A zone whose clocks never change.
public struct FixedZone: ZoneRules {
  private let offset: Int

  /// A zone at an offset from UTC in seconds.
  public init(offsetSeconds: Int) { offset = offsetSeconds }

  /// UTC itself.
  public static let utc = FixedZone(offsetSeconds: 0)

  /// The offset.
  public func offsetSeconds(at instant: Timestamp) -> Int { offset }
  /// Never.
  public func nextChange(after instant: Timestamp) -> Timestamp? { nil }
}

extension Optional where Wrapped == any ZoneSource {
  /// The rules of a zone; without a name those of UTC, which is known everywhere.
  func rules(of zone: String?) throws(UnknownZone) -> any ZoneRules {
    guard let zone, zone != "UTC" else { return FixedZone.utc }
    guard let rules = self?.rules(of: zone) else { throw UnknownZone(zone: zone) }
    return rules
  }
}

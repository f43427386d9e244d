import EngineCore

/// Zones by the rules of 2026, written down here, so that no file of this machine decides a test.
struct TestZones: ZoneSource {
  static let rules: [String: String] = [
    "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
    "Australia/Lord_Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
    "America/Santiago": "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
    "Asia/Kathmandu": "<+0545>-5:45",
  ]

  func rules(of zone: String) -> (any ZoneRules)? { Self.rules[zone].flatMap { ZoneTable(posix: $0) } }

  static func rules(of zone: String) -> (any ZoneRules)? { zone == "UTC" ? FixedZone.utc : TestZones().rules(of: zone) }
}

extension String {
  /// The instant that this text names.
  var instant: Timestamp { Timestamp(iso8601: self) ?? .distantPast }
}

extension Timestamp {
  /// The instant to the second, as the tests write it.
  var brief: String { iso8601.replacing(".000000Z", with: "Z") }
}

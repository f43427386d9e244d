import EngineCore
import Testing

@Suite("Rules of zones")
struct ZoneTableTests {
  @Test(
    "A rule gives the offset at every instant and the next change",
    arguments: [
      // zone, instant, offset, next change; from Python's zoneinfo
      ("Europe/Berlin", "2026-03-29T00:59:59Z", 3600, "2026-03-29T01:00:00Z"),
      ("Europe/Berlin", "2026-03-29T01:00:00Z", 7200, "2026-10-25T01:00:00Z"),
      ("Europe/Berlin", "2026-12-31T23:59:59Z", 3600, "2027-03-28T01:00:00Z"),
      ("America/New_York", "2026-11-01T05:59:59Z", -14400, "2026-11-01T06:00:00Z"),
      ("America/New_York", "2026-11-01T06:00:00Z", -18000, "2027-03-14T07:00:00Z"),
      ("Australia/Lord_Howe", "2026-04-04T14:59:59Z", 39600, "2026-04-04T15:00:00Z"),
      ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", 37800, "2026-10-03T15:30:00Z"),
      ("America/Santiago", "2026-09-06T03:59:59Z", -14400, "2026-09-06T04:00:00Z"),
    ])
  func rules(zone: String, instant: String, offset: Int, change: String) throws {
    let rules = try #require(TestZones.rules(of: zone))
    #expect(rules.offsetSeconds(at: instant.instant) == offset)
    #expect(rules.nextChange(after: instant.instant) == change.instant)
  }

  @Test("A zone without summer time never changes")
  func constant() throws {
    let rules = try #require(TestZones.rules(of: "Asia/Kathmandu"))
    #expect(rules.offsetSeconds(at: "2026-01-01T00:00:00Z".instant) == 20_700)
    #expect(rules.nextChange(after: "2026-01-01T00:00:00Z".instant) == nil)
  }

  @Test(
    "Days of the year, negative times and summer time in winter are read",
    arguments: [
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7200, "2026-03-29T01:00:00Z"),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-15T00:00:00Z", 0, "2026-03-29T01:00:00Z"),
      ("AAA0BBB,J60/0,J300/0", "2028-02-29T12:00:00Z", 0, "2028-03-01T00:00:00Z"),
      ("AAA0BBB,59/0,300/0", "2028-02-28T12:00:00Z", 0, "2028-02-29T00:00:00Z"),
    ])
  func forms(rule: String, instant: String, offset: Int, change: String) throws {
    let zone = try #require(ZoneTable(posix: rule))
    #expect(zone.offsetSeconds(at: instant.instant) == offset)
    #expect(zone.nextChange(after: instant.instant) == change.instant)
  }

  @Test(
    "What is no rule is none",
    arguments: ["", "CET", "CE-1", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-25"])
  func noRules(text: String) {
    #expect(ZoneTable(posix: text) == nil)
  }

  @Test("Bytes that are no zone file are none, wherever they end")
  func damagedFiles() {
    let head: [UInt8] = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 39)
    for count in 0...head.count { #expect(ZoneTable(tzif: Array(head.prefix(count))) == nil) }
    #expect(ZoneTable(tzif: Array("TZif2".utf8) + [UInt8](repeating: 255, count: 200)) == nil)
  }
}

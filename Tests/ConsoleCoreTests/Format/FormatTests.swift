import ConsoleCore
import EngineCore
import Testing

@Suite("Short texts for ages, counts and times")
struct FormatTests {
  @Test(
    "an age takes six columns at most and names two units",
    arguments: [
      (0, "0s"), (4, "4s"), (59, "59s"), (60, "1m00s"), (192, "3m12s"), (3599, "59m59s"), (3600, "1h00m"),
      (7500, "2h05m"), (86_400, "1d00h"), (273_600, "3d04h"), (8_640_000, "100d"), (-5, "0s"),
    ])
  func age(seconds: Int, expected: String) {
    let text = AgeText.short(.seconds(seconds))
    #expect(text.string == expected)
    #expect(text.columns <= AgeText.columns)
  }

  @Test("the longest time there is still fits")
  func longestAge() {
    #expect(AgeText.short(Timestamp.distantFuture - Timestamp.distantPast).columns <= AgeText.columns)
  }

  @Test(
    "a count takes five columns at most",
    arguments: [
      (0, "0"), (9_999, "9999"), (10_000, "10.0k"), (12_345, "12.3k"), (412_999, "412k"), (1_234_567, "1.2M"),
      (123_456_789, "123M"),
    ])
  func count(number: Int, expected: String) {
    #expect(QuantityText.count(number).string == expected)
  }

  @Test(
    "sizes are said in powers of a thousand",
    arguments: [(0, "0 B"), (999, "999 B"), (4_200, "4.2 kB"), (12_345_678, "12.3 MB"), (1_500_000_000, "1.5 GB")])
  func bytes(number: Int64, expected: String) {
    #expect(QuantityText.bytes(number).string == expected)
  }

  @Test(
    "a rate shows a digit after the point while it is small",
    arguments: [(0.0, "0"), (0.44, "0.4"), (9.96, "10.0"), (123.4, "123"), (.infinity, "0")])
  func rate(number: Double, expected: String) {
    #expect(QuantityText.rate(number).string == expected)
  }

  private let noon = Timestamp(microseconds: 1_795_435_200_000_000)

  @Test("times say which zone they are in")
  func zones() {
    let utc = ClockText(now: noon, offsetSeconds: 0, mode: .utc)
    let local = ClockText(now: noon, offsetSeconds: -12_600, mode: .local)
    #expect(utc.mark.string == "UTC")
    #expect(local.mark.string == "-03:30")
    #expect(utc.time(noon).string == "12:00:00")
    #expect(local.time(noon).string == "08:30:00")
  }

  @Test("a moment of another day has its date")
  func moments() {
    let clock = ClockText(now: noon, offsetSeconds: 0, mode: .utc)
    #expect(clock.moment(noon + .seconds(-60)).string == "11:59:00")
    #expect(clock.moment(noon + .seconds(-86_400)).string == "11-22 12:00")
    #expect(clock.moment(noon + .seconds(-400 * 86_400)).string == "2025-10-19 12:00")
  }

  @Test("a countdown that has run out counts up")
  func countdown() {
    let clock = ClockText(now: noon, offsetSeconds: 0, mode: .utc)
    #expect(clock.left(until: noon + .seconds(192)).string == "3m12s")
    #expect(clock.left(until: noon + .seconds(-4)).string == "+4s")
  }
}

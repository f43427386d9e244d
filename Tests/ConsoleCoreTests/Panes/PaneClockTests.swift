import EngineCore
import Testing

@testable import ConsoleCore

@Suite("Times in panes")
struct PaneClockTests {
  private let now = Timestamp(microseconds: 1_795_428_000_500_000)

  @Test("show the date only where it is not today's")
  func dates() {
    let clock = PaneClock(now: now)
    #expect(clock.time(now) == "10:00:00")
    #expect(clock.time(now + .seconds(-36_001)) == "2026-11-22 23:59:59")
    #expect(clock.preciseTime(now) == "10:00:00.500")
  }

  @Test("follow the offset, across midnight too")
  func offset() {
    let clock = PaneClock(now: now, offsetSeconds: 15 * 3600)
    #expect(clock.time(now) == "01:00:00")
    #expect(clock.time(now + .seconds(-7200)) == "2026-11-23 23:00:00")
  }

  @Test(
    "count down in whole seconds",
    arguments: [
      (Duration.milliseconds(4900), SafeText("in 4 s")), (.milliseconds(900), "now"), (.milliseconds(-900), "now"),
      (.milliseconds(-90_900), "1 min 30 s late"),
    ])
  func countdown(_ left: Duration, _ text: SafeText) {
    #expect(PaneClock(now: now).until(now + left) == text)
  }
}

import EngineCore
import Testing

@testable import ConsoleCore

@Suite("The scale of the timeline")
struct TimelineScaleTests {
  private func scale(_ offsets: [Duration], columns: Int = 60) -> TimelineScale {
    TimelineScale(changes: offsets.map { Timestamp(microseconds: 0) + $0 }, columns: columns)
  }

  private func column(_ offset: Duration, _ scale: TimelineScale) -> Int {
    scale.column(of: Timestamp(microseconds: 0) + offset)
  }

  @Test(
    "is linear from milliseconds to days",
    arguments: [Duration.milliseconds(10), .seconds(10), .seconds(600), .seconds(36_000), .seconds(864_000)])
  func linear(_ whole: Duration) {
    let scale = scale([.zero, whole / 2, whole])
    #expect(column(.zero, scale) == 0)
    #expect(column(whole / 4, scale) == 15)
    #expect(column(whole / 2, scale) == 30)
    #expect(column(whole, scale) == 59)
    #expect(scale.breaks.isEmpty)
  }

  @Test("shows at least one column of whatever happened")
  func leastColumn() {
    let scale = scale([.zero, .milliseconds(1), .seconds(10), .seconds(20)])
    let start = Timestamp(microseconds: 0)
    #expect(scale.columns(from: start, to: start + .milliseconds(1)) == 0..<1)
    #expect(scale.columns(from: start + .seconds(20), to: start + .seconds(20)) == 59..<60)
  }

  @Test("shortens the night behind a minute of work, and says where")
  func shortened() {
    let scale = scale([.zero, .seconds(1), .seconds(2), .seconds(3), .seconds(36_000)])
    #expect(column(.seconds(3), scale) == 40)
    #expect(scale.breaks == [50])
    #expect(scale.ticks.contains { $0.label == "2 s" })
  }

  @Test("does not shorten the one thing that takes long")
  func oneLongThing() {
    #expect(scale([.zero, .seconds(36_000)]).breaks.isEmpty)
    #expect(scale([.zero, .milliseconds(1), .seconds(5), .seconds(11)]).breaks.isEmpty)
  }

  @Test("puts round lengths of time on the axis without letting them touch")
  func ticks() {
    let scale = scale([.zero, .seconds(7), .seconds(20)])
    #expect(scale.ticks.map(\.label) == ["0", "5 s", "10 s", "15 s"])
    #expect(scale.ticks.map(\.column) == [0, 15, 30, 45])
  }

  @Test("stands a single instant, no instant and no room", arguments: [0, 1, 5])
  func degenerate(_ columns: Int) {
    #expect(scale([.zero], columns: columns).column(of: Timestamp(microseconds: 0)) == 0)
    #expect(scale([], columns: columns).column(of: Timestamp(microseconds: 5)) == 0)
    #expect(TimelineScale([], now: Timestamp(microseconds: 5), columns: columns).columns >= 1)
  }
}

import EngineCore
import Testing

@Suite("Timer cycles")
struct TimerCycleTests {
  /// The occurrences of a cycle that is set at an instant and always taken on time.
  private func occurrences(_ text: String, setAt anchor: String, limit: Int = 6) throws -> [String] {
    let cycle = try TimerCycle(text)
    var progress = try cycle.begin(at: anchor.instant, zones: nil)
    var found: [String] = []
    while let current = progress, found.count < limit {
      found.append(current.planned.brief)
      progress = try cycle.next(after: current, at: current.planned, zones: nil)
    }
    return found
  }

  @Test("An interval without a date goes off at the end of each period, as often as it says")
  func plainIntervals() throws {
    let set = "2026-01-31T12:00:00Z"
    #expect(
      try occurrences("R3/PT10S", setAt: set)
        == ["2026-01-31T12:00:10Z", "2026-01-31T12:00:20Z", "2026-01-31T12:00:30Z"])
    #expect(try occurrences("10m", setAt: set, limit: 2) == ["2026-01-31T12:10:00Z", "2026-01-31T12:20:00Z"])
    #expect(try occurrences("R/P2W", setAt: set, limit: 2) == ["2026-02-14T12:00:00Z", "2026-02-28T12:00:00Z"])
  }

  @Test("Months are counted from the beginning, so that the last day of the month stays the last")
  func months() throws {
    // dateutil: [d + relativedelta(months=n) for n in 1...5]
    #expect(
      try occurrences("R5/P1M", setAt: "2028-01-31T12:00:00Z")
        == [
          "2028-02-29T12:00:00Z", "2028-03-31T12:00:00Z", "2028-04-30T12:00:00Z", "2028-05-31T12:00:00Z",
          "2028-06-30T12:00:00Z",
        ])
    #expect(
      try occurrences("R3/P1Y", setAt: "2028-02-29T00:00:00Z")
        == ["2029-02-28T00:00:00Z", "2030-02-28T00:00:00Z", "2031-02-28T00:00:00Z"])
    #expect(
      try occurrences("R2/P1M1DT1H", setAt: "2026-01-31T00:00:00Z")
        == ["2026-03-01T01:00:00Z", "2026-04-02T02:00:00Z"])
  }

  @Test("An interval with a beginning goes off at the beginning of each, and what has passed is over")
  func fromADate() throws {
    let daily = "R3/2026-01-01T00:00:00Z/P1D"
    let all = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"]
    #expect(try occurrences(daily, setAt: "2025-06-01T00:00:00Z") == all)
    #expect(try occurrences(daily, setAt: "2026-01-01T00:00:00Z") == all)
    #expect(try occurrences(daily, setAt: "2026-01-02T08:00:00Z") == [all[2]])
    #expect(try occurrences(daily, setAt: "2026-01-03T00:00:01Z") == [])
    #expect(
      try occurrences("R2/2026-01-01T00:00:00Z/2026-01-01T06:00:00Z", setAt: "2025-01-01T00:00:00Z")
        == ["2026-01-01T00:00:00Z", "2026-01-01T06:00:00Z"])
  }

  @Test("The month is that of the place where the date was written")
  func offsets() throws {
    // In New York it is the 31st, in UTC the 1st.
    #expect(
      try occurrences("R3/2026-01-31T20:00:00-05:00/P1M", setAt: "2026-01-01T00:00:00Z")
        == ["2026-02-01T01:00:00Z", "2026-03-01T01:00:00Z", "2026-04-01T01:00:00Z"])
  }

  @Test("An interval with an end goes off at the end of each, the last time at the end itself")
  func untilADate() throws {
    let text = "R3/P1D/2026-01-03T00:00:00Z"
    #expect(
      try occurrences(text, setAt: "2025-01-01T00:00:00Z")
        == ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"])
    #expect(try occurrences(text, setAt: "2026-01-02T12:00:00Z") == ["2026-01-03T00:00:00Z"])
    #expect(
      try occurrences("R/P1D/2026-01-03T00:00:00Z", setAt: "2026-01-01T12:00:00Z")
        == ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"])
  }

  @Test("Occurrences that nobody could take are made up for by one, and the schedule stays where it is")
  func missedOccurrences() throws {
    let cycle = try TimerCycle("R5/PT10S")
    let set = "2026-01-01T00:00:00Z".instant
    let first = try #require(try cycle.begin(at: set, zones: nil))
    let next = try #require(try cycle.next(after: first, at: set + .seconds(47), zones: nil))
    #expect(next.planned == set + .seconds(50))
    #expect(next.left == 4)
    let early = try #require(try cycle.next(after: next, at: set + .seconds(20), zones: nil))
    #expect(early.planned == set + .seconds(60))
  }

  @Test("A cycle that is counted from a date long ago finds its place at once")
  func farAway() throws {
    let cycle = try TimerCycle("R/1970-01-01T00:00:00Z/PT1S")
    let found = try cycle.begin(at: "2026-11-25T13:00:00.5Z".instant, zones: nil)
    #expect(found?.planned == "2026-11-25T13:00:01Z".instant)
    let monthly = try TimerCycle("R/1901-03-31T00:00:00Z/P1M")
    #expect(
      try monthly.begin(at: "2026-02-01T00:00:00Z".instant, zones: nil)?.planned == "2026-02-28T00:00:00Z".instant)
  }

  @Test("The text of a cycle gives the cycle again")
  func text() throws {
    for text in [
      "R5/PT10S", "R/P1Y2M3DT4H5M6.5S", "R/2026-01-01T00:00:00Z/P1D", "R3/2026-01-01T00:00:00+01:00/P1M",
      "R2/PT1H/2026-01-01T00:00:00Z",
    ] {
      let cycle = try TimerCycle(text)
      #expect(cycle.text == text)
    }
    #expect(try TimerCycle("10m") == .every(.seconds(600)))
    #expect(try TimerCycle("0 7 * * MON").text == "0 7 * * MON")
  }

  @Test(
    "What is no cycle is refused with a sentence",
    arguments: [
      ("R5", "`R5` is no repeating interval"),
      ("R0/PT1S", "`R0/PT1S` is to go off 0 times"),
      ("Rx/PT1S", "`Rx/PT1S` is no repeating interval"),
      ("R/PT0S", "the period of `PT0S` is shorter than 100ms"),
      ("R/P", "`P` is no period"),
      ("10", "`10` is no period"),
      ("R/2026-01-01/P1D", "`R/2026-01-01/P1D` has no date with an offset such as 2026-01-01T00:00:00Z"),
      (
        "R/2026-01-02T00:00:00Z/2026-01-01T00:00:00Z",
        "the interval of `R/2026-01-02T00:00:00Z/2026-01-01T00:00:00Z` ends before it begins"
      ),
      ("R/P9999Y", "the period of `P9999Y` is longer than a thousand years"),
      ("R/P1.5M", "`P1.5M` is no period"),
    ])
  func refusals(text: String, sentence: String) {
    do {
      _ = try TimerCycle(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.message == sentence)
    }
  }

  @Test("A zone that is not known is named")
  func unknownZone() throws {
    let cycle = TimerCycle(.cron(try CronExpression("@daily"), zone: "Europe/Berlin", shift: .cron))
    #expect(throws: UnknownZone(zone: "Europe/Berlin")) {
      try cycle.begin(at: "2026-01-01T00:00:00Z".instant, zones: nil)
    }
    let known = try cycle.begin(at: "2026-01-01T00:00:00Z".instant, zones: TestZones())
    #expect(known?.planned == "2026-01-01T23:00:00Z".instant)
  }
}

import EngineCore
import Testing

@Suite("Timers that come again")
struct CycleTests {
  /// `a` is watched by `again`, which leads to `remind`; both end.
  private func run(_ cycle: TimerCycle, zones: (any ZoneSource)? = nil) throws -> TestRun {
    var process = TestProcess()
    try process.service("a")
    try process.service("remind")
    process.add(
      "again",
      .boundary(
        BoundaryEvent(host: process.index("a"), trigger: .timer(.cycle(cycle)), isInterrupting: false)))
    process.add("end", .end(.plain))
    process.link("a", "end")
    process.link("again", "remind", "end")
    return try TestRun(process, zones: zones)
  }

  @Test("A boundary event goes off as often as its cycle says, then no more")
  func threeTimes() throws {
    var run = try run(.every(.seconds(10), times: 3))
    let start = run.now
    for count in 1...3 {
      let timer = try #require(run.instance.timers.first)
      #expect(timer.due == start + .seconds(10 * count))
      #expect(timer.cycle?.left == 4 - count)
      try run.fireNextTimer()
    }
    #expect(run.instance.timers.isEmpty)
    #expect(run.places == ["a:executing", "remind:executing", "remind:executing", "remind:executing"])
  }

  @Test("The end of the host ends the cycle")
  func hostEnds() throws {
    var run = try run(.every(.seconds(10)))
    try run.fireNextTimer()
    try run.finish("a")
    #expect(run.instance.timers.isEmpty)
    try run.finish("remind")
    #expect(run.instance.state == .completed)
  }

  @Test("A late timer makes up once for all that it missed, and the next one is on the grid")
  func late() throws {
    var run = try run(.every(.seconds(10), times: 5))
    let start = run.now
    run.now = start + .seconds(47)
    try run.perform(.fireTimer(try #require(run.instance.timers.first).id))
    #expect(run.instance.timers.map(\.due) == [start + .seconds(50)])
    #expect(run.instance.timers.first?.cycle?.left == 4)
  }

  @Test("A timer that was given another time stands for the occurrence it was planned for")
  func rescheduled() throws {
    var run = try run(.every(.seconds(10)))
    let start = run.now
    let timer = try #require(run.instance.timers.first).id
    try run.perform(.rescheduleTimer(timer, due: start + .seconds(2)))
    run.now = start + .seconds(2)
    try run.perform(.fireTimer(timer))
    #expect(run.instance.timers.map(\.due) == [start + .seconds(20)])
  }

  @Test("A timer that is gone cannot be given another time, and that breaks nothing")
  func rescheduledTooLate() throws {
    var run = try run(.every(.seconds(10)))
    try run.fireNextTimer()
    let timer = try #require(run.instance.timers.first).id
    try run.finish("a")
    let refusal = #expect(throws: Rejection.self) { try run.perform(.rescheduleTimer(timer, due: run.now)) }
    #expect(refusal?.reason == .timerUnknown)
    #expect(refusal?.breaksInvariant == false)
  }

  @Test("Months are counted from when the timer was set, however often it went off")
  func months() throws {
    var run = try run(try TimerCycle("P1M"))
    run.now = "2028-01-31T00:00:00Z".instant
    try run.fireNextTimer()
    let dues = run.instance.timers.map(\.due)
    #expect(dues == ["2028-02-01T00:00:01Z".instant])
  }

  @Test("Without its zone a timer is an incident before the work begins; a retry sets it")
  func unknownZone() throws {
    let cycle = TimerCycle(.cron(try CronExpression("0 7 * * *"), zone: "Europe/Berlin", shift: .cron))
    var run = try run(cycle)
    #expect(run.places == ["a:failed"])
    #expect(run.instance.incidents.first?.message.contains("the time zone Europe/Berlin is not known") == true)
    #expect(run.instance.incidents.first?.message.contains("install tzdata") == true)
    run.zones = TestZones()
    try run.perform(.retry(nil))
    #expect(run.places == ["a:executing"])
    #expect(run.instance.timers.map(\.due.brief) == ["1970-01-01T06:00:00Z"])
  }

  @Test("Where the zone has got lost, the timer stays pending and says why it cannot fire")
  func lostZone() throws {
    let cycle = TimerCycle(.cron(try CronExpression("0 7 * * *"), zone: "Europe/Berlin", shift: .cron))
    var run = try run(cycle, zones: TestZones())
    run.zones = nil
    let timer = try #require(run.instance.timers.first).id
    let error = #expect(throws: Rejection.self) { try run.perform(.fireTimer(timer)) }
    #expect(error?.reason == .zoneUnknown)
    #expect(run.instance.timers.map(\.id) == [timer])
  }

  @Test("A cycle whose occurrences are all over never goes off")
  func over() throws {
    let run = try run(try TimerCycle("R1/1960-01-01T00:00:00Z/P1D"))
    #expect(run.instance.timers.isEmpty)
    #expect(run.places == ["a:executing"])
  }

  @Test("An event subprocess goes off as often as its cycle says, until its scope ends")
  func eventSubprocess() throws {
    var process = TestProcess()
    try process.service("a")
    process.add("end", .end(.plain))
    process.link("a", "end")
    try process.handler("again", .timer(.cycle(.every(.seconds(10), times: 3))), interrupting: false)
    var run = try TestRun(process)
    let start = run.now
    try run.fireNextTimer()
    #expect(run.instance.timers.map(\.due) == [start + .seconds(20)])
    #expect(run.instance.timers.first?.cycle?.left == 2)
    try run.finish("work-again")
    try run.fireNextTimer()
    try run.fireNextTimer()
    #expect(run.instance.timers.isEmpty)
    try run.finish("work-again")
    try run.finish("work-again")
    try run.finish("a")
    #expect(run.instance.state == .completed)
  }

  @Test("The end of its scope ends the cycle of an event subprocess")
  func scopeEnds() throws {
    var process = TestProcess()
    process.add("sub", .subprocess(Subprocess(start: NodeIndex(rawValue: 1))))
    try process.service("a", in: "sub")
    process.add("done", .end(.plain), in: "sub")
    process.link("a", "done")
    try process.handler("again", .timer(.cycle(.every(.seconds(10)))), interrupting: false, in: "sub")
    try process.service("b")
    process.add("end", .end(.plain))
    process.link("sub", "b", "end")
    var run = try TestRun(process)
    try run.fireNextTimer()
    try run.finish("work-again")
    #expect(run.instance.timers.count == 1)
    try run.finish("a")
    #expect(run.instance.timers.isEmpty)
    #expect(run.places == ["b:executing"])
  }

  @Test("An event subprocess whose cycle is over never goes off, and its scope ends without it")
  func eventSubprocessOver() throws {
    var process = TestProcess()
    try process.service("a")
    process.add("end", .end(.plain))
    process.link("a", "end")
    try process.handler(
      "again", .timer(.cycle(try TimerCycle("R1/1960-01-01T00:00:00Z/P1D"))), interrupting: false)
    var run = try TestRun(process)
    #expect(run.instance.timers.isEmpty)
    try run.finish("a")
    #expect(run.instance.state == .completed)
  }

  @Test("A fixed date that has passed falls due at once")
  func date() throws {
    var process = TestProcess()
    process.add("pause", .catchEvent(.timer(.date("1969-01-01T00:00:00Z".instant))))
    process.add("end", .end(.plain))
    process.link("pause", "end")
    var run = try TestRun(process)
    try run.fireNextTimer()
    #expect(run.instance.state == .completed)
  }
}

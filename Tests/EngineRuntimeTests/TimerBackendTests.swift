import EngineCore
import EngineRuntime
import Foundation
import Testing

@Suite("Timer backends")
struct TimerBackendTests {
  static let backends = ["read ahead", "wheel"]

  private func engine(_ backend: String, on store: TestStore = TestStore()) throws -> EngineHarness {
    try EngineHarness(store: store) { configuration in
      configuration.readAhead = 3
      if backend == "wheel" { configuration.timerBackend = { TimerWheel() } }
    }
  }

  private func pause(_ seconds: Int) throws -> ProcessDefinition {
    try ProcessDefinition("pause-\(seconds)") {
      Wait("wait", for: .seconds(seconds))
      Service("a", handler: "a")
    }
  }

  private func start(_ seconds: Int, in engine: EngineHarness) throws {
    engine.post(.deploy(try pause(seconds), folder: "/"))
    engine.settle()
    engine.post(.start(process: "pause-\(seconds)", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
  }

  @Test("Every timer fires once and in time, more of them than are read at once", arguments: backends)
  func all(backend: String) throws {
    let engine = try engine(backend)
    let delays = [9, 3, 7, 1, 8, 2, 6, 4, 5, 3]
    for delay in delays { try start(delay, in: engine) }
    var counts: [Int] = []
    for _ in 1...9 {
      engine.clock.advance(by: .seconds(1))
      engine.settle()
      counts.append(engine.started.count)
    }
    #expect(counts == [1, 2, 4, 5, 6, 7, 8, 9, 10])
  }

  @Test("Timers that are too many to hold are told again by the store, each once and in order")
  func tooMany() throws {
    let engine = try engine("read ahead")
    for delay in (1...40).reversed() { try start(delay, in: engine) }
    var fired: [String] = []
    for second in 1...40 {
      engine.clock.advance(by: .seconds(1))
      engine.settle()
      #expect(engine.started.count == second)
      fired.append(try #require(engine.started.last).context.process)
    }
    #expect(fired == (1...40).map { "pause-\($0)@1" })
  }

  @Test("A timer that was taken out before the store failed to tell more is not lost", arguments: 0...3)
  func failingRead(reads: Int) throws {
    let store = TestStore()
    let engine = try engine("read ahead", on: store)
    for delay in 1...7 { try start(delay, in: engine) }
    let again = try self.engine("read ahead", on: store)
    store.state.withLock { $0.timerReads = reads }
    for _ in 1...8 {
      again.clock.advance(by: .seconds(20))
      again.settle()
    }
    #expect(again.started.count == 7)
  }

  @Test("Timers that were cancelled long before they were due are not held for ever")
  func cancelled() throws {
    let backend = ReadAheadTimers(page: 10)
    let store = TestStore()
    #expect(try backend.takeDue(at: Timestamp(microseconds: 0), limit: 1, from: store).isEmpty)
    for number in 1...1_000 {
      backend.schedule(
        TimerPosition(
          due: Timestamp(microseconds: Int64(number)), instance: InstanceID(1), timer: TimerID(Int64(number))))
    }
    // The store has none of them.
    #expect(try backend.takeDue(at: Timestamp(microseconds: 2_000), limit: 2_000, from: store).count < 40)
  }

  @Test("An engine that starts fires what is overdue, the oldest first", arguments: backends)
  func overdue(backend: String) throws {
    let first = try engine(backend)
    for delay in [9, 3, 7, 1, 8] { try start(delay, in: first) }
    let second = try engine(backend, on: first.store)
    second.clock.advance(by: .seconds(60))
    second.settle()
    #expect(second.started.map(\.context.process) == ["pause-1@1", "pause-3@1", "pause-7@1", "pause-8@1", "pause-9@1"])
  }

  @Test("A timer that is moved to before or behind what was read fires when it should", arguments: backends)
  func moved(backend: String) throws {
    let engine = try engine(backend)
    for delay in [10, 20, 30, 40, 50] { try start(delay, in: engine) }
    let last = try #require(engine.instance(5)?.timers.first)
    engine.post(.rescheduleTimer(InstanceID(5), timer: last.id, due: engine.clock.now() + .seconds(5)))
    let first = try #require(engine.instance(1)?.timers.first)
    engine.post(.rescheduleTimer(InstanceID(1), timer: first.id, due: engine.clock.now() + .seconds(60)))
    engine.settle()
    var order: [InstanceID] = []
    for _ in 1...60 {
      engine.clock.advance(by: .seconds(1))
      engine.settle()
      order = engine.started.map(\.work.instance)
    }
    #expect(order == [5, 2, 3, 4, 1].map { InstanceID($0) })
  }

  @Test("The clock that is set ends no handler early, and lets none run longer")
  func deadlines() throws {
    let engine = try EngineHarness()
    engine.post(.deploy(.sequence(timeout: .seconds(30)), folder: "/"))
    engine.settle()
    engine.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    engine.clock.jump(by: .seconds(3600))
    engine.settle()
    #expect(engine.stopped.isEmpty)
    engine.clock.jump(by: .seconds(-7200))
    engine.clock.advance(by: .seconds(30))
    engine.settle()
    #expect(engine.stopped.count == 1)
  }

  @Test("A pause before a retry is a timer: a clock set forward ends it, one set back lengthens it")
  func backOff() throws {
    let engine = try EngineHarness()
    let retry = RetryPolicy(attempts: 5, backoff: .seconds(60))
    engine.post(.deploy(.sequence(retry: retry), folder: "/"))
    engine.settle()
    engine.post(.start(process: "seq", version: nil, businessKey: nil, variables: Context()))
    engine.settle()
    engine.report("a", .failed(Failure(code: "E", message: "broke")))
    engine.settle()
    engine.clock.jump(by: .seconds(-3600))
    engine.clock.advance(by: .seconds(60))
    engine.settle()
    #expect(engine.started.count == 1)
    engine.clock.jump(by: .seconds(3600))
    engine.settle()
    #expect(engine.started.count == 2)
  }

  @Test("The article shows the wheel that these tests run")
  func article() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let article = tests.appending(path: "../../Sources/EngineRuntime/EngineRuntime.docc/TimerBackends.md")
    let wheel = try String(contentsOf: tests.appending(path: "TimerWheel.swift"), encoding: .utf8)
    #expect(try String(contentsOf: article, encoding: .utf8).contains(wheel))
  }

  @Test("The zones of this machine are read once, and no name leads out of their folder")
  func zones() throws {
    let folder = ZoneFolder()
    let berlin = try #require(folder.rules(of: "Europe/Berlin"))
    let change = try #require(Timestamp(iso8601: "2026-03-29T01:00:00Z"))
    #expect(berlin.offsetSeconds(at: change) == 7200)
    #expect(berlin.offsetSeconds(at: change + .microseconds(-1)) == 3600)
    // Far beyond the table of the file, by the rule at its end.
    let later = try #require(Timestamp(iso8601: "2126-07-01T00:00:00Z"))
    #expect(berlin.offsetSeconds(at: later) == 7200)
    for name in ["Europe/Atlantis", "../../etc/passwd", "/etc/passwd", "", "Europe", "Europe//Berlin", "zone.tab"] {
      #expect(folder.rules(of: name) == nil)
    }
  }
}

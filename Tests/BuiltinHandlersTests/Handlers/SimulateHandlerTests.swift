import EngineCore
import EngineRuntime
import Synchronization
import Testing

@testable import BuiltinHandlers

@Suite("The handler `simulate`", .timeLimit(.minutes(1)))
struct SimulateHandlerTests {
  @Test("it takes as long as it is told", arguments: [("200ms", 200), (1500, 1500), ("PT2S", 2000)] as [(Value, Int)])
  func duration(duration: Value, milliseconds: Int) async {
    let clock = RecordingClock()
    let outcome = await SimulateHandler(clock: clock).execute(testContext(["duration": duration, "result": ["id": 7]]))
    #expect(outcome == .completed(result: ["id": 7]))
    #expect(clock.slept == [.milliseconds(milliseconds)])
  }

  @Test("without a configuration it completes at once with an empty context")
  func nothing() async {
    let clock = RecordingClock()
    #expect(await SimulateHandler(clock: clock).execute(testContext()) == .completed(result: [:]))
    #expect(clock.slept.isEmpty)
  }

  @Test("it can be cancelled while it takes its time")
  func cancellation() async {
    let run = Task { await SimulateHandler().execute(testContext(["duration": "1h"])) }
    run.cancel()
    #expect(await run.value == .cancelled)
  }

  @Test("the same seed, activity and attempt give the same outcome")
  func determinism() async {
    var configuration: Context = ["failureRate": 1, "error": "REJECTED", "errorRate": 1, "seed": 42]
    for name in ["failureRate", "errorRate"] { configuration[name] = try? Value(json: "0.5") }
    let first = await outcomes(.context(configuration))
    #expect(await outcomes(.context(configuration)) == first)
    configuration["seed"] = 43
    #expect(await outcomes(.context(configuration)) != first)
  }

  @Test("it fails as often as it is told")
  func failureRate() async throws {
    let failures = await outcomes(["failureRate": try Value(json: "0.3")], count: 2000).count { $0.failure != nil }
    #expect((500...700).contains(failures))
    #expect(await outcomes(["failureRate": 1]).allSatisfy { $0.failure?.isRetryable == true })
    #expect(await outcomes(["failureRate": 0]).allSatisfy { $0.failure == nil })
  }

  @Test("an attempt that failed may succeed the next time")
  func attempts() async throws {
    let rate = try Value(json: "0.5")
    var seen: Set<Bool> = []
    for attempt in 1...20 {
      let outcome = await SimulateHandler().execute(testContext(["failureRate": rate], attempt: attempt))
      seen.insert(outcome.failure == nil)
    }
    #expect(seen == [true, false])
  }

  @Test("a business error comes always unless a rate is given")
  func businessError() async {
    let all = await outcomes(["error": "REJECTED"])
    #expect(all.allSatisfy { $0 == .businessError(code: "REJECTED", message: "simulated") })
    #expect(await outcomes(["error": "REJECTED", "errorRate": 0]).allSatisfy { $0 == .completed(result: [:]) })
  }

  @Test(
    "a wrong configuration is refused with a sentence",
    arguments: [
      (["duration": -1], "must not be negative"), (["duration": "soon"], "length of time"),
      (["duration": true], "length of time"), (["failureRate": 2], "between 0 and 1"),
      (["failureRate": "often"], "between 0 and 1"), (["errorRate": 1], "needs `error`"),
      (["error": 5], "must be text"),
      (["seed": "x"], "whole number"), (["speed": 1], "no key `speed`"), ([1], "named values"),
    ] as [(Value, String)])
  func refused(configuration: Value, reason: String) async {
    let sentence = SimulateHandler().validate(configuration: .literal(configuration))
    #expect(sentence?.contains(reason) == true, "\(sentence ?? "accepted")")
    #expect(await SimulateHandler().execute(testContext(configuration)).failure?.code == "BAD_CONFIGURATION")
  }

  @Test("chance does not change from one release to the next")
  func chanceIsStable() {
    var chance = SeededChance(seed: 1, text: "1/2", number: 3)
    let drawn = (0..<3).map { _ in Int(chance.next() * 1_000_000) }
    #expect(drawn == [29_730, 497_867, 386_105])
  }

  private func outcomes(_ configuration: Value, count: Int = 60) async -> [WorkOutcome] {
    var outcomes: [WorkOutcome] = []
    for number in 0..<count {
      outcomes.append(await SimulateHandler().execute(testContext(configuration, key: "\(number)/1")))
    }
    return outcomes
  }
}

/// A clock on which nothing takes any time, and which remembers how long was asked for.
private final class RecordingClock: Clock, Sendable {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private let durations = Mutex<[Duration]>([])

  var slept: [Duration] { durations.withLock { $0 } }
  var now: Instant { Instant(offset: .zero) }
  var minimumResolution: Duration { .zero }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {  // nosleep: it only remembers
    durations.withLock { $0.append(deadline.offset) }
  }
}

import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// The promise that everything else rests on: an engine may be killed at any moment, and nothing is lost, done twice or
/// undone in the wrong order.
@Suite("An engine that is killed", .serialized)
struct CrashTests {
  static let kills = 50
  static let seed: UInt64 = 1815

  @Test("goes on where it stood, whenever it was killed")
  func killedAtRandomMoments() async throws {
    let place = try Workplace()
    let file = CrashSaga.write(to: place)
    try await place.must("deploy", file)
    var dice = SeededDice(seed: Self.seed)
    for round in 0..<Self.kills {
      let vars = "{\"ok\":\(round % 3 == 0)}"
      let engine: RunningCommand
      if round % 10 == 9 {
        engine = try place.start(["run", file, "--store", place.store, "--vars", vars, "--json"])
      } else {
        if round % 2 == 0 { try await place.must("start", "crash", "--vars", vars) }
        engine = try place.start(["serve", place.store])
        // One kill in four falls into the start itself.
        if dice.roll(below: 4) > 0 { try await engine.wait(for: "serving") }
      }
      await dice.moment(below: 400)
      try await engine.killAtOnce()
    }
    let engine = try await place.serve()
    try await finishEverything(place)
    try await place.stop(engine)
    let instances = try await place.must("ls", "--json", "--limit", "1000").json()
    #expect(instances.count >= Self.kills / 2)
    let steps = CrashSaga.Log(place.read("log"))
    for instance in instances {
      let id = try #require(instance["instance"]?.intValue)
      let history = try await place.must("history", "\(id)", "--json").json()
      CrashSaga.check(history, of: id, endedAs: instance["state"]?.stringValue ?? "")
      steps.check(instance: id)
    }
    try await place.must("verify")
  }

  @Test("leaves a command that it has not answered to whoever asked")
  func killedBeforeItAnswers() async throws {
    let place = try Workplace()
    try await place.must("deploy", CrashSaga.write(to: place))
    let engine = try await place.serve()
    engine.signal(SIGSTOP)
    let start = try place.start(["start", place.store, "crash"])
    try await place.wait(until: "the command waits for the engine", "audit") { rows in
      rows.contains { $0["verb"] == "start" && $0["decidedAt"] == .null }
    }
    try await engine.killAtOnce()
    #expect(try await start.end() == 0, "\(start.errors)")
    #expect(try await place.must("ls", "--json").json().count == 1)
  }

  /// Waits for the end of all instances. Five crashes in one step ask for a person: the test is one.
  private func finishEverything(_ place: Workplace) async throws {
    try await place.wait(until: "all instances have ended or ask for a person", "ls", "--limit", "1000") { rows in
      rows.allSatisfy { $0["endedAt"] != .null || $0["incidents"]?.intValue ?? 0 > 0 }
    }
    var halted: Set<Int> = []
    for incident in try await place.must("incidents", "--json").json() {
      halted.insert(try #require(incident["instance"]?.intValue))
      #expect(incident["kind"]?.stringValue?.contains("crash") == true, "\(incident)")
    }
    // One retry takes up all steps of an instance that have come to a halt.
    for id in halted.sorted() { try await place.must("retry", "\(id)") }
    try await place.wait(until: "all instances have ended", "ls", "--limit", "1000") { rows in
      rows.allSatisfy { $0["endedAt"] != .null }
    }
  }
}

/// Seeded chance, so that a failure can be repeated as far as the machine lets it.
struct SeededDice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func roll(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  /// Lets a random time pass: the moment of a kill is the input of the test, nothing is waited for.
  mutating func moment(below milliseconds: Int) async {
    let pause = roll(below: milliseconds * 1000)
    try? await Task.sleep(for: .microseconds(pause))  // nosleep: the moment of the kill
  }
}

import ConsoleTestKit
import EngineCore
import Glibc
import Testing

/// What is promised to whoever reads along: every chosen event arrives, in the order of its instance.
@Suite("Publishing by an engine that is killed", .serialized)
struct OutboxTests {
  static let kills = 12
  static let chosen = ["tokenCompleted", "compensationCompleted", "processCompleted", "processCompensated"]

  @Test("brings every chosen event at least once, and each instance's in order")
  func killedAtRandomMoments() async throws {
    let place = try Workplace()
    let file = CrashSaga.write(to: place)
    // In the definition, so that it holds for commands that are their own engine for a moment, too.
    let publishing = "saga: global\npublish: [\(Self.chosen.joined(separator: ", "))]\n"
    place.write("crash.yaml", CrashSaga.definition.replacing("saga: global\n", with: publishing))
    try await place.must("deploy", file)
    var dice = SeededDice(seed: 1842)
    for round in 0..<Self.kills {
      try await place.must("start", "crash", "--vars", "{\"ok\":\(round % 2 == 0)}")
      let engine = try place.start(serving(place))
      await dice.moment(below: 400)
      try await engine.killAtOnce()
    }
    let engine = try place.start(serving(place))
    try await place.wait(until: "all instances have ended", "ls", "--limit", "1000") { rows in
      rows.allSatisfy { $0["endedAt"] != .null }
    }
    // An engine that ends in good order does not wait for its sink; the next look at it finds what is left.
    var missing: [String] = ["everything"]
    let deadline = ContinuousClock.now + .seconds(60)
    while !missing.isEmpty, ContinuousClock.now < deadline { missing = try await self.missing(place) }
    #expect(missing == [])
    try await place.stop(engine)
  }

  private func serving(_ place: Workplace) -> [String] {
    ["serve", place.store, "--publish-to", place.path + "/events"]
  }

  /// What the history has and the file has not, or has out of order.
  private func missing(_ place: Workplace) async throws -> [String] {
    var published: [Int: [Int]] = [:]
    for line in place.read("events").split(separator: "\n") {
      // A line that a kill cut short comes again.
      guard let event = try? Value(json: Array(line.utf8)), let instance = event["instance"]?.intValue,
        let sequence = event["seq"]?.intValue
      else { continue }
      if published[instance]?.contains(sequence) != true { published[instance, default: []].append(sequence) }
    }
    var missing: [String] = []
    for row in try await place.must("ls", "--json", "--limit", "1000").json() {
      let id = try #require(row["instance"]?.intValue)
      let history = try await place.must("history", "\(id)", "--json").json()
      let expected = history.filter { Self.chosen.contains($0["type"]?.stringValue ?? "") }.compactMap {
        $0["seq"]?.intValue
      }
      if published[id] != expected { missing.append("\(id): \(published[id] ?? []) instead of \(expected)") }
    }
    return missing
  }
}

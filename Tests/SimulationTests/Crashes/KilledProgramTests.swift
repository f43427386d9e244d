import EngineTestKit
import Foundation
import Testing

/// Processes that really die, as `kill -9` ends them. `SAGATOP_KILLS=500 swift test --filter KilledProgram` kills more.
@Suite("A program that is killed", .serialized)
struct KilledProgramTests {
  /// How many kills fall at random moments, beside those at every commit.
  static let kills = ProcessInfo.processInfo.environment["SAGATOP_KILLS"].flatMap(Int.init) ?? 60

  @Test("goes on where it stood, at whichever moment around a commit or a handler it died")
  func everyMoment() async throws {
    let whole = try await CrashPlace(orders: 1).live()
    let moments = try #require(Int(whole.output), "it said \(whole.output)")
    #expect(moments >= 40, "a saga that is undone has more")
    for moment in 1...moments {
      let place = try CrashPlace(orders: 1)
      let ending = try await place.live(until: moment)
      // Timers and answers come in another order now and then: then there are a few moments less.
      #expect(ending.wasKilled || moment > moments - 10, "moment \(moment) of \(moments)")
      try await place.finishAndCheck(kills: 1, "killed at moment \(moment)")
    }
  }

  @Test("is stopped from dying over one step again and again, and goes on when an operator says so")
  func oneStep() async throws {
    var crashLoops = 0
    for moment in 9...11 {
      let place = try CrashPlace(orders: 1)
      var kills = 0
      for _ in 0..<7 where try await place.live(until: moment).wasKilled { kills += 1 }
      try await place.finishAndCheck(kills: kills, "killed \(kills) times at moment \(moment)")
      crashLoops += try place.crashLoops
    }
    #expect(crashLoops > 0)
  }

  @Test("goes on where it stood, however often it died")
  func manyDeaths() async throws {
    var chance = SeededSource(state: 1815)
    var kills = 0
    while kills < Self.kills {
      let place = try CrashPlace(orders: 3)
      var own = 0
      for _ in 0..<10 {
        let ending =
          Bool.random(using: &chance)
          ? try await place.live(until: Int.random(in: 1...60, using: &chance))
          : try await place.live(killedAfter: .milliseconds(Int.random(in: 0...150, using: &chance)))
        if ending.wasKilled { own += 1 }
      }
      try await place.finishAndCheck(kills: own, "killed \(own) times")
      kills += max(own, 1)
    }
  }
}

import EngineTestKit
import Testing

/// The gate's share of the simulated lives; `swift run Simulator --help` says how to live more of them.
@Suite("Simulated lives", .serialized)
struct SimulationTests {
  @Test("no promise is broken in two thousand lives, every tenth of them over SQLite")
  func lives() async {
    let summary = await SimulationCampaign().run { print($0) }
    #expect(summary.failures == [])
    #expect(summary.lives == 2_000)
    // Lives in which nothing goes wrong prove nothing.
    for trouble in [
      "commit fails", "reply of commit lost", "crash before commit", "crash after commit", "report again",
      "late report", "clock jumps", "engine dies", "row posted", "row withdrawn", "command compensate",
      "command suspend", "command resume", "asked again", "command fetch", "command extend", "command fire",
      "command send", "command signal", "sink fails", "publication lost", "archive keeps",
    ] {
      #expect(summary.counts[trouble, default: 0] >= 50, "\(trouble) is too rare")
    }
  }

  @Test("the same seed lives the same life, told or not")
  func repeats() throws {
    for seed in 1...8 as ClosedRange<UInt64> {
      let once = try Simulation.run(seed: seed, on: try SimulatedStores.memory.make())
      let again = try Simulation.run(seed: seed, on: try SimulatedStores.sqlite.make(), isTraced: true)
      #expect(once.counts == again.counts)
      #expect(once.units == again.units)
    }
  }

  /// How many lives a mutant may pass for right.
  static let patience: UInt64 = 300

  @Test("a rule that is broken on purpose is found out", arguments: EngineMutant.allCases)
  func mutant(_ mutant: EngineMutant) async {
    var campaign = SimulationCampaign()
    campaign.count = Self.patience
    campaign.mutant = mutant
    campaign.stopsAtFailure = true
    let summary = await campaign.run()
    #expect(!summary.failures.isEmpty, "\(mutant.rawValue) passed \(Self.patience) lives")
  }
}

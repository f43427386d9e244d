import EngineTestKit
import Foundation

/// Lives simulated lives from the command line; `Simulation` says what that is.
@main
struct Simulator {
  static let help = """
    Lives simulated lives of the engine, each from one seed, and says which of them broke a promise.

      swift run -c release Simulator --seeds 1000000 --from 1   many lives, over all processors
      swift run Simulator --seed 4711                           one life again; writes what happened to a file
      swift run -c release Simulator --pairs 100000             the engine beside the reference interpreter

      --seeds N        how many lives (2000)
      --from N         the first seed (1)
      --seed N         one life, told line by line in a file
      --store KIND     memory or sqlite; unless given, every tenth life is over SQLite
      --mutant NAME    lets the engine break a rule: \(EngineMutant.allCases.map(\.rawValue).joined(separator: ", "))
      --pairs N        instead of lives: how many pairs of a random process and a random path
      --lanes N        lives or pairs at a time (the number of processors)
      --out FOLDER     where failures leave their scenario
    """

  static func main() async {
    var campaign = SimulationCampaign()
    var single: UInt64?
    var pairs: UInt64?
    var words = Array(CommandLine.arguments.dropFirst())
    while !words.isEmpty {
      let option = words.removeFirst()
      if option == "--help" || words.isEmpty { exit(with: help, code: option == "--help" ? 0 : 2) }
      let value = words.removeFirst()
      switch option {
      case "--seeds": campaign.count = number(value)
      case "--from": campaign.first = number(value)
      case "--seed": single = number(value)
      case "--pairs": pairs = number(value)
      case "--lanes": campaign.lanes = Int(number(value))
      case "--store": campaign.store = known(SimulatedStores(rawValue: value))
      case "--mutant": campaign.mutant = known(EngineMutant(rawValue: value))
      case "--out": campaign.folder = value
      default: exit(with: help, code: 2)
      }
    }
    if let pairs {
      await compare(pairs, campaign)
    } else if let single {
      tell(single, campaign)
    } else {
      await run(campaign)
    }
  }

  private static func tell(_ seed: UInt64, _ campaign: SimulationCampaign) {
    let kind = campaign.store ?? SimulatedStores(seed: seed)
    do {
      let file = try SimulationCampaign.write(seed: seed, kind, campaign.mutant, to: campaign.folder)
      print("seed \(seed) over \(kind.rawValue): told in \(file)")
      let result = try Simulation.run(seed: seed, on: try kind.make(), mutant: campaign.mutant)
      if !result.violations.isEmpty { exit(with: result.violations.joined(separator: "\n"), code: 1) }
      print("nothing is wrong with it")
    } catch {
      exit(with: "\(error)", code: 1)
    }
  }

  private static func run(_ campaign: SimulationCampaign) async {
    let clock = ContinuousClock()
    let begin = clock.now
    let summary = await campaign.run { print($0) }
    let seconds = (clock.now - begin) / .seconds(1)
    for (kind, count) in summary.counts.sorted(by: { $0.key < $1.key }) { print("\(count)\t\(kind)") }
    print("\(summary.lives) lives, \(summary.units) units in \(summary.commits) commits, \(seconds) s")
    if !summary.failures.isEmpty { exit(with: "\(summary.failures.count) lives broke a promise", code: 1) }
  }

  private static func compare(_ pairs: UInt64, _ options: SimulationCampaign) async {
    var campaign = LockstepCampaign()
    (campaign.first, campaign.count, campaign.lanes) = (options.first, pairs, options.lanes)
    let clock = ContinuousClock()
    let begin = clock.now
    let summary = await campaign.run { print($0) }
    for (kind, count) in summary.events.sorted(by: { $0.key < $1.key }) { print("\(count)\t\(kind)") }
    for (end, count) in summary.ends.sorted(by: { $0.key < $1.key }) { print("\(count)\tended as \(end)") }
    print(
      "\(summary.pairs) pairs, \(summary.instances) instances, \(summary.actions) actions, "
        + "\((clock.now - begin) / .seconds(1)) s")
    if !summary.failures.isEmpty { exit(with: "\(summary.failures.count) pairs disagree", code: 1) }
  }

  private static func number(_ text: String) -> UInt64 { known(UInt64(text)) }

  private static func known<Value>(_ value: Value?) -> Value {
    guard let value else { exit(with: help, code: 2) }
    return value
  }

  private static func exit(with text: String, code: Int32) -> Never {
    print(text)
    Foundation.exit(code)
  }
}

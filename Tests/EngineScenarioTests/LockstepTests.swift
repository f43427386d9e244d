import EngineCore
import EngineTestKit
import Foundation
import Testing

/// The engine against the reference interpreter.
///
/// More pairs by command: `swift run -c release Simulator --pairs 100000 --from 1000`. One pair again:
/// `SAGATOP_PAIR=3,14 swift test --filter LockstepTests`.
@Suite("The engine and the reference interpreter")
struct LockstepTests {
  private static let environment = ProcessInfo.processInfo.environment

  @Test("agree on what becomes of random processes along random paths")
  func agree() throws {
    if let pair = Self.environment["SAGATOP_PAIR"] {
      let seeds = pair.split(separator: ",").compactMap { UInt64($0) }
      try #require(seeds.count == 2, "SAGATOP_PAIR is two numbers with a comma between them")
      try check(seeds[0], seeds[1])
      return
    }
    let campaign = LockstepCampaign()
    var disagreements = 0
    for index in 0..<campaign.count where disagreements < campaign.mostFailures {
      let seeds = campaign.seeds(of: index)
      if try !check(seeds.process, seeds.path) { disagreements += 1 }
    }
  }

  /// A change to what the engine gets, under a name.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout ProcessDefinition) -> Void

    /// Changes every activity.
    static func activities(_ name: String, _ change: @escaping @Sendable (inout Activity) -> Void) -> Change {
      Change(testDescription: name) { definition in
        for index in definition.nodes.indices {
          guard case .activity(var activity) = definition.nodes[index].kind else { continue }
          change(&activity)
          definition.nodes[index].kind = .activity(activity)
        }
      }
    }
  }

  private static let changes: [Change] = [
    .activities("nothing can be undone") { $0.compensation = nil },
    .activities("one attempt more") { $0.retry.attempts += 1 },
    .activities("results are dropped") { $0.outputs = [] },
    Change(testDescription: "failed compensations are treated the other way") { definition in
      definition.saga.onCompensationFailure = definition.saga.onCompensationFailure == .halt ? .continue : .halt
    },
    Change(testDescription: "no saga") { $0.saga = .none },
    Change(testDescription: "boundary events do not interrupt") { definition in
      for index in definition.nodes.indices {
        guard case .boundary(var event) = definition.nodes[index].kind else { continue }
        event.isInterrupting = false
        definition.nodes[index].kind = .boundary(event)
      }
    },
    Change(testDescription: "choices take the last branch first") { definition in
      for index in definition.flows.indices where definition.flows[index].condition != nil {
        definition.flows[index].condition = nil
      }
    },
  ]

  @Test("disagree when the engine is given something else", arguments: changes)
  func disagree(change: Change) throws {
    let found = try (0..<200).contains { seed in
      try Lockstep(processSeed: UInt64(seed), pathSeed: UInt64(seed), change: change.apply).run() != nil
    }
    #expect(found)
  }

  @discardableResult
  private func check(_ process: UInt64, _ path: UInt64) throws -> Bool {
    do {
      guard let disagreement = try Lockstep(processSeed: process, pathSeed: path).run() else { return true }
      Issue.record("\(disagreement)")
    } catch {
      Issue.record("process seed \(process), path seed \(path): \(error)")
    }
    return false
  }
}

import EngineCore
import EngineRuntime

/// One simulated life of a store, made from one seed.
///
/// The problem: a durable engine must keep its promises whatever fails at whatever moment, and nobody can think of all
/// moments. The idea (TigerBeetle's simulator, FoundationDB): run the real engine loop with a clock, handlers, a disk
/// and a network that are all in the hands of one seed; let them fail as often as they can; look at every commit; then
/// let the faults stop and demand that everything comes to rest. The same seed gives the same life, so a failure can be
/// looked at as often as needed:
///
///     swift run Simulator --seeds 1000000 --from 1      # many lives, over all processors
///     swift run Simulator --seed 4711                   # one life again; writes what happened to a file
///
/// Of one seed come: the processes (all node kinds, nested), the instances, the messages and signals, the faults
/// (commits that fail before or after they are durable, processes that die before or after a commit, reads that fail,
/// another engine that fights for the lease), the sink and the archive (full, or taking a part), the handlers (late,
/// twice, stopped), workers with leases, people, operators, and jumps of the clock. What must hold is in `Oracle`,
/// `HistoryRules` and `ProcessInstance.brokenInvariants`.
package enum Simulation {
  /// How many random moments a life has before the calm.
  static let moments = 120

  /// Lives one life.
  ///
  /// - Parameters:
  ///   - store: The store it is lived on; it must be empty.
  ///   - mutant: A rule that the engine breaks on purpose.
  ///   - isTraced: Whether to write down what happened; a life is the same with and without.
  package static func run(
    seed: UInt64, on store: StoreUnderTest, mutant: EngineMutant? = nil, isTraced: Bool = false
  ) throws -> SimulationResult {
    let world = SimulatedWorld(seed: seed, on: store, mutant: mutant, isTraced: isTraced)
    try world.live()
    return world.result
  }
}

/// What one simulated life came to.
package struct SimulationResult: Sendable {
  package let seed: UInt64
  /// What was not as it must be, in the order in which it was found; a life ends with the first.
  package let violations: [String]
  package let commits: Int
  package let units: Int
  /// What was done to it: how often each kind of fault, command and outcome happened.
  package let counts: [String: Int]
  /// What happened, line by line, when it was traced.
  package let trace: [String]
  /// The processes as deployed, as JSON.
  package let definitions: [String]
}

import Foundation
import Synchronization

/// Many lives, several at a time.
package struct SimulationCampaign: Sendable {
  /// The first seed.
  package var first: UInt64 = 1
  /// How many seeds.
  package var count: UInt64 = 2_000
  /// Lives at a time.
  package var lanes = ProcessInfo.processInfo.activeProcessorCount
  /// What to live on; nil: as the seed says.
  package var store: SimulatedStores?
  package var mutant: EngineMutant?
  /// Where failures leave their scenario.
  package var folder = NSTemporaryDirectory() + "sagatop-simulation"
  /// Stops at the first failure.
  package var stopsAtFailure = false

  package init() {}

  /// What all lives came to.
  package struct Summary: Sendable {
    package var lives: UInt64 = 0
    package var commits = 0
    package var units = 0
    package var counts: [String: Int] = [:]
    /// One sentence per life that failed, with its seed and the file that tells it.
    package var failures: [String] = []
    package var failedSeeds: [UInt64] = []
  }

  /// What the lanes share.
  private final class Progress: Sendable {
    let summary = Mutex(Summary())
    let next: Mutex<UInt64>
    init(first: UInt64) { next = Mutex(first) }
  }

  /// Lives all lives; `tell` hears of each failure as it is found.
  package func run(tell: @escaping @Sendable (String) -> Void = { _ in }) async -> Summary {
    let progress = Progress(first: first)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(lanes, 1) {
        group.addTask {
          while let seed = take(progress) {
            if let failure = live(seed, progress) { tell(failure) }
          }
        }
      }
    }
    return progress.summary.withLock { $0 }
  }

  private func take(_ progress: Progress) -> UInt64? {
    if stopsAtFailure, progress.summary.withLock({ !$0.failures.isEmpty }) { return nil }
    return progress.next.withLock { seed in
      guard seed < first + count else { return nil }
      defer { seed += 1 }
      return seed
    }
  }

  private func live(_ seed: UInt64, _ progress: Progress) -> String? {
    let kind = store ?? SimulatedStores(seed: seed)
    do {
      let result = try Simulation.run(seed: seed, on: try kind.make(), mutant: mutant)
      let failure = result.violations.isEmpty ? nil : try tell(result, kind)
      progress.summary.withLock { summary in
        summary.lives += 1
        summary.commits += result.commits
        summary.units += result.units
        summary.counts.merge(result.counts, uniquingKeysWith: +)
        if let failure {
          summary.failures.append(failure)
          summary.failedSeeds.append(seed)
        }
      }
      return failure
    } catch {
      let failure = "seed \(seed) over \(kind.rawValue): \(error)"
      progress.summary.withLock { $0.failures.append(failure) }
      return failure
    }
  }

  /// Lives the life again to write down what happened, and says where that is.
  private func tell(_ result: SimulationResult, _ kind: SimulatedStores) throws -> String {
    let sentence = "seed \(result.seed) over \(kind.rawValue): \(result.violations.first ?? "")"
    guard mutant == nil else { return sentence }
    return sentence + "\n  told in \(try Self.write(seed: result.seed, kind, mutant, to: folder))"
      + "\n  again with: swift run Simulator --seed \(result.seed) --store \(kind.rawValue)"
  }

  /// Lives a life again and writes what happened into a file: the definitions, then every line.
  package static func write(
    seed: UInt64, _ kind: SimulatedStores, _ mutant: EngineMutant?, to folder: String
  ) throws -> String {
    let told = try Simulation.run(seed: seed, on: try kind.make(), mutant: mutant, isTraced: true)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = "\(folder)/seed-\(seed)-\(kind.rawValue).txt"
    let lines =
      ["# seed \(seed) over \(kind.rawValue)"] + told.violations.map { "# \($0)" } + told.definitions + told.trace
    try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }
}

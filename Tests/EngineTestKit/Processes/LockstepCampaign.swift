import EngineCore
import Foundation
import Synchronization

/// Many pairs of processes and paths, several at a time.
package struct LockstepCampaign: Sendable {
  /// The first seed.
  package var first: UInt64 = 0
  /// How many pairs; each process is taken along `paths` of them.
  package var count: UInt64 = 1_000
  /// Pairs at a time.
  package var lanes = ProcessInfo.processInfo.activeProcessorCount
  /// After this many disagreements the rest is left.
  package var mostFailures = 5
  /// How many paths each process is taken along.
  private static let paths: UInt64 = 4

  package init() {}

  /// What all pairs came to.
  package struct Summary: Sendable {
    package var pairs = 0
    package var instances = 0
    package var actions = 0
    /// How often each kind of event happened.
    package var events: [String: Int] = [:]
    /// How instances ended.
    package var ends: [String: Int] = [:]
    /// What each disagreement was, in full.
    package var failures: [String] = []
  }

  /// The seeds of a pair.
  package func seeds(of index: UInt64) -> (process: UInt64, path: UInt64) {
    (first + index / Self.paths, first + index)
  }

  private final class Progress: Sendable {
    let summary = Mutex(Summary())
    let next = Mutex<UInt64>(0)
  }

  /// Runs all pairs; `tell` hears of each disagreement as it is found.
  package func run(tell: @escaping @Sendable (String) -> Void = { _ in }) async -> Summary {
    let progress = Progress()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(lanes, 1) {
        group.addTask {
          while let index = take(progress) {
            if let failure = compare(index, progress) { tell(failure) }
          }
        }
      }
    }
    return progress.summary.withLock { $0 }
  }

  private func take(_ progress: Progress) -> UInt64? {
    if progress.summary.withLock({ $0.failures.count >= mostFailures }) { return nil }
    return progress.next.withLock { index in
      guard index < count else { return nil }
      defer { index += 1 }
      return index
    }
  }

  private func compare(_ index: UInt64, _ progress: Progress) -> String? {
    let (process, path) = seeds(of: index)
    do {
      let lockstep = try Lockstep(processSeed: process, pathSeed: path)
      let failure = try lockstep.run()?.description
      let (actions, instances, end, events) = (lockstep.actions, lockstep.count, lockstep.end.name, lockstep.events)
      progress.summary.withLock { summary in
        summary.pairs += 1
        summary.instances += instances
        summary.actions += actions
        summary.events.merge(events, uniquingKeysWith: +)
        if let failure { summary.failures.append(failure) } else { summary.ends[end, default: 0] += 1 }
      }
      return failure
    } catch {
      let failure = "process seed \(process), path seed \(path): \(error)"
      progress.summary.withLock { $0.failures.append(failure) }
      return failure
    }
  }
}

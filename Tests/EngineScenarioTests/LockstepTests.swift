import EngineTestKit
import Foundation
import Testing

/// The engine against the reference interpreter.
///
/// More pairs by command: `SAGATOP_PAIRS=100000 swift test --filter LockstepTests`, beginning at
/// `SAGATOP_FIRST_SEED`. One pair again: `SAGATOP_PAIR=3,14`.
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
    let pairs = Self.environment["SAGATOP_PAIRS"].flatMap { UInt64($0) } ?? 1_000
    let first = Self.environment["SAGATOP_FIRST_SEED"].flatMap { UInt64($0) } ?? 0
    var disagreements = 0
    for index in 0..<pairs where disagreements < 5 {
      // Each process is taken along four paths.
      if try !check(first + index / 4, first + index) { disagreements += 1 }
    }
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

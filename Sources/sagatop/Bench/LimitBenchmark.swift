import SQLiteAdapter

/// What the machine allows, measured in the same run.
struct LimitFigures {
  let fsyncsPerSecond: Double
  let stepsPerSecond: Double
}

/// Times the plain loop over the C API.
struct LimitBenchmark {
  let path: String
  private static let singleCommits = 300

  func measure(steps: Int, perCommit: Int) throws -> LimitFigures {
    let limit = try SQLiteLimit(path: path)
    defer { limit.close() }
    var start = ContinuousClock.now
    try limit.singleRowCommits(Self.singleCommits)
    let commits = (ContinuousClock.now - start).inSeconds
    let rounds = 10
    let instances = max(steps / rounds, 1)
    try limit.makeInstances(instances, perCommit: 1_000)
    start = ContinuousClock.now
    try limit.steps(instances: instances, rounds: rounds, perCommit: perCommit)
    let seconds = (ContinuousClock.now - start).inSeconds
    return LimitFigures(
      fsyncsPerSecond: Double(Self.singleCommits) / commits,
      stepsPerSecond: Double(instances * rounds) / seconds)
  }
}

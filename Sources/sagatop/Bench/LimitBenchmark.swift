import EngineCore
import EngineRuntime
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

  /// Lets a number of instances do what a model instance did, as many at once as the engine had under way.
  func measure(_ model: ModelInstance, instances: Int, window: Int, perCommit: Int) throws -> LimitFigures {
    let limit = try SQLiteLimit(path: path)
    defer { limit.close() }
    var start = ContinuousClock.now
    try limit.singleRowCommits(Self.singleCommits)
    let commits = (ContinuousClock.now - start).inSeconds
    try limit.deploy(model.deployed)
    var seconds = 0.0
    for first in stride(from: 1, through: instances, by: window) {
      let group = Int64(first)..<Int64(min(first + window, instances + 1))
      try limit.run(Array(model.units.prefix(model.untimedUnits)), over: group, perCommit: perCommit)
      start = ContinuousClock.now
      try limit.run(Array(model.units.dropFirst(model.untimedUnits)), over: group, perCommit: perCommit)
      seconds += (ContinuousClock.now - start).inSeconds
    }
    return LimitFigures(
      fsyncsPerSecond: Double(Self.singleCommits) / commits,
      stepsPerSecond: Double(instances * model.timedSteps) / seconds)
  }
}

extension BenchmarkFigures {
  /// The limit, with how close a figure of the engine comes to it.
  mutating func add(_ limit: LimitFigures, beside stepsPerSecond: Double) {
    add("fsyncsPerSecond", limit.fsyncsPerSecond)
    add("limitStepsPerSecond", limit.stepsPerSecond)
    add("ratioToLimit", stepsPerSecond / limit.stepsPerSecond)
  }
}

/// One instance of a workload as the rules make it, unit by unit: what the limit has to write for each instance.
struct ModelInstance {
  let deployed: DeployedDefinition
  private(set) var units: [UnitOfWork] = []
  /// How many units at the beginning are not part of what is measured.
  private(set) var untimedUnits = 0

  /// How many nodes are executed in the units that are measured.
  var timedSteps: Int { units.dropFirst(untimedUnits).reduce(0) { $0 + $1.steps } }

  init(_ workload: Workload, steps: Int) throws {
    let now = SystemClock.now
    deployed = DeployedDefinition(
      id: DefinitionID(1), version: 1, definition: workload.definition(steps: steps), folder: "/", deployedAt: now)
    var instance = ProcessInstance(id: InstanceID(1), definition: deployed.id, createdAt: now)
    var commands: [InstanceCommand] = [.start(businessKey: nil, variables: Context())]
    while !commands.isEmpty {
      let context = StepContext(definition: deployed.definition, now: now, epoch: 1, freeSlots: steps)
      let transition = try step(instance, commands.removeFirst(), in: context)
      units.append(
        UnitOfWork(
          instance: transition.instance, expectedVersion: instance.version, entries: transition.entries,
          changes: transition.changes))
      instance = transition.instance
      for effect in transition.effects {
        if case .startWork(let work) = effect {
          commands.append(.finishWork(work.token, attempt: work.attempt, outcome: Self.outcome(of: work.handler)))
        } else if case .timerPending(let timer, _) = effect {
          commands.append(.fireTimer(timer))
        }
      }
    }
    if workload == .timers { untimedUnits = 1 }
  }

  private static func outcome(of handler: String) -> WorkOutcome {
    handler == "fail"
      ? .failed(Failure(code: "BENCH", message: "as asked", isRetryable: false)) : .completed(result: .null)
  }
}

import EngineCore
import EngineRuntime
import SQLiteAdapter

/// Runs instances of no-op steps to their end on a real store.
struct EngineBenchmark {
  let workload: Workload
  let instances: Int
  let steps: Int
  /// How many instances are under way at once.
  let window: Int
  let path: String

  func measure() async throws -> BenchmarkFigures {
    let store = try SQLiteStore(path: path)
    let meter = BenchmarkMeter(instances: instances)
    let engine = Engine(
      store: store, handlers: handlers(meter), configuration: configuration, clock: SystemClock(),
      holder: LeaseHolder(thisProcess: path), observer: meter)
    try await engine.start()
    let issuer = Identity.issuer(source: "bench")
    let definition = workload.definition(steps: steps)
    _ = try await engine.perform(
      OperatorCommand(key: "", verb: .deploy(definition, folder: "/"), issuer: issuer))
    let before = Usage.now
    let start = ContinuousClock.now
    try await startAll(on: engine, issuer, meter)
    await meter.allEnded()
    let seconds = (ContinuousClock.now - start).inSeconds
    let usage = Usage.now
    await engine.stop()
    let unitsPerCommit = max(meter.units / max(meter.commits, 1), 1)
    let limit = try LimitBenchmark(path: path + "-limit").measure(
      try ModelInstance(workload, steps: steps), instances: min(instances, 50_000), window: window,
      perCommit: unitsPerCommit)
    var figures = BenchmarkFigures()
    figures.add("instances", instances)
    figures.add("steps", meter.steps)
    figures.add("seconds", seconds)
    figures.add("stepsPerSecond", Double(meter.steps) / seconds)
    figures.add("instancesPerSecond", Double(instances) / seconds)
    figures.add("commits", meter.commits)
    figures.add("unitsPerCommit", unitsPerCommit)
    figures.add(percentilesOf: meter.latencies, as: "latency")
    figures.add(percentilesOf: meter.lifetimes, as: "instance")
    figures.add(limit, beside: Double(meter.steps) / seconds)
    figures.add("residentMegabytes", meter.largestResidentMegabytes)
    figures.add("processorSeconds", usage.processorSeconds - before.processorSeconds)
    figures.add("bytesPerInstance", Double(try store.checkpointedBytes()) / Double(instances))
    return figures
  }

  private var configuration: EngineConfiguration {
    var configuration = EngineConfiguration()
    configuration.concurrentHandlers = window * (workload == .forkjoin ? steps : 1)
    configuration.cachedInstances = 4 * window
    return configuration
  }

  private func handlers(_ meter: BenchmarkMeter) -> HandlerRegistry {
    var handlers = HandlerRegistry()
    handlers.register("noop") { context in
      meter.began(context.instance)
      meter.returns(context.instance)
      return .completed(result: .null)
    }
    handlers.register("fail") { _ in .failed(Failure(code: "BENCH", message: "as asked", isRetryable: false)) }
    return handlers
  }

  /// Starts an instance whenever one has ended, so that as many are under way as the window holds.
  private func startAll(on engine: Engine, _ issuer: Issuer, _ meter: BenchmarkMeter) async throws {
    let verb = Verb.start(process: "bench", version: nil, businessKey: nil, variables: Context())
    try await withThrowingDiscardingTaskGroup { group in
      var ends = meter.ends.makeAsyncIterator()
      for index in 0..<instances {
        if index >= window { _ = await ends.next() }
        group.addTask { _ = try await engine.perform(OperatorCommand(key: "", verb: verb, issuer: issuer)) }
      }
    }
  }
}

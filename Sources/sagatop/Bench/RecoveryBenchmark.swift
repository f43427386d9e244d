import EngineCore
import EngineRuntime
import SQLiteAdapter
import Synchronization

/// How long an engine takes to its first handler on a store full of live instances that a dead engine left behind.
struct RecoveryBenchmark {
  let instances: Int
  let path: String

  /// For how long recovery is watched after the first handler.
  private static let watched = Duration.seconds(5)

  func measure() async throws -> BenchmarkFigures {
    let fillStart = ContinuousClock.now
    try fill()
    let fillSeconds = (ContinuousClock.now - fillStart).inSeconds
    let before = Usage.now
    let residentBefore = Usage.residentMegabytes
    let meter = BenchmarkMeter(instances: instances)
    let first = FirstHandler()
    var handlers = HandlerRegistry()
    handlers.register("noop") { context in
      first.began()
      meter.began(context.instance)
      meter.returns(context.instance)
      return .completed(result: .null)
    }
    let start = ContinuousClock.now
    let store = try SQLiteStore(path: path)
    let engine = Engine(
      store: store, handlers: handlers, configuration: EngineConfiguration(), clock: SystemClock(),
      holder: LeaseHolder(thisProcess: path), observer: meter)
    try await engine.start()
    let firstAt = await first.instant()
    let firstResident = Usage.residentMegabytes
    try await Task.sleep(for: Self.watched)
    let (steps, commits, units) = (meter.steps, meter.commits, meter.units)
    let seconds = (ContinuousClock.now - firstAt).inSeconds
    let usage = Usage.now
    await engine.stop()
    let unitsPerCommit = max(units / max(commits, 1), 1)
    let limit = try LimitBenchmark(path: path + "-limit").measure(
      try ModelInstance(.sequence, steps: 3), instances: min(instances, 20_000), window: 1_000,
      perCommit: unitsPerCommit)
    var figures = BenchmarkFigures()
    figures.add("instances", instances)
    figures.add("steps", steps)
    figures.add("seconds", seconds)
    figures.add("firstDispatchSeconds", (firstAt - start).inSeconds)
    figures.add("stepsPerSecond", Double(steps) / seconds)
    figures.add("instancesPerSecond", Double(units) / seconds)
    figures.add("commits", commits)
    figures.add("unitsPerCommit", unitsPerCommit)
    figures.add(percentilesOf: meter.latencies, as: "latency")
    figures.add(limit, beside: Double(steps) / seconds)
    figures.add("fillSeconds", fillSeconds)
    figures.add("residentMegabytesBefore", residentBefore)
    figures.add("residentMegabytesAtFirstDispatch", firstResident)
    figures.add("residentMegabytes", max(meter.largestResidentMegabytes, firstResident))
    figures.add("processorSeconds", usage.processorSeconds - before.processorSeconds)
    figures.add("bytesPerInstance", Double(try store.checkpointedBytes()) / Double(instances))
    return figures
  }

  /// Of four instances one was executing when the engine died, one is ready, one waits for a timer, one for a person.
  private func fill() throws {
    let filler = try InstanceFiller(path: path)
    let now = SystemClock.now
    let line = try filler.deploy(Workload.recovery.definition(steps: 3), at: now)
    let wait = try filler.deploy(
      try ProcessDefinition("wait", nodes: { Wait("pause", for: .seconds(86_400)) }), at: now)
    let person = try filler.deploy(try ProcessDefinition("person", nodes: { User("approve") }), at: now)
    for index in 0..<instances {
      let instant = now + .microseconds(index - instances)
      switch index % 4 {
      case 0: _ = try filler.start(line, room: 1, at: instant)
      case 1: _ = try filler.start(line, at: instant)
      case 2: _ = try filler.start(wait, at: instant)
      default: _ = try filler.start(person, at: instant)
      }
    }
    try filler.finish()
  }
}

/// When the first handler began.
private final class FirstHandler: Sendable {
  private let hasBegun = Mutex(false)
  private let stream: AsyncStream<ContinuousClock.Instant>
  private let continuation: AsyncStream<ContinuousClock.Instant>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(of: ContinuousClock.Instant.self) }

  func began() {
    let isFirst = hasBegun.withLock { hasBegun in
      defer { hasBegun = true }
      return !hasBegun
    }
    if isFirst { continuation.yield(.now) }
  }

  func instant() async -> ContinuousClock.Instant {
    for await instant in stream { return instant }
    return .now
  }
}

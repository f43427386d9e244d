import EngineCore
import EngineRuntime
import Glibc
import SQLiteAdapter
import Synchronization

/// What the engine did, and what it took.
struct EngineFigures {
  let steps: Int
  let seconds: Double
  let commits: Int
  let units: Int
  let latencies: [Int64]
  let residentMegabytes: Double
  let processorSeconds: Double
  let bytesPerInstance: Double

  var stepsPerSecond: Double { Double(steps) / seconds }
  var unitsPerCommit: Int { max(units / max(commits, 1), 1) }

  /// From a handler's return to the start of the next one of the same instance, in milliseconds.
  func latency(_ share: Double) -> Double {
    guard !latencies.isEmpty else { return 0 }
    return Double(latencies[min(Int(Double(latencies.count) * share), latencies.count - 1)]) / 1000
  }
}

/// Runs instances of no-op steps to their end on a real store.
struct EngineBenchmark {
  let workload: Workload
  let instances: Int
  let steps: Int
  let path: String

  /// How many starts are under way at once.
  private static let window = 1_000

  func measure() async throws -> EngineFigures {
    let store = try SQLiteStore(path: path)
    let meter = BenchmarkMeter(instances: instances)
    var handlers = HandlerRegistry()
    handlers.register("noop") { context in
      meter.began(context.instance)
      meter.ended(context.instance)
      return .completed(result: .null)
    }
    handlers.register("fail") { _ in .failed(Failure(code: "BENCH", message: "as asked", isRetryable: false)) }
    var configuration = EngineConfiguration()
    configuration.concurrentHandlers = Self.window
    configuration.cachedInstances = 4 * Self.window
    let engine = Engine(
      store: store, handlers: handlers, configuration: configuration, clock: SystemClock(),
      holder: LeaseHolder(thisProcess: path), observer: meter)
    try await engine.start()
    let issuer = Identity.issuer(source: "bench")
    _ = try await engine.perform(
      OperatorCommand(key: "", verb: .deploy(definition, folder: "/"), issuer: issuer))
    let before = Usage.now
    let start = ContinuousClock.now
    let instances = instances
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<Self.window {
        group.addTask {
          for _ in stride(from: lane, to: instances, by: Self.window) {
            let verb = Verb.start(process: "bench", version: nil, businessKey: nil, variables: Context())
            _ = try await engine.perform(OperatorCommand(key: "", verb: verb, issuer: issuer))
          }
        }
      }
      try await group.waitForAll()
    }
    await meter.allEnded()
    let seconds = (ContinuousClock.now - start).inSeconds
    let usage = Usage.now
    await engine.stop()
    return EngineFigures(
      steps: meter.steps, seconds: seconds, commits: meter.commits, units: meter.units,
      latencies: meter.latencies.sorted(), residentMegabytes: usage.residentMegabytes,
      processorSeconds: usage.processorSeconds - before.processorSeconds,
      bytesPerInstance: Double(try store.checkpointedBytes()) / Double(instances))
  }

  private var definition: ProcessDefinition {
    let undo = workload == .saga ? Compensation(work: .handler(name: "noop", configuration: .literal(.null))) : nil
    let nodes = (0..<steps).map { index in
      let handler = workload == .saga && index == steps - 1 ? "fail" : "noop"
      let activity = Activity(work: .handler(name: handler, configuration: .literal(.null)), compensation: undo)
      return NodeDefinition(id: "step\(index + 1)", kind: .activity(activity))
    }
    let flows = (1..<max(steps, 1)).map {
      SequenceFlow(from: NodeIndex(rawValue: $0 - 1), to: NodeIndex(rawValue: $0))
    }
    return ProcessDefinition(
      key: "bench", saga: workload == .saga ? .global : .none, nodes: nodes, flows: flows,
      start: NodeIndex(rawValue: 0))
  }
}

/// Counts what the engine commits, and times a sample of instances.
final class BenchmarkMeter: EngineObserver {
  private struct Counts {
    var steps = 0
    var commits = 0
    var units = 0
    var left: Int
  }

  private let counts: Mutex<Counts>
  private let samples = Mutex<(ended: [InstanceID: ContinuousClock.Instant], latencies: [Int64])>(([:], []))
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private static let sampleEvery: Int64 = 64

  init(instances: Int) {
    counts = Mutex(Counts(left: instances))
    (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  }

  func began(_ instance: InstanceID) {
    guard instance.rawValue % Self.sampleEvery == 0 else { return }
    let now = ContinuousClock.now
    samples.withLock { samples in
      guard let ended = samples.ended[instance] else { return }
      samples.latencies.append((now - ended).wholeMicroseconds)
    }
  }

  func ended(_ instance: InstanceID) {
    guard instance.rawValue % Self.sampleEvery == 0 else { return }
    let now = ContinuousClock.now
    samples.withLock { $0.ended[instance] = now }
  }

  func committed(_ units: [UnitOfWork]) {
    var steps = 0
    var ended = 0
    for unit in units {
      for entry in unit.entries {
        switch entry.event {
        case .tokenCompleted, .tokenFailed: steps += 1
        default: break
        }
      }
      if unit.instance.state.isEnd { ended += 1 }
    }
    let left = counts.withLock { counts in
      counts.steps += steps
      counts.commits += 1
      counts.units += units.count
      counts.left -= ended
      return counts.left
    }
    if left <= 0 { continuation.finish() }
  }

  func noticed(_ notice: EngineNotice) {
    if case .storeFailed(let failure) = notice { StandardOutput.complain("\(failure)") }
  }

  func allEnded() async { for await _ in stream {} }

  var steps: Int { counts.withLock { $0.steps } }
  var commits: Int { counts.withLock { $0.commits } }
  var units: Int { counts.withLock { $0.units } }
  var latencies: [Int64] { samples.withLock { $0.latencies } }
}

/// What this process has used so far.
struct Usage {
  let residentMegabytes: Double
  let processorSeconds: Double

  static var now: Usage {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return Usage(
      residentMegabytes: Double(usage.ru_maxrss) / 1024,
      processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
  }
}

extension Duration {
  /// This duration in seconds.
  var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}

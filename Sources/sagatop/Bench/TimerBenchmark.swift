import EngineCore
import EngineRuntime
import SQLiteAdapter
import Synchronization

/// What pending timers cost, how late they fire when a few a second fall due, and how fast a burst of them is fired.
struct TimerBenchmark {
  let timers: Int
  let path: String

  private static let perSecond = 50
  /// For how long nothing is due, and for how long a few are.
  private static let idleSeconds = 3
  private static let steadySeconds = 10
  private static let burstLimit = 100_000
  /// From the moment at which those that fall due are made to the first of them: enough to make them and to open the
  /// store, by what filling took.
  private static func lead(fillSeconds: Double, filled: Int, due: Int) -> Duration {
    .seconds(5) + .milliseconds(Int(fillSeconds / Double(max(filled, 1)) * Double(due) * 2_000))
  }

  /// When what falls due.
  private struct Schedule {
    let steadyFrom: Timestamp
    let burstAt: Timestamp
    let steady: Int
    let burst: Int

    init(from start: Timestamp, timers: Int) {
      steady = min(perSecond * steadySeconds, timers / 2)
      burst = min(burstLimit, timers / 2)
      steadyFrom = start + .seconds(idleSeconds)
      burstAt = steadyFrom + .seconds(steadySeconds + 1)
    }

    func due(_ index: Int) -> Timestamp {
      index < steady ? steadyFrom + .microseconds(1_000_000 * index / perSecond) : burstAt
    }
  }

  func measure() async throws -> BenchmarkFigures {
    let fillStart = ContinuousClock.now
    let sizes = Schedule(from: SystemClock.now, timers: timers)
    let due = sizes.steady + sizes.burst
    try fill(timers - due)
    let fillSeconds = (ContinuousClock.now - fillStart).inSeconds
    let start = SystemClock.now + Self.lead(fillSeconds: fillSeconds, filled: timers - due, due: due)
    let schedule = Schedule(from: start, timers: timers)
    try fillDue(schedule)
    let store = try SQLiteStore(path: path)
    let meter = TimerMeter(steady: schedule.steady, burst: schedule.burst, burstAt: schedule.burstAt)
    let engine = Engine(
      store: store, handlers: HandlerRegistry(), configuration: EngineConfiguration(), clock: SystemClock(),
      holder: LeaseHolder(thisProcess: path), observer: meter)
    let opening = ContinuousClock.now
    try await engine.start()
    let openSeconds = (ContinuousClock.now - opening).inSeconds
    // What remains of the lead is not measured: the first turn reads ahead in it.
    try await Task.sleep(for: max(start - SystemClock.now, .zero))
    let idle = Usage.now
    try await Task.sleep(for: .seconds(Self.idleSeconds) - .milliseconds(200))
    let idleProcessor = Usage.now.processorSeconds - idle.processorSeconds
    await meter.allFired()
    let usage = Usage.now
    await engine.stop()
    let limit = try LimitBenchmark(path: path + "-limit").measure(
      try ModelInstance(.timers, steps: 1), instances: schedule.burst, window: schedule.burst,
      perCommit: max(meter.burst / max(meter.burstCommits, 1), 1))
    var figures = BenchmarkFigures()
    figures.add("instances", timers)
    figures.add("steps", 2 * meter.burst)
    figures.add("seconds", meter.burstSeconds)
    figures.add("stepsPerSecond", Double(2 * meter.burst) / meter.burstSeconds)
    figures.add("instancesPerSecond", Double(meter.burst) / meter.burstSeconds)
    figures.add("timersPerSecond", Double(meter.burst) / meter.burstSeconds)
    figures.add("commits", meter.burstCommits)
    figures.add(percentilesOf: meter.latenesses, as: "latency")
    figures.add(limit, beside: Double(2 * meter.burst) / meter.burstSeconds)
    figures.add("idleProcessorShare", idleProcessor / (Double(Self.idleSeconds) - 0.2))
    figures.add("openSeconds", openSeconds)
    figures.add("fillSeconds", fillSeconds)
    figures.add("residentMegabytes", meter.largestResidentMegabytes)
    figures.add("processorSeconds", usage.processorSeconds - idle.processorSeconds)
    figures.add("bytesPerInstance", Double(try store.checkpointedBytes()) / Double(timers))
    return figures
  }

  /// Those that stay pending, which takes long.
  private func fill(_ count: Int) throws {
    let filler = try InstanceFiller(path: path)
    let now = SystemClock.now
    let deployed = try filler.deploy(Workload.timers.definition(steps: 1), at: now)
    for index in 0..<count { _ = try filler.start(deployed, at: now + .microseconds(index)) }
    try filler.finish()
  }

  /// Those that fall due while we look, made at the last moment.
  private func fillDue(_ schedule: Schedule) throws {
    let filler = try InstanceFiller(path: path)
    let deployed = try filler.deploy(Workload.timers.definition(steps: 1), at: SystemClock.now)
    for index in 0..<(schedule.steady + schedule.burst) {
      let due = schedule.due(index)
      _ = try filler.start(deployed, at: due + (.zero - Workload.pause))
    }
    try filler.finish()
  }
}

/// Notes when timers are fired, which is when that is on disk.
final class TimerMeter: EngineObserver {
  private struct Counts {
    var latenesses: [Int64] = []
    var burst = 0
    var burstCommits = 0
    var burstEnd: Timestamp
    var largestResidentMegabytes = 0.0
  }

  private let steadyTotal: Int
  private let burstTotal: Int
  private let burstAt: Timestamp
  private let counts: Mutex<Counts>
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init(steady: Int, burst: Int, burstAt: Timestamp) {
    steadyTotal = steady
    burstTotal = burst
    self.burstAt = burstAt
    counts = Mutex(Counts(burstEnd: burstAt))
    (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  }

  func committed(_ units: [UnitOfWork]) {
    let now = SystemClock.now
    let resident = Usage.residentMegabytes
    let isOver = counts.withLock { counts in
      var burst = 0
      for unit in units {
        let due = unit.instance.createdAt + Workload.pause
        if due < burstAt { counts.latenesses.append((now - due).wholeMicroseconds) } else { burst += 1 }
      }
      counts.burst += burst
      if burst > 0 {
        counts.burstCommits += 1
        counts.burstEnd = now
      }
      counts.largestResidentMegabytes = max(counts.largestResidentMegabytes, resident)
      return counts.burst >= burstTotal && counts.latenesses.count >= steadyTotal
    }
    if isOver { continuation.finish() }
  }

  func noticed(_ notice: EngineNotice) {
    if case .storeFailed(let failure) = notice { StandardOutput.complain("\(failure)") }
  }

  func allFired() async { for await _ in stream {} }

  var latenesses: [Int64] { counts.withLock { $0.latenesses.sorted() } }
  var burst: Int { counts.withLock { $0.burst } }
  var burstCommits: Int { counts.withLock { $0.burstCommits } }
  var burstSeconds: Double { counts.withLock { ($0.burstEnd - burstAt).inSeconds } }
  var largestResidentMegabytes: Double { counts.withLock { $0.largestResidentMegabytes } }
}

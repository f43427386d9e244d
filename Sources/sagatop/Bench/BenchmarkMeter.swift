import EngineCore
import EngineRuntime
import Synchronization

/// Counts what the engine commits, and times a sample of instances.
final class BenchmarkMeter: EngineObserver {
  private struct Counts {
    var steps = 0
    var commits = 0
    var units = 0
    var left: Int
    var largestResidentMegabytes = 0.0
  }

  private struct Samples {
    var returned: [InstanceID: ContinuousClock.Instant] = [:]
    var started: [InstanceID: ContinuousClock.Instant] = [:]
    var latencies: [Int64] = []
    var lifetimes: [Int64] = []
  }

  private let counts: Mutex<Counts>
  private let samples = Mutex(Samples())
  /// One element for each instance that has ended.
  let ends: AsyncStream<Void>
  private let endsContinuation: AsyncStream<Void>.Continuation
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let sampleEvery: Int64

  init(instances: Int) {
    counts = Mutex(Counts(left: instances))
    sampleEvery = instances > 10_000 ? 64 : 1
    (ends, endsContinuation) = AsyncStream.makeStream(of: Void.self)
    (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  }

  private func isSampled(_ instance: InstanceID) -> Bool { instance.rawValue % sampleEvery == 0 }

  /// A handler begins.
  func began(_ instance: InstanceID) {
    guard isSampled(instance) else { return }
    let now = ContinuousClock.now
    samples.withLock { samples in
      guard let returned = samples.returned[instance] else { return }
      samples.latencies.append((now - returned).wholeMicroseconds)
    }
  }

  /// A handler is about to return.
  func returns(_ instance: InstanceID) {
    guard isSampled(instance) else { return }
    let now = ContinuousClock.now
    samples.withLock { $0.returned[instance] = now }
  }

  func committed(_ units: [UnitOfWork]) {
    var steps = 0
    var ended = 0
    for unit in units {
      steps += unit.steps
      if unit.instance.state.isEnd {
        ended += 1
        endsContinuation.yield()
      }
      if isSampled(unit.instance.id) { time(unit) }
    }
    let resident = Usage.residentMegabytes
    let left = counts.withLock { counts in
      counts.steps += steps
      counts.commits += 1
      counts.units += units.count
      counts.left -= ended
      counts.largestResidentMegabytes = max(counts.largestResidentMegabytes, resident)
      return counts.left
    }
    if left <= 0 { continuation.finish() }
  }

  private func time(_ unit: UnitOfWork) {
    let now = ContinuousClock.now
    samples.withLock { samples in
      if unit.expectedVersion == 0 { samples.started[unit.instance.id] = now }
      guard unit.instance.state.isEnd, let started = samples.started[unit.instance.id] else { return }
      samples.lifetimes.append((now - started).wholeMicroseconds)
    }
  }

  func noticed(_ notice: EngineNotice) {
    if case .storeFailed(let failure) = notice { StandardOutput.complain("\(failure)") }
  }

  func allEnded() async { for await _ in stream {} }

  var steps: Int { counts.withLock { $0.steps } }
  var commits: Int { counts.withLock { $0.commits } }
  var units: Int { counts.withLock { $0.units } }
  var largestResidentMegabytes: Double { counts.withLock { $0.largestResidentMegabytes } }
  /// From a handler's return to the start of the next one of the same instance, in microseconds, ascending.
  var latencies: [Int64] { samples.withLock { $0.latencies.sorted() } }
  /// From the commit of an instance's start to that of its end, in microseconds, ascending.
  var lifetimes: [Int64] { samples.withLock { $0.lifetimes.sorted() } }
}

extension UnitOfWork {
  /// How many nodes were executed in it.
  var steps: Int {
    entries.reduce(0) { count, entry in
      switch entry.event {
      case .tokenCompleted, .tokenFailed: count + 1
      default: count
      }
    }
  }
}

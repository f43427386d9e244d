import ArgumentParser
import EngineCore
import SQLiteAdapter

struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the engine on this machine's disk, beside the machine's own limit.",
    discussion: """
      Workloads: sequence (instances of K no-op steps), saga (the last of K steps fails for every instance, and all \
      steps before it are undone). The limit is a plain loop over the SQLite C API that writes the same rows in \
      commits of the same size, in the same run.
      """)

  @Argument(help: "sequence or saga.")
  var workload: String

  @Option(help: "How many instances.")
  var instances = 20_000

  @Option(help: "How many steps an instance has.")
  var steps = 10

  @Option(help: "The folder for the benchmark's files; a temporary one unless given.")
  var store: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    guard let workload = Workload(rawValue: workload) else {
      let known = Workload.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(.usage, "there is no workload \(workload): one of \(known)")
    }
    guard instances > 0, steps > 0 else { throw CommandFailure(.usage, "--instances and --steps must be at least 1") }
    let home = try store.map { StoreHome(path: $0 + "/bench.db", isTemporary: false) } ?? StoreHome.temporary()
    defer { home.remove() }
    let run = EngineBenchmark(workload: workload, instances: instances, steps: steps, path: home.path)
    let figures = try await run.measure()
    let limit = try LimitBenchmark(path: home.folder + "/limit.db").measure(
      steps: figures.steps, perCommit: figures.unitsPerCommit)
    print(figures, limit)
  }

  private func print(_ figures: EngineFigures, _ limit: LimitFigures) {
    let values: [(String, Double)] = [
      ("instances", Double(instances)), ("steps", Double(figures.steps)), ("seconds", figures.seconds),
      ("stepsPerSecond", figures.stepsPerSecond), ("instancesPerSecond", Double(instances) / figures.seconds),
      ("commits", Double(figures.commits)), ("unitsPerCommit", Double(figures.unitsPerCommit)),
      ("latencyMillisecondsP50", figures.latency(0.5)), ("latencyMillisecondsP99", figures.latency(0.99)),
      ("fsyncsPerSecond", limit.fsyncsPerSecond), ("limitStepsPerSecond", limit.stepsPerSecond),
      ("ratioToLimit", figures.stepsPerSecond / limit.stepsPerSecond),
      ("residentMegabytes", figures.residentMegabytes), ("processorSeconds", figures.processorSeconds),
      ("bytesPerInstance", figures.bytesPerInstance),
    ]
    if json {
      var object: Context = ["workload": .string(workload)]
      for (name, value) in values { object[name] = Self.rounded(value) }
      StandardOutput.json(.context(object))
    } else {
      var table = Table("workload", workload)
      for (name, value) in values { table.add(name, Self.rounded(value).jsonText) }
      table.print(whenEmpty: "")
    }
  }

  /// Three digits behind the point are more than a disk can repeat.
  private static func rounded(_ value: Double) -> Value {
    guard value.isFinite, abs(value) < 1e15 else { return .null }
    let thousandths = Int64((value * 1000).rounded())
    let text = "\(thousandths / 1000).\(String(1000 + abs(thousandths % 1000)).dropFirst())"
    return (try? Value(json: thousandths % 1000 == 0 ? "\(thousandths / 1000)" : text)) ?? .null
  }
}

/// What the engine is made to do.
enum Workload: String, CaseIterable {
  case sequence
  case saga
}

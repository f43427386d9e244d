import ArgumentParser
import EngineCore
import Glibc
import SQLiteAdapter

struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the engine on this machine's disk, beside the machine's own limit.",
    discussion: """
      Workloads: sequence (instances of K no-op steps), forkjoin (K steps side by side), saga (the last of K steps \
      fails for every instance, and all steps before it are undone), timers (N pending: what they cost, how late they \
      fire, how fast a burst is fired), recovery (N live instances of an engine that died: the time to the first \
      handler), fill (a store with N instances in mixed states, for looking at), layouts (table layouts, in plain \
      loops). The limit is a plain loop over the SQLite C API that writes the same facts in commits of the same size, \
      in the same run.
      """)

  @Argument(help: "sequence, forkjoin, saga, timers, recovery, fill or layouts.")
  var workload: String

  @Option(help: "How many instances.", transform: NumberRange.instances.parse)
  var instances: Int?

  @Option(help: "How many steps an instance has. (default: 10)", transform: NumberRange.steps.parse)
  var steps = 10

  @Option(help: "How many instances are under way at once. (default: 1000)", transform: NumberRange.window.parse)
  var window = 1_000

  @Option(help: "The folder for the benchmark's files; a temporary one unless given.")
  var store: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    guard let workload = Workload(rawValue: workload) else {
      let known = Workload.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(.usage, "there is no workload \(workload): one of \(known)")
    }
    let instances = instances ?? workload.usualInstances
    if workload == .fill, store == nil {
      throw CommandFailure(.usage, "fill needs --store, or nobody could look at it")
    }
    let home = try store.map { StoreHome(path: $0 + "/bench.db", isTemporary: false) } ?? StoreHome.temporary()
    defer { home.remove() }
    // Nothing that it runs is worth an end in good order: its handlers do nothing, and the folder is thrown away.
    let signals = Signals(SIGTERM, SIGINT, SIGHUP) { number in
      home.remove()
      _exit(128 + number)
    }
    defer { withExtendedLifetime(signals) {} }
    switch workload {
    case .sequence, .forkjoin, .saga:
      let benchmark = EngineBenchmark(
        workload: workload, instances: instances, steps: steps, window: window, path: home.path)
      try await benchmark.measure().print(workload, json: json)
    case .timers:
      try await TimerBenchmark(timers: instances, path: home.path).measure().print(workload, json: json)
    case .recovery:
      try await RecoveryBenchmark(instances: instances, path: home.path).measure().print(workload, json: json)
    case .fill:
      try FillBenchmark(instances: instances, path: home.path).measure().print(workload, json: json)
    case .layouts:
      try LayoutBenchmark(instances: instances, window: window, folder: home.folder).measure(json: json)
    }
  }
}

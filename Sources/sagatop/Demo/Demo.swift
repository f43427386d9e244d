import ArgumentParser
import EngineCore
import EngineRuntime

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch orders being fulfilled, failing and being undone, on a throw-away store.",
    discussion: "What it runs is in the folder demo/: read order.yaml first.")

  @Option(help: "The seed of the load: the same seed brings the same customers.")
  var seed: UInt64 = 1815

  @Option(help: "How many instances a minute.")
  var rate = 60

  @Option(help: "The theme: a built-in name or a file.")
  var theme: String?

  @Option(help: "End by itself after this time, e.g. 30s: for scripts, without a screen.")
  var until: String?

  func run() async throws {
    guard rate > 0, rate <= 6_000 else { throw CommandFailure(.usage, "--rate must be from 1 to 6000") }
    let end = try until.map { text in
      guard let duration = Duration(text: text) else {
        throw CommandFailure(.usage, "--until \(text) is no length of time: write 30s, 5m or 2h")
      }
      return duration
    }
    guard let end else {
      return try await play { running, home, news in
        let host = ConsoleHost(
          path: home.path, mode: .byItself, theme: try ThemeChoice.theme(named: theme), isProduction: false, news: news)
        try await host.show(on: running)
      }
    }
    try await Signals.interrupting {
      try await play { running, home, news in
        try await pass(end, unlessLost: news)
        await running.stop()
        try report(home)
      }
    }
  }

  /// Lets customers come for as long as somebody watches, and leaves nothing behind.
  private func play(_ watch: (RunningEngine, StoreHome, StoreNews) async throws -> Void) async throws {
    let news = StoreNews()
    let home = try StoreHome.temporary()
    defer { home.remove() }
    let running = try await RunningEngine.start(
      path: home.path, configuration: EngineConfiguration(), takesOver: false, observer: news)
    news.look(after: running)
    try await running.whileRunning(grace: .zero) {
      for file in try DemoFiles.unpack(into: home.folder) {
        try await running.ask(file.deployment, source: "demo")
      }
      let load = DemoLoad(
        engine: running, reader: try StoreSession.reading(home.path).reader, seed: seed,
        pause: .microseconds(60_000_000 / Int64(rate)))
      let customers = Task { await load.run() }
      defer { customers.cancel() }
      try await watch(running, home, news)
    }
  }

  /// Lets time pass; ends with an error when the store is gone.
  private func pass(_ time: Duration, unlessLost news: StoreNews) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await Task.sleep(for: time) }
      group.addTask { if let loss = await news.untilLost() { throw CommandFailure(loss) } }
      try await group.next()
    }
  }

  /// What has become of everything, for scripts.
  private func report(_ home: StoreHome) throws {
    let session = try StoreSession.reading(home.path)
    for row in try session.reader.definitions().rows { StandardOutput.json(row.json) }
  }
}

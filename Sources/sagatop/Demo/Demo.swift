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
      guard let duration = Duration(text: text) else { throw CommandFailure(.usage, "--until \(text) is no duration") }
      return duration
    }
    let home = try StoreHome.temporary()
    defer { home.remove() }
    let running = try await RunningEngine.start(
      path: home.path, configuration: EngineConfiguration(), takesOver: false, observer: nil)
    let files = try DemoFiles.unpack(into: home.folder)
    for file in files {
      let command = OperatorCommand(
        key: Identity.randomName(), verb: .deploy(file.definition, folder: file.folder),
        issuer: Identity.issuer(source: "demo"))
      _ = try await running.perform(command)
    }
    let load = DemoLoad(
      engine: running, reader: try StoreSession.reading(home.path).reader, seed: seed,
      pause: .microseconds(60_000_000 / Int64(rate)))
    let customers = Task { await load.run() }
    defer { customers.cancel() }
    if let end {
      try await Task.sleep(for: end)
      customers.cancel()
      await running.stop()
      try report(home)
      return
    }
    let host = ConsoleHost(
      path: home.path, mode: .byItself, theme: try ThemeChoice.theme(named: theme), isProduction: false)
    try await host.show(on: running)
  }

  /// What has become of everything, for scripts.
  private func report(_ home: StoreHome) throws {
    let session = try StoreSession.reading(home.path)
    for row in try session.reader.definitions() { StandardOutput.json(row.json) }
  }
}

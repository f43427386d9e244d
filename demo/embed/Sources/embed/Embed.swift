import EngineCore
import EngineRuntime
import Glibc
import SQLiteAdapter

/// Runs two orders and prints what happens: `swift run --package-path demo/embed embed [STORE]`.
///
/// Look at the same store afterwards, or meanwhile, with `sagatop --read-only STORE`.
@main
struct Embed {
  static func main() async throws {
    let path = CommandLine.arguments.dropFirst().first ?? "/tmp/tea-\(getpid()).db"
    let commits = CommitStream()
    let engine = Engine(store: try SQLiteStore(path: path), path: path, handlers: .teaShop, observer: commits)
    try await engine.start()
    try await engine.deploy(try TeaOrder.definition())

    for grams in [500, 1_200] {
      let order = try await engine.start(process: "tea-order", variables: ["grams": Value(grams)])
      print("\n\(grams) g of tea: instance \(order)")
      try await follow(order, in: commits)
    }
    await engine.stop()
    print("\nAll of it is in \(path)")
  }

  /// Prints the history of an instance as it becomes durable, until it has ended.
  private static func follow(_ id: InstanceID, in commits: CommitStream) async throws {
    var describer = EventDescriber(definition: try TeaOrder.definition())
    for await unit in commits.units where unit.instance.id == id {
      for event in describer.describe(unit.entries) { print("  " + event.sentence) }
      if unit.instance.state.isEnd { return }
    }
  }
}

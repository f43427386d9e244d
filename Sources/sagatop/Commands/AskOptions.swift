import ArgumentParser
import EngineCore

/// What commands that change something have in common.
struct AskOptions: ParsableArguments {
  @Option(help: "An idempotency key: repeating the command with it does nothing and gives the first answer.")
  var once: String?

  @Option(help: "Why; it stands in the audit.")
  var reason: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  /// The key of a verb on one of several instances.
  func key(for instance: InstanceID) -> String? { once.map { "\($0) \(instance)" } }
}

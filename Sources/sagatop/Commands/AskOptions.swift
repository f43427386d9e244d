import ArgumentParser

/// What commands that change something have in common.
struct AskOptions: ParsableArguments {
  @Option(help: "An idempotency key: repeating the command with it does nothing and gives the first answer.")
  var once: String?

  @Option(help: "Why; it stands in the audit.")
  var reason: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false
}

import ArgumentParser
import ConsoleCore
import ConsoleTerminal
import ConsoleView
import EngineCore
import EngineRuntime
import Glibc
import SQLiteAdapter

struct Console: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Watch a store, and be its engine when it has none of its own elsewhere.",
    discussion: "The default: 'sagatop orders.db' is 'sagatop console orders.db'.")

  @Argument(help: "The store.")
  var words: [String] = []

  @Flag(
    help: """
      Run no steps here: what you do goes to the engine; while there is none, this process takes its place for as long \
      as storing it takes, and nothing runs.
      """)
  var attach = false

  @Flag(help: "Change nothing.")
  var readOnly = false

  @Flag(help: "Become the engine of a store whose last engine ran elsewhere.")
  var engine = false

  @Option(help: "The theme: a built-in name or a file.")
  var theme: String?

  @Flag(help: "Every verb asks for a reason.")
  var production = false

  func run() async throws {
    let arguments = try StoreArguments(words)
    guard arguments.words.isEmpty else {
      throw CommandFailure(
        .usage, "there is no command \(arguments.store); sagatop --help lists them. To open a store, name only it")
    }
    guard access(arguments.store, F_OK) == 0 else {
      throw CommandFailure(
        .notFound,
        "\(arguments.store): there is no such file, and no command of that name: sagatop deploy makes a store")
    }
    let host = ConsoleHost(
      path: arguments.store, mode: try mode(), theme: try ThemeChoice.theme(named: theme), isProduction: production)
    try await host.show()
  }

  private func mode() throws -> ConsoleHost.Mode {
    switch (attach, readOnly, engine) {
    case (false, false, false): .byItself
    case (true, false, false): .attached
    case (false, true, false): .readOnly
    case (false, false, true): .engine
    default: throw CommandFailure(.usage, "choose one of --attach, --read-only and --engine")
    }
  }
}

/// The theme that the operator chose.
enum ThemeChoice {
  static func theme(named name: String?) throws -> Theme {
    let name = name ?? Identity.environment("SAGATOP_THEME") ?? BuiltinThemes.defaultName
    do {
      if BuiltinThemes.names.contains(name) { return try BuiltinThemes.theme(name) }
      guard name.contains("/") || name.hasSuffix(".yaml") else {
        throw CommandFailure(
          .usage, "there is no theme \(name): \(BuiltinThemes.names.joined(separator: ", ")), or a file")
      }
      let text = try TextFile.read(name, maximumBytes: 1 << 20)
      return try Theme(ThemeDocument(yaml: text, file: name), find: BuiltinThemes.document)
    } catch let error as ThemeError {
      throw CommandFailure(.failed, "\(error)")
    }
  }
}

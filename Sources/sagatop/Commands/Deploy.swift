import ArgumentParser
import DefinitionFormats
import EngineCore

struct Deploy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Deploy definitions.",
    discussion: "All files are checked before the first is stored: when anything is wrong, nothing is.")

  @Argument(help: ArgumentHelp("The store, then definition files (.yaml or .json).", valueName: "store and files"))
  var words: [String] = []

  @Flag(help: "Check the files and store nothing.")
  var dryRun = false

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() async throws {
    let arguments = try StoreArguments(words)
    guard !arguments.words.isEmpty else { throw CommandFailure(.usage, "which file? Name one or more definitions") }
    let files = try arguments.words.map { try DefinitionFile(path: $0) }
    if dryRun {
      for file in files { StandardOutput.line("\(file.path): \(file.definition.key) is in order") }
      return
    }
    let session = try await StoreSession.writing(arguments.store, mayCreate: true)
    for file in files {
      let answer = try await session.deploy(file)
      if json {
        StandardOutput.json(answer)
      } else {
        let version = answer["version"]?.intValue ?? 0
        let isNew = answer["new"]?.booleanValue ?? false
        StandardOutput.line("\(file.definition.key)@\(version) \(isNew ? "deployed" : "was deployed already")")
      }
    }
  }
}

struct Start: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Start an instance of a deployed process.")

  @Argument(help: ArgumentHelp("The store, then the process (KEY or KEY@VERSION).", valueName: "store and process"))
  var words: [String] = []

  @Option(help: "The name that the outside world has for it: its business key.")
  var key: String?

  @Option(help: "The variables, as a JSON object.")
  var vars = "{}"

  @Option(help: "An idempotency key: repeating the command with it gives the first answer.")
  var once: String?

  @Option(help: "Why; it stands in the audit.")
  var reason: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let arguments = try StoreArguments(words)
    guard arguments.words.count == 1 else { throw CommandFailure(.usage, "which process? Name exactly one") }
    let variables = try JSONArgument.context(vars, of: "--vars")
    let (process, version) = try ProcessArgument.parse(arguments.words[0])
    let session = try await StoreSession.writing(arguments.store)
    let command = OperatorCommand(
      key: once ?? Identity.randomName(),
      verb: .start(process: process, version: version, businessKey: key, variables: variables),
      issuer: Identity.issuer(source: "cli"), reason: reason)
    switch try await session.perform(command) {
    case .done(let answer):
      if json {
        StandardOutput.json(answer)
      } else {
        StandardOutput.line("instance \(answer["instance"]?.intValue ?? 0) started")
      }
    case .refused(let rejection):
      throw CommandFailure(rejection)
    }
  }
}

/// A process on the command line: `KEY` or `KEY@VERSION`.
enum ProcessArgument {
  static func parse(_ word: String) throws -> (key: String, version: Int?) {
    let parts = word.split(separator: "@", maxSplits: 1)
    guard parts.count == 2 else { return (word, nil) }
    guard let version = Int(parts[1]), version > 0 else {
      throw CommandFailure(.usage, "\(word) names no version: say KEY@3")
    }
    return (String(parts[0]), version)
  }
}

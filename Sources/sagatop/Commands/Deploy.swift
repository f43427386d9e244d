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
    let session = try StoreSession.writing(arguments.store, mayCreate: true)
    try await session.inTurn { performer in
      for file in files { report(try await performer.ask(file.deployment), of: file) }
    }
  }

  private func report(_ answer: Value, of file: DefinitionFile) {
    if json { return StandardOutput.json(answer) }
    let version = answer["version"]?.intValue ?? 0
    let isNew = answer["new"]?.booleanValue ?? false
    StandardOutput.line("\(file.definition.key)@\(version) \(isNew ? "deployed" : "was deployed already")")
  }
}

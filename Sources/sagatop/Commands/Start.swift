import ArgumentParser
import EngineCore

struct Start: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Start an instance of a deployed process.")

  @Argument(help: ArgumentHelp("The store, then the process (KEY or KEY@VERSION).", valueName: "store and process"))
  var words: [String] = []

  @Option(help: "The name that the outside world has for it: its business key.")
  var key: String?

  @Option(help: "The variables, as a JSON object.")
  var vars = "{}"

  @OptionGroup
  var asking: AskOptions

  func run() async throws {
    let arguments = try StoreArguments(words)
    guard arguments.words.count == 1 else { throw CommandFailure(.usage, "which process? Name exactly one") }
    let variables = try JSONArgument.context(vars, of: "--vars")
    let (process, version) = try ProcessArgument.parse(arguments.words[0])
    let session = try StoreSession.writing(arguments.store)
    let answer = try await session.ask(
      .start(process: process, version: version, businessKey: key, variables: variables), asking)
    if asking.json {
      StandardOutput.json(answer)
    } else {
      StandardOutput.line("instance \(answer["instance"]?.intValue ?? 0) started")
    }
  }
}

import ArgumentParser
import EngineCore
import EngineRuntime

struct History: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the history of an instance, oldest first.")

  @Argument(help: ArgumentHelp("The store, then the instance.", valueName: "store and instance"))
  var words: [String] = []

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Option(help: "At most this many events, the newest. (default: 10000)", transform: NumberRange.rows.parse)
  var limit = 10_000

  func run() async throws {
    let (detail, _) = try InstanceDetail.read(words, historyLimit: limit)
    if detail.hasOlderHistory {
      let more = min(limit * 10, NumberRange.rows.numbers.upperBound)
      StandardOutput.complain("there is older history" + (more > limit ? ": --limit \(more)" : ""))
    }
    let printer = HistoryPrinter(detail.deployed.definition, json: json, knowing: detail)
    printer.print(detail.history)
  }
}

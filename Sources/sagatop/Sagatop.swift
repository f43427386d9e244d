import ArgumentParser

/// The command line of sagatop.
@main
struct Sagatop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sagatop", abstract: "An operations console for workflows, with the engine inside.")
}

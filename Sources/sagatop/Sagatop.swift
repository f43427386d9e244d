import ArgumentParser
import EngineCore
import EngineRuntime
import Glibc

/// The command line of sagatop.
@main
struct Sagatop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sagatop",
    abstract: "An operations console for workflows in the terminal, with the engine inside.",
    usage: "sagatop STORE\n       sagatop COMMAND STORE …",
    discussion: """
      'sagatop STORE' opens the console. SAGATOP_STORE stands in for the store where it is left out; a store named like \
      a command is written ./name.

      Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused or still waiting, 5 conflict (moved meanwhile), \
      6 partly done, 128+n ended by signal n.
      """,
    subcommands: [Console.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Run:", subcommands: [Demo.self, Serve.self, Run.self, Deploy.self, Start.self, Worker.self]),
      CommandGroup(
        name: "Look:",
        subcommands: [
          List.self, Show.self, History.self, Incidents.self, Timers.self, Compensations.self, Tasks.self,
          Definitions.self, Audit.self,
        ]),
      CommandGroup(
        name: "Help along:",
        subcommands: [
          Retry.self, Skip.self, Resolve.self, Cancel.self, Terminate.self, Compensate.self, Suspend.self, Resume.self,
          Fire.self, Reschedule.self, Complete.self, Fail.self, SetVariables.self, Delete.self, Send.self,
          SignalCommand.self,
        ]),
      CommandGroup(name: "Check:", subcommands: [Verify.self, SchemaCommand.self, Bench.self]),
    ],
    defaultSubcommand: Console.self)

  static func main() async {
    FileDescriptors.fillStandardStreams()
    do {
      try ArgumentText.requireText()
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      end(failure)
    } catch let failure as StoreFailure {
      end(CommandFailure(failure))
    } catch let rejection as Rejection {
      end(CommandFailure(rejection))
    } catch let ending as Ending {
      Glibc.exit(ending.outcome.rawValue)
    } catch let ending as SignalEnding {
      Glibc.exit(128 + ending.number)
    } catch {
      // The parser's own: help and version end with 0, a mistake in the words with our code for usage.
      let isMistake = exitCode(for: error) != .success
      let text = fullMessage(for: error)
      if isMistake { StandardOutput.complain(text) } else { StandardOutput.line(text) }
      Glibc.exit(isMistake ? Outcome.usage.rawValue : Outcome.done.rawValue)
    }
  }

  private static func end(_ failure: CommandFailure) -> Never {
    StandardOutput.complain("sagatop: \(failure.message)")
    Glibc.exit(failure.outcome.rawValue)
  }
}

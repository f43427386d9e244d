import ConsoleTestKit
import EngineCore
import Testing

/// One run of the real executable, from its start to its end.
struct CommandRun: CustomStringConvertible {
  let arguments: [String]
  /// The exit code; 128 and the signal's number when a signal ended it.
  let code: Int32
  let output: String
  let errors: String

  /// Runs sagatop and waits for its end.
  static func sagatop(
    _ arguments: [String], environment: [String: String] = [:], folder: String? = nil, user: UInt32? = nil,
    within patience: Duration = RunningCommand.patience
  ) async throws -> CommandRun {
    var vector = [TestProducts.path("sagatop")] + arguments
    if let user {
      vector = ["/usr/bin/setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups"] + vector
    }
    let command = try RunningCommand(vector, environment: environment, folder: folder)
    let code = try await command.end(within: patience)
    return CommandRun(arguments: arguments, code: code, output: command.output, errors: command.errors)
  }

  static func sagatop(_ first: String, _ rest: String...) async throws -> CommandRun {
    try await sagatop([first] + rest)
  }

  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// What it printed, every line a JSON value.
  func json() throws -> [Value] { try lines.map { try Value(json: $0) } }

  /// The only JSON value that it printed.
  func onlyJSON() throws -> Value {
    let values = try json()
    return try #require(values.count == 1 ? values.first : nil, "\(self)")
  }

  var description: String {
    "sagatop \(arguments.joined(separator: " "))\nexit code \(code)\noutput: \(output)\nerrors: \(errors)"
  }
}

import ArgumentParser
import ConsoleCore
import EngineCore
import EngineRuntime
import EngineStorage

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that history folds to the tables and that every invariant holds.",
    discussion: "Ends with 1 and says where when something is wrong. Changes nothing; can run beside a live engine.")

  @Argument(help: "The store.")
  var words: [String] = []

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() async throws {
    let arguments = try StoreArguments(words)
    let session = try StoreSession.reading(arguments.store)
    var findings = 0
    let number: Int
    do {
      number = try StoreVerifier(session.reader).verify { finding in
        findings += 1
        if json {
          StandardOutput.json([
            "instance": finding.instance.map { Value($0.rawValue) } ?? .null, "finding": .string(finding.sentence),
          ])
        } else {
          // It quotes what is stored, which may come from outside.
          StandardOutput.line(SafeText(untrusted: finding.description).string)
        }
      }
    } catch {
      throw CommandFailure(error)
    }
    if json {
      StandardOutput.json(["instances": Value(number), "findings": Value(findings)])
    } else {
      StandardOutput.line("\(number) instances looked at, \(findings == 0 ? "nothing" : "\(findings) things") found")
    }
    if findings > 0 { throw CommandFailure(.failed, "the store is damaged: keep a copy before anything else") }
  }
}

import ArgumentParser
import ConsoleCore
import EngineCore
import EngineRuntime
import EngineStorage

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that history folds to the tables and that every invariant holds.",
    discussion: """
      Ends with 1 and says where when something is wrong. Instances that an engine has marked as corrupted are named \
      besides. Changes nothing; can run beside a live engine.
      """)

  @Argument(help: "The store.")
  var words: [String] = []

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() async throws {
    let arguments = try StoreArguments(words)
    let session = try StoreSession.reading(arguments.store)
    var findings = 0
    var marks = 0
    let number: Int
    do {
      number = try StoreVerifier(session.reader).verify { finding in
        findings += 1
        let instance = finding.instance.map { Value($0.rawValue) } ?? .null
        tell(finding.description, ["instance": instance, "finding": .string(finding.sentence)])
      } note: { mark in
        marks += 1
        tell(
          mark.description,
          [
            "instance": Value(mark.instance.rawValue), "corruptedAt": .string(mark.at.iso8601),
            "state": .string(mark.state.name), "reason": .string(mark.reason),
          ])
      }
    } catch {
      throw CommandFailure(error)
    }
    if json {
      StandardOutput.json(["instances": Value(number), "findings": Value(findings), "corrupted": Value(marks)])
    } else {
      let marked = marks == 0 ? "" : ", \(marks) of them marked as corrupted"
      let found = findings == 0 ? "nothing" : "\(findings) things"
      StandardOutput.line("\(number) instances looked at\(marked), \(found) found")
    }
    if findings > 0 { throw CommandFailure(.failed, "the store is damaged: keep a copy before anything else") }
  }

  private func tell(_ sentence: String, _ value: Value) {
    // Both quote what is stored, which may come from outside.
    if json { StandardOutput.json(value) } else { StandardOutput.line(SafeText(untrusted: sentence).string) }
  }
}

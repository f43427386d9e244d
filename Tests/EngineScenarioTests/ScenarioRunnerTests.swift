import EngineCore
import EngineTestKit
import Testing

@Suite("The runner of scenario scripts")
struct ScenarioRunnerTests {
  private func run(_ text: String) throws -> ScenarioResult {
    try ScenarioRunner(try ScenarioScript(text, file: "x.txt"), read: ScenarioFile.read).run()
  }

  private static let sequence = """
    # Two steps.

    define
    process: p
    nodes:
      a: {service: a, next: b}
      b: {service: b, next: end}
    ----
    p@1

    start
    ----
    the instance started
    a started

    done a
    ----
    a completed
    b started

    """

  @Test("is content with a script that is right")
  func right() throws {
    let result = try run(Self.sequence)
    #expect(result.isAsExpected, "\(result.differences)")
    #expect(result.recorded == Self.sequence)
  }

  @Test("shows what is missing and what is too much, with the lines of the file")
  func wrong() throws {
    let text = Self.sequence.replacing("a completed\nb started", with: "a completed\nc started\nb started")
    let result = try run(text)
    #expect(
      result.differences == [
        """
        x.txt:16: done a
           18   a completed
           19 - c started
           20   b started
        """
      ])
    #expect(result.recorded == Self.sequence)
  }

  @Test("does not take another order for the same")
  func order() throws {
    let result = try run(Self.sequence.replacing("a completed\nb started", with: "b started\na completed"))
    #expect(!result.isAsExpected)
  }

  @Test("notices when a step that should follow does not")
  func missing() throws {
    let text = Self.sequence.replacing("next: b}", with: "next: c}\n  c: {wait: 1h, next: b}")
    let result = try run(text)
    #expect(result.differences.map { $0.prefix(16) } == ["x.txt:17: done a"])
    #expect(result.outputs.last == ["a completed", "c goes on in 1 h"])
  }

  @Test(
    "names file and line of what it cannot read",
    arguments: [
      ("start\n----\n", "x.txt:1: the first line must say what the script is for: `# A sentence.`"),
      ("# A.\n", "x.txt:1: the script has no command"),
      ("# A.\n\nstart\n", "x.txt:3: `start` has no `----` after it"),
      ("# A.\n\nstrat\n----\n", "x.txt:3: there is no command `strat`"),
      ("# A.\n\nstart\n----\n", "x.txt:3: no process is defined"),
      ("# A.\n\npass\n----\n", "x.txt:3: `pass` needs a duration"),
      ("# A.\n\npass soon\n----\n", "x.txt:3: `soon` is no duration such as 30s or PT5M"),
      ("# A.\n\npass 5s twice=1\n----\n", "x.txt:3: `pass` has no option `twice`"),
      ("# A.\n\nset {a: }\n----\n", "x.txt:3: the value cannot be read: "),
      ("# A.\n\npass 5s\ndone a\n----\n", "x.txt:3: `pass` takes no input"),
      ("# A.\n\ntogether\npass 1s\nfly\n----\n", "x.txt:5: there is no command `fly`"),
    ])
  func unreadable(text: String, message: String) {
    let error = #expect(throws: ScenarioError.self) { try run(text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test("refuses nodes that the process does not have, and things that are not open")
  func unknownNode() throws {
    #expect(throws: ScenarioError(file: "x.txt", line: 21, "instance 1 has no node `c`")) {
      try run(Self.sequence + "\ndone c\n----\n")
    }
    #expect(throws: ScenarioError(file: "x.txt", line: 21, "no timer is pending at `a`")) {
      try run(Self.sequence + "\nfire a\n----\n")
    }
  }

  @Test("records a script that has no expectations yet")
  func record() throws {
    let bare = "# Two steps.\n\ndefine\nprocess: p\nnodes:\n  a: {service: a, next: end}\n----\n\nstart\n----\n"
    let recorded = try run(bare).recorded
    #expect(recorded.hasSuffix("----\np@1\n\nstart\n----\nthe instance started\na started\n"))
    #expect(try run(recorded).isAsExpected)
  }
}

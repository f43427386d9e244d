/// A readable test of the engine: a process, what happens to it, and what must come of each of these.
///
///     # A failed step is tried again after its pause.
///
///     define
///     process: order
///     nodes:
///       charge: {service: charge, retry: {attempts: 2, backoff: 5s}, next: end}
///     ----
///     order@1
///
///     start
///     ----
///     charge started
///
///     fail charge DECLINED
///     ----
///     charge failed (DECLINED), attempt 1 of 2; tries again in 5 s
///
/// The form is that of etcd/raft's testdata: one command a block, `----`, and under it what comes out, up to an empty
/// line. Lines between the command and `----` are its input. Lines that begin with `#` before a block are comments; the
/// first one says what the script is for. `ScenarioRunner` says which commands there are.
package struct ScenarioScript: Sendable {
  /// The path as errors name it.
  package let file: String
  /// What the script is for, in one sentence.
  package let title: String
  package let blocks: [Block]
  private let lines: [String]

  /// One command with what must come of it.
  package struct Block: Sendable {
    /// The line of the command, from 1.
    package let line: Int
    package let command: String
    /// What stands under the command.
    package let input: [String]
    /// What stands under `----`.
    package let expected: [String]
    /// The line of the first expected line.
    package let expectedLine: Int
  }

  private static let separator = "----"

  /// Takes a script apart.
  package init(_ text: String, file: String) throws(ScenarioError) {
    self.file = file
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    self.lines = lines
    guard let first = lines.first, first.hasPrefix("# ") else {
      throw ScenarioError(file: file, line: 1, "the first line must say what the script is for: `# A sentence.`")
    }
    title = String(first.dropFirst(2))
    var blocks: [Block] = []
    var index = 1
    while index < lines.count {
      if lines[index].isEmpty || lines[index].hasPrefix("#") {
        index += 1
        continue
      }
      blocks.append(try Self.block(at: &index, in: lines, file))
    }
    guard !blocks.isEmpty else { throw ScenarioError(file: file, line: 1, "the script has no command") }
    self.blocks = blocks
  }

  private static func block(at index: inout Int, in lines: [String], _ file: String) throws(ScenarioError) -> Block {
    let start = index
    guard let end = lines[start...].firstIndex(of: separator) else {
      throw ScenarioError(file: file, line: start + 1, "`\(lines[start])` has no `----` after it")
    }
    let last = lines[end...].dropFirst().firstIndex(of: "") ?? lines.count
    index = last
    return Block(
      line: start + 1, command: lines[start], input: Array(lines[(start + 1)..<end]),
      expected: Array(lines[(end + 1)..<last]), expectedLine: end + 2)
  }

  /// The script with what came out in place of what was expected.
  package func recorded(_ outputs: [[String]]) -> String {
    var recorded: [String] = []
    var next = 0
    for (block, output) in zip(blocks, outputs) {
      let expected = block.expectedLine - 1
      recorded += lines[next..<expected] + output
      next = expected + block.expected.count
    }
    recorded += lines[next...]
    return recorded.joined(separator: "\n") + "\n"
  }
}

/// What is wrong with a script, with its place.
package struct ScenarioError: Error, CustomStringConvertible, Equatable {
  package let file: String
  package let line: Int
  package let message: String

  package init(file: String, line: Int, _ message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  /// `saga/order.txt:12: there is no command `strat``
  package var description: String { "\(file):\(line): \(message)" }
}

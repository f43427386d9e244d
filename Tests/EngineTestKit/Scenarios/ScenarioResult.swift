/// What came of a script.
package struct ScenarioResult: Sendable {
  package let script: ScenarioScript
  /// What came out of each block.
  package let outputs: [[String]]
  /// What is wrong with the store at the end.
  package let findings: [String]

  /// Whether everything came out as it must.
  package var isAsExpected: Bool { differences.isEmpty }

  /// The script as it would have to be for this to be right.
  package var recorded: String { script.recorded(outputs) }

  /// One text for each block that came out differently, and one for each finding.
  package var differences: [String] {
    let blocks = zip(script.blocks, outputs).compactMap { block, output -> String? in
      guard block.expected != output else { return nil }
      return "\(script.file):\(block.line): \(block.command)\n"
        + Self.comparison(block.expected, output, firstLine: block.expectedLine).joined(separator: "\n")
    }
    return blocks + findings.map { "\(script.file): at the end the store is not as it must be: \($0)" }
  }

  /// The lines of both side by side, in the manner of `diff -u`, with the line numbers of what was expected.
  private static func comparison(_ expected: [String], _ found: [String], firstLine: Int) -> [String] {
    let difference = found.difference(from: expected)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [String] = []
    var position = 0
    for (offset, line) in expected.enumerated() {
      while position < found.count, inserted.contains(position) {
        lines.append("      + \(found[position])")
        position += 1
      }
      let number = String(firstLine + offset)
      let place = String(repeating: " ", count: max(5 - number.count, 0)) + number
      lines.append("\(place) \(removed.contains(offset) ? "-" : " ") \(line)")
      if !removed.contains(offset) { position += 1 }
    }
    lines += found[position...].map { "      + \($0)" }
    return lines
  }
}

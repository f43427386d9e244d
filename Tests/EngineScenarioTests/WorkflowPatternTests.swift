import Foundation
import Testing

/// The table of the workflow patterns is kept by hand: what can be checked of it is.
@Suite("The table of workflow patterns")
struct WorkflowPatternTests {
  private struct Row {
    let number: Int
    let verdict: String
    let reason: String

    /// The scripts that it names.
    var scripts: [String] {
      reason.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 && $0.element.hasSuffix(".txt") }.map { String($0.element) }
    }
  }

  private static func rows() throws -> [Row] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = root.appending(path: "Sources/EngineCore/EngineCore.docc/WorkflowPatterns.md")
    return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 4, let number = Int(cells[0]) else { return nil }
      return Row(number: number, verdict: cells[2], reason: cells[3])
    }
  }

  @Test("has each of the 43 patterns once, in order")
  func complete() throws {
    #expect(try Self.rows().map(\.number) == Array(1...43))
  }

  @Test("names a script that exists for every pattern that can be said")
  func scripts() throws {
    let known = Set(ScenarioFile.all.map(\.name))
    for row in try Self.rows() {
      #expect(["supported", "built", "no"].contains(row.verdict), "no. \(row.number)")
      if row.verdict != "no" { #expect(!row.scripts.isEmpty, "no. \(row.number) names no script") }
      for script in row.scripts { #expect(known.contains(script), "no. \(row.number) names \(script)") }
    }
  }

  @Test("knows every script of the folder of patterns")
  func mentioned() throws {
    let named = Set(try Self.rows().flatMap(\.scripts))
    for file in ScenarioFile.all where file.name.hasPrefix("patterns/") {
      #expect(named.contains(file.name), "\(file.name) stands in no row")
    }
  }
}

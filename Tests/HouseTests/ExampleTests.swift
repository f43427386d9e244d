import Foundation
import Testing

/// The example of embedding is documentation that compiles.
@Suite("The example package")
struct ExampleTests {
  @Test("builds from outside with the library's public parts alone, and runs", .timeLimit(.minutes(10)))
  func runs() async throws {
    let folder = try TemporaryFolder()
    let options = ["--package-path", "demo/embed", "--scratch-path", ".build/embed"]
    let build = try await ProgramRun("swift", ["build"] + options)
    try #require(build.exitCode == 0, "\(build.output)\(build.complaints)")
    #expect(!build.output.contains("warning:"))

    let store = folder.url.appending(path: "tea.db").path
    let program = Repository.root.appending(path: ".build/embed/debug/embed").path
    let run = try await ProgramRun(program, [store])
    #expect(run.exitCode == 0, "\(run.complaints)")
    let lines = run.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let expected = [
      "500 g of tea: instance 1", "pay completed", "gift completed", "the instance completed",
      "1200 g of tea: instance 2", "weigh was undone", "the instance ended as compensated", "All of it is in \(store)",
    ]
    #expect(lines.filter(expected.contains) == expected)
  }
}

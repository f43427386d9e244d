import ConsoleCore
import ConsoleTestKit
import DefinitionFormats
import EngineCore
import Foundation
import Testing

/// What the README says is what the program does.
@Suite("The README is true")
struct ReadmeTests {
  private let readme: ReadmeDocument

  init() throws { readme = try ReadmeDocument() }

  @Test("its scripts are there and may be run")
  func scripts() throws {
    let named = readme.commands.compactMap(\.words.first).filter { $0.contains("/") }
    #expect(named == ["demo/run", "Tests/run"])
    let shell = Repository.files(below: "demo/scripts", withExtension: "sh").filter {
      (try? Repository.text($0))?.hasPrefix("#!") == true
    }
    #expect(!shell.isEmpty)
    for path in named.map({ Repository.root.appending(path: $0).path }) + shell.map(\.path) {
      #expect(FileManager.default.isExecutableFile(atPath: path), "\(path) may not be run")
    }
  }

  @Test("its commands and options are those of the program")
  func commands() async throws {
    let known = try await subcommands()
    let lines = readme.commands.filter { $0.words.first == "sagatop" }
    #expect(lines.count >= 10)
    for line in lines {
      let words = Array(line.words.dropFirst())
      let named = words.first { !$0.hasPrefix("-") } ?? ""
      let subcommand = named == "help" ? words[1] : known.contains(named) ? named : "console"
      #expect(known.contains(subcommand), "\(line): there is no \(subcommand)")
      if subcommand == "console", !named.isEmpty {
        #expect(named.contains(".") || named == "STORE", "\(line): \(named) is no command, and no store either")
      }
      let help = try await ProgramRun(sagatop, ["help", subcommand]).output
      for option in words where option.hasPrefix("--") {
        #expect(help.contains("  \(option) ") || option == "--help", "\(line): there is no \(option)")
      }
    }
  }

  @Test("its exit codes are those of the program's own help")
  func exitCodes() async throws {
    let help = Self.oneLine(try await ProgramRun(sagatop, ["--help"]).output)
    let start = try #require(help.range(of: "Exit codes: "))
    let codes = help[start.lowerBound...].prefix { $0 != "." }
    #expect(Self.oneLine(readme.text).contains(codes))
  }

  @Test("its workflow is valid and short")
  func definition() throws {
    let source = try #require(readme.blocks("yaml").first)
    let definition = try DefinitionReader.read(source, file: "README.md", handlers: ["exec", "log", "set", "simulate"])
    #expect(definition.saga == .global)
    #expect(source.split(separator: "\n").count <= 20)
  }

  @Test("its workflow undoes its first step when the second fails, as the text says")
  func firstRun() async throws {
    let folder = try TemporaryFolder()
    try write(folder)
    let target = folder.url.appending(path: "target").path
    let run = try await perform("run", in: folder) { $0.replacing("/tmp/backup-1", with: target) }
    #expect(run.exitCode == 1)
    #expect(run.output.contains("attempt 3 of 3"))
    #expect(run.output.contains("folder was undone"))
    #expect(run.output.contains("is compensated"))
    #expect(!FileManager.default.fileExists(atPath: target))
  }

  @Test("its workflow can be deployed and started")
  func deployment() async throws {
    let folder = try TemporaryFolder()
    try write(folder)
    #expect(try await perform("deploy", in: folder).exitCode == 0)
    #expect(try await perform("start", in: folder).exitCode == 0)
    let list = try await ProgramRun(sagatop, ["ls", "backups.db", "--json"], in: folder.url)
    #expect(list.output.contains("\"hosts\""))
  }

  @Test("its picture shows panes, keys and nodes that there are")
  func picture() throws {
    let lines = readme.picture
    #expect(lines.count >= 20)
    #expect(lines.allSatisfy { $0.count <= 120 })
    let panes = lines[2].split { " []".contains($0) }.map(String.init)
    #expect(panes == Pane.allCases.map(\.title.string))
    let hints = KeyTable.bindings(in: .instance(.why)).filter(\.isInFooter).compactMap { binding in
      binding.keys.first.map { $0.label.string + " " + binding.label.string }
    }
    let foot = try #require(lines.last).split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(foot.count >= 4)
    for hint in foot { #expect(hints.contains(hint), "the foot says \(hint)") }
    let file = Repository.root.appending(path: "demo/fulfilment.yaml")
    let definition = try DefinitionReader.read(try Repository.text(file), file: "fulfilment.yaml")
    for node in definition.nodes { #expect(readme.picture.contains { $0.contains(node.id) }, "no \(node.id) is drawn") }
  }

  @Test("its Swift stands in the example package")
  func embedding() throws {
    let example = try Repository.files(below: "demo/embed/Sources", withExtension: "swift").map(Repository.text)
      .joined(separator: "\n")
    let lines = readme.blocks("swift").flatMap { $0.split(separator: "\n") }
    #expect(lines.count >= 10)
    for line in lines {
      let code = line.trimmingCharacters(in: .whitespaces)
      #expect(example.contains(code), "\(code) is not in demo/embed")
    }
  }

  private var sagatop: String { TestProducts.path("sagatop") }

  private func subcommands() async throws -> Set<String> {
    let help = try await ProgramRun(sagatop, ["--help"]).output
    let entries = help.split(separator: "\n").filter { line in
      line.hasPrefix("  ") && !line.hasPrefix("   ") && !line.hasPrefix("  -")
    }
    return Set(entries.compactMap { $0.split(separator: " ").first.map(String.init) })
  }

  private func write(_ folder: TemporaryFolder) throws {
    let source = try #require(readme.blocks("yaml").first)
    try Data(source.utf8).write(to: folder.url.appending(path: "backup.yaml"))
  }

  /// Runs the README's own command line of a subcommand.
  private func perform(
    _ subcommand: String, in folder: TemporaryFolder, changing change: (String) -> String = { $0 }
  ) async throws -> ProgramRun {
    let line = try #require(readme.commands.first { $0.words.prefix(2) == ["sagatop", subcommand] })
    return try await ProgramRun(sagatop, line.words.dropFirst().map(change), in: folder.url)
  }

  private static func oneLine(_ text: String) -> String {
    text.split { $0.isWhitespace }.joined(separator: " ")
  }
}

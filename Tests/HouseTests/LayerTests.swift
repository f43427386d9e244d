import Foundation
import Testing

/// The layers of the house: which target may import what. The compiler's own check misses transitive imports.
@Suite("The layers hold")
struct LayerTests {
  /// A target with everything that its files may import.
  struct Layer: Sendable, CustomTestStringConvertible {
    let folder: String
    let imports: Set<String>
    var testDescription: String { folder }
  }

  static let layers: [Layer] = {
    let system: Set<String> = ["FoundationEssentials", "Glibc", "Synchronization"]
    let runtime = system.union(["EngineCore", "DequeModule", "HeapModule"])
    let storage = system.union(["EngineCore", "EngineRuntime"])
    let console = system.union(["EngineCore", "ConsoleCore"])
    return [
      Layer(folder: "EngineCore", imports: ["FoundationEssentials"]),
      Layer(folder: "EngineRuntime", imports: runtime),
      Layer(folder: "EngineStorage", imports: storage),
      Layer(
        folder: "EngineAdapters/SQLite", imports: storage.union(["EngineStorage", "CSQLite", "GRDB", "GRDBSQLite"])),
      Layer(folder: "DefinitionFormats", imports: ["FoundationEssentials", "EngineCore", "Yams"]),
      Layer(
        folder: "BuiltinHandlers",
        imports: system.union([
          "EngineCore", "EngineRuntime", "Subprocess", "Logging", "System", "SystemPackage", "Dispatch",
        ])),
      Layer(folder: "ConsoleCore", imports: ["FoundationEssentials", "EngineCore"]),
      Layer(folder: "ConsoleView", imports: ["FoundationEssentials", "EngineCore", "ConsoleCore", "Yams"]),
      Layer(folder: "ConsoleTerminal", imports: console.union(["ConsoleView", "CNcurses", "CTerminal"])),
    ]
  }()

  @Test("a target imports only what its layer allows", arguments: layers)
  func imports(layer: Layer) throws {
    let files = Repository.files(below: "Sources/" + layer.folder, withExtension: "swift")
    #expect(!files.isEmpty)
    for file in files {
      for line in try Repository.text(file).split(separator: "\n") {
        guard let module = Self.importedModule(line) else { continue }
        #expect(layer.imports.contains(module), "\(Repository.name(file)) imports \(module)")
      }
    }
  }

  @Test(
    "the pure targets read no clock, take no chance and do nothing outside",
    arguments: ["EngineCore", "ConsoleCore", "ConsoleView"])
  func purity(folder: String) throws {
    let banned = [
      "Date()", "Date.now", "UUID()", ".random(", "SystemRandomNumberGenerator", "ContinuousClock", "SuspendingClock",
      "FileManager", "ProcessInfo", " await ", "async ", " Task {", "print(", "getenv(", "Thread.",
    ]
    for file in Repository.files(below: "Sources/" + folder, withExtension: "swift") {
      for (number, line) in try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        let code = line.prefix { $0 != "/" || !line.contains("//") }
        for call in banned where code.contains(call) {
          Issue.record("\(Repository.name(file)):\(number + 1) uses \(call)")
        }
      }
    }
  }

  private static func importedModule(_ line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let index = words.firstIndex(of: "import"),
      words.prefix(index).allSatisfy({ $0.hasPrefix("@") || ["public", "package", "internal", "private"].contains($0) })
    else { return nil }
    return words.dropFirst(index + 1).last.map { String($0.split(separator: ".")[0]) }
  }
}

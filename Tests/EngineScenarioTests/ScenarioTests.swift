import DefinitionFormats
import EngineCore
import EngineTestKit
import Foundation
import Testing

/// Every script in `Scripts`.
///
/// After a change that is meant, `SAGATOP_RECORD=1 swift test --filter ScenarioTests` writes what comes out into the
/// scripts; read the difference before you keep it.
@Suite("Scenario scripts")
struct ScenarioTests {
  @Test("come out as they say", arguments: ScenarioFile.all)
  func script(file: ScenarioFile) throws {
    let script = try ScenarioScript(try file.text(), file: file.name)
    let result = try ScenarioRunner(script, read: ScenarioFile.read).run()
    if ScenarioFile.isRecording, result.recorded != (try file.text()) {
      try file.write(result.recorded)
      Issue.record("\(file.name) was recorded anew: read the difference")
    } else {
      for difference in result.differences { Issue.record("\(difference)") }
    }
  }

  @Test("are at least as many as were promised, each with a purpose of its own")
  func number() throws {
    let titles = try ScenarioFile.all.map { try ScenarioScript(try $0.text(), file: $0.name).title }
    #expect(titles.count >= ScenarioFile.promised)
    #expect(Set(titles).count == titles.count)
    for title in titles { #expect(title.hasSuffix("."), "\(title)") }
  }
}

/// A script on disk.
struct ScenarioFile: Sendable, CustomTestStringConvertible {
  /// How many scripts there must be.
  static let promised = 120

  /// The path from the folder of all scripts.
  let name: String
  var testDescription: String { name }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts")
  static let isRecording = ProcessInfo.processInfo.environment["SAGATOP_RECORD"] != nil

  static let all: [ScenarioFile] = {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".txt") }.sorted().map { ScenarioFile(name: $0) }
  }()

  func text() throws -> String { try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8) }

  func write(_ text: String) throws {
    try text.write(to: Self.folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  static func read(_ text: String, file: String) throws(UnreadableDefinition) -> ProcessDefinition {
    do {
      return try DefinitionReader.read(text, file: file)
    } catch {
      throw UnreadableDefinition(lines: error.description.split(separator: "\n").map(String.init))
    }
  }
}

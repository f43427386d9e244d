import EngineCore
import Foundation
import Testing

@testable import DefinitionFormats

@Suite("The page about the words of a definition")
struct LanguagePageTests {
  private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/DefinitionFormats/DefinitionFormats.docc/Language.md")

  /// The examples of the page, in order.
  private static let examples: [String] = {
    let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "```yaml\n").dropFirst().map {
      $0.components(separatedBy: "\n```")[0]
    }
  }()

  @Test("each example is a definition that can be deployed", arguments: examples)
  func isDefinition(_ text: String) throws {
    _ = try DefinitionReader.read(text, file: "example.yaml")
  }

  @Test("every word that a node can have is shown")
  func words() throws {
    let shown = Self.examples.joined(separator: "\n")
    for word in NodeWord.allCases where word != .custom {
      #expect(shown.contains("\(word.rawValue):"), "\(word.rawValue) is not shown")
    }
    for key in DefinitionKeys.process + DefinitionKeys.triggers where key != "name" {
      #expect(shown.contains("\(key):"), "\(key) is not shown")
    }
  }
}

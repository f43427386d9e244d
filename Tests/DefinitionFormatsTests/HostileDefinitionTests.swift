import DefinitionFormats
import EngineCore
import Testing

@Suite("Hostile text")
struct HostileDefinitionTests {
  private static let pieces = [
    "\t", "\n", "\r", "  ", ": ", "- ", "? ", "{", "}", "[", "]", ",", "&a ", "*a ", "!!str ", "'", "\"", "\\", "=",
    "#",
    "|\n", ">\n", "---\n", "...\n", "%YAML 1.2\n", "<<: ", "\u{0}", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{E000}", "😀",
    "\\ud83d", "\\u0000", "end", "next", "nodes:", "1e999", "-1", "~", "null", "=1 +", "99999999999999999999d",
  ]

  @Test("of thousands of kinds is answered, never crashed on", arguments: [1, 2, 3, 4] as [UInt64])
  func mutations(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let samples = [Samples.orderFulfilment, Samples.everything].map { Array($0.unicodeScalars) }
    var refused = 0
    for _ in 0..<750 {
      var scalars = generator.pick(samples)
      for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&scalars, &generator) }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      do throws(DefinitionErrors) {
        let definition = try DefinitionReader.read(String(text), file: "f")
        #expect(DefinitionValidator.issues(in: definition).isEmpty)
      } catch {
        refused += 1
        #expect(!error.errors.isEmpty)
        let lines = text.count { $0.properties.generalCategory == .control || $0.value > 0x2000 } + 1
        #expect(error.errors.allSatisfy { $0.line >= 1 && $0.line <= lines && $0.column >= 1 }, "\(error) \(lines)")
      }
    }
    #expect(refused > 300)
  }

  private static func mutate(_ scalars: inout [Unicode.Scalar], _ generator: inout SeededGenerator) {
    let position = Int.random(in: 0..<max(1, scalars.count), using: &generator)
    let end = min(scalars.count, position + Int.random(in: 0..<12, using: &generator))
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: scalars.removeSubrange(position..<end)
    case 1: scalars.insert(contentsOf: generator.pick(pieces).unicodeScalars, at: position)
    case 2: scalars.replaceSubrange(position..<end, with: generator.pick(pieces).unicodeScalars)
    case 3:
      scalars.insert(contentsOf: scalars[position..<end], at: Int.random(in: 0...scalars.count, using: &generator))
    default:
      let lineStart = scalars[..<position].lastIndex(of: "\n") ?? 0
      let lineEnd = scalars[position...].firstIndex(of: "\n") ?? scalars.count
      let line = scalars[lineStart..<lineEnd]
      scalars.insert(contentsOf: line, at: Int.random(in: 0...1, using: &generator) == 0 ? lineStart : lineEnd)
    }
  }

  @Test(
    "that is deep, long or made of aliases is refused in a moment",
    arguments: [
      String(repeating: "[", count: 200_000), String(repeating: "{a: ", count: 50_000),
      String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
      "a: " + String(repeating: "'", count: 300_001), String(repeating: "a: b\n", count: 2_000),
      String(repeating: "x", count: DefinitionReader.maximumBytes + 1), aliases(levels: 40, asKeys: false),
      aliases(levels: 40, asKeys: true), aliases(levels: 3, asKeys: false),
    ].map(Hostile.init))
  func extremes(hostile: Hostile) {
    let error = #expect(throws: DefinitionErrors.self) { try DefinitionReader.read(hostile.text, file: "f") }
    #expect(error?.errors.isEmpty == false)
  }

  @Test("with very many mistakes is answered with the first of them and their number")
  func manyMistakes() {
    let nodes = (1...200).map { "  n\($0): {wait: \($0), next: end}" }.joined(separator: "\n")
    let error = #expect(throws: DefinitionErrors.self) {
      try DefinitionReader.read("process: p\nnodes:\n" + nodes, file: "f")
    }
    #expect(error?.errors.count == 50)
    #expect(error?.errors.first?.line == 3)
    #expect(error?.description.hasSuffix("… and 150 more.") ?? false)
  }

  /// A text in which each line means twice the one before it.
  private static func aliases(levels: Int, asKeys: Bool) -> String {
    var text = "a0: &a0 [x]\n"
    for level in 1...levels {
      let list = "[*a\(level - 1), *a\(level - 1)]"
      text += asKeys ? "a\(level): &a\(level) {? \(list) : x}\n" : "a\(level): &a\(level) \(list)\n"
    }
    return text
  }
}

/// A long text with a short description.
struct Hostile: Sendable, CustomTestStringConvertible {
  let text: String
  var testDescription: String { "\(text.utf8.count) bytes beginning with \(text.prefix(12))" }
}

/// A small generator of random numbers (SplitMix64) whose seed repeats a run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }
}

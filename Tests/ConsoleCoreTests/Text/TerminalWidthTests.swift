import Glibc
import Testing

@testable import ConsoleCore

@Suite("Width of characters")
struct TerminalWidthTests {
  @Test("every scalar that is let through has the width that the C library gives it")
  func agreesWithTheSystem() throws {
    let locale = try #require(newlocale(LC_CTYPE_MASK, "C.UTF-8", nil))
    let before = uselocale(locale)
    defer {
      uselocale(before)
      freelocale(locale)
    }
    // The header shows the function to programs of X/Open only.
    let symbol = try #require(dlsym(nil, "wcwidth"))
    let wcwidth = unsafeBitCast(symbol, to: (@convention(c) (wchar_t) -> Int32).self)
    var disagreements: [String] = []
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let system = Int(wcwidth(wchar_t(value)))
      let agrees =
        switch TerminalWidth.classify(scalar) {
        case .columns(let columns): columns == system
        case .combining: system == 0
        case .refused: true
        }
      if !agrees { disagreements.append(String(value, radix: 16)) }
    }
    #expect(disagreements.isEmpty)
  }

  @Test("what Unicode calls control, format, separator of lines or ignorable is refused")
  func refusesTheInvisible() {
    var passed: [String] = []
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value), TerminalWidth.classify(scalar) != .refused else { continue }
      let properties = scalar.properties
      let category = properties.generalCategory
      let isInvisible = [.control, .format, .lineSeparator, .paragraphSeparator].contains(category)
      if isInvisible || properties.isDefaultIgnorableCodePoint { passed.append(String(value, radix: 16)) }
    }
    #expect(passed.isEmpty)
  }

  @Test("the tables are ascending and do not touch each other", arguments: ["zero", "two", "refused"])
  func tables(name: String) throws {
    let table = try #require(
      ["zero": TerminalWidth.zero, "two": TerminalWidth.two, "refused": TerminalWidth.refused][name])
    #expect(table.count.isMultiple(of: 2))
    for index in stride(from: 0, to: table.count, by: 2) {
      #expect(table[index] <= table[index + 1])
      if index > 0 { #expect(table[index - 1] + 1 < table[index]) }
    }
  }
}

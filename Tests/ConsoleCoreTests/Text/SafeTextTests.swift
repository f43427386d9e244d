import Testing

@testable import ConsoleCore

@Suite("Safe text")
struct SafeTextTests {
  @Test(
    "whatever a terminal would obey is replaced visibly",
    arguments: [
      ("\u{1B}[2J", "␛[2J"), ("a\u{07}b", "a␇b"), ("\u{7F}", "␡"), ("\u{9B}31m", "�31m"), ("a\nb", "a␊b"),
      ("a\r\nb", "a␊b"), ("a\rb", "a␊b"), ("\t", "␉"), ("\u{0}", "␀"),
    ])
  func controls(hostile: String, shown: String) {
    #expect(SafeText(untrusted: hostile).string == shown)
  }

  @Test(
    "whatever could not be seen is replaced visibly",
    arguments: [
      0x200B, 0x200D, 0x200E, 0x202E, 0x2066, 0x2069, 0x061C, 0xFEFF, 0x00AD, 0x2028, 0x2029, 0xE0041, 0x180E, 0x115F,
      0x3164, 0xFFA0, 0x2060, 0xFFF9, 0x0378, 0x10FFFF,
    ])
  func invisible(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let text = SafeText(untrusted: "a\(String(scalar))b")
    #expect(text.string == "a\u{FFFD}b")
    #expect(text.columns == 3)
  }

  @Test("text that cannot turn around or hide comes through untouched")
  func harmless() {
    for text in ["order-17 (a/b)", "Zürich", "漢字かな", "한글", "привет", "🚀 liftoff", "e\u{301}"] {
      #expect(SafeText(untrusted: text).string == text)
    }
  }

  @Test("a pile of combining marks on one letter is capped")
  func zalgo() {
    let text = SafeText(untrusted: "a" + String(repeating: "\u{301}", count: 500) + "b")
    #expect(text.string.unicodeScalars.count == 5)
    #expect(text.columns == 3)
  }

  @Test("a combining mark with nothing below it gets a carrier", arguments: ["\u{301}x", "\u{1B}\u{301}x"])
  func unpairedMark(hostile: String) {
    #expect(SafeText(untrusted: hostile).string.unicodeScalars.contains("\u{25CC}"))
  }

  @Test("the request for a coloured emoji is dropped, since terminals disagree about its width")
  func variationSelector() {
    #expect(SafeText(untrusted: "⚠\u{FE0F} hot").string == "⚠ hot")
    #expect(SafeText(untrusted: "a\u{FE0F}").string == "a\u{FFFD}")
    #expect(SafeText(untrusted: "⚠\u{FE0F}\u{FE0F}").string == "⚠\u{FFFD}")
  }

  @Test("a text without end is cut, and says so")
  func length() {
    for piece in ["x", "é"] {
      let text = SafeText(untrusted: String(repeating: piece, count: 1_000_000))
      #expect(text.columns == SafeText.scalarLimit + 1)
      #expect(text.string.last == "…")
    }
  }

  @Test(
    "columns are counted as the terminal counts them",
    arguments: [("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("🚀", 2), ("", 0), ("Zürich", 6), ("●", 1), ("한", 2)])
  func columns(text: String, columns: Int) {
    #expect(SafeText(untrusted: text).columns == columns)
  }

  @Test("every sequence of hostile scalars makes a text of known columns without anything to obey")
  func anything() {
    let pieces: [String] = ["a", "漢", "\u{301}", "\u{1B}", "\u{202E}", "\n", "🚀", "\u{200D}", "\u{FE0F}", "\u{E0041}"]
    for first in pieces {
      for second in pieces {
        for third in pieces {
          let text = SafeText(untrusted: first + second + third)
          let widths = text.string.unicodeScalars.map(TerminalWidth.classify)
          #expect(!widths.contains(.refused))
          #expect(text.string.unicodeScalars.map(TerminalWidth.columns).reduce(0, +) == text.columns)
        }
      }
    }
  }

  @Test("literals, safe texts and integers can be put together")
  func interpolation() {
    let name = SafeText(untrusted: "a\u{1B}b")
    let text: SafeText = "\(name): \(3) of \(UInt8(7))"
    #expect(text.string == "a␛b: 3 of 7")
    #expect(text.columns == 11)
  }
}

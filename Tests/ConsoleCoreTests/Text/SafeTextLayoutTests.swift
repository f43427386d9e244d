import Testing

@testable import ConsoleCore

@Suite("Layout of safe text")
struct SafeTextLayoutTests {
  @Test(
    "a clipped text fits and ends in an ellipsis",
    arguments: [
      ("orders", 6, "orders"), ("orders", 5, "orde…"), ("orders", 1, "…"), ("orders", 0, ""), ("orders", -1, ""),
      ("漢字漢字", 8, "漢字漢字"), ("漢字漢字", 7, "漢字漢…"), ("漢字漢字", 6, "漢字…"), ("漢字", 2, "…"),
    ])
  func clipped(text: String, limit: Int, expected: String) {
    let clipped = SafeText(untrusted: text).clipped(to: limit)
    #expect(clipped.string == expected)
    #expect(clipped.columns <= max(0, limit))
  }

  @Test("an ellipsis wider than the place is cut itself")
  func longEllipsis() {
    #expect(SafeText("orders").clipped(to: 2, ellipsis: "...").string == "..")
    #expect(SafeText("orders").clipped(to: 4, ellipsis: "...").string == "o...")
  }

  @Test(
    "a padded text has the width that was asked for",
    arguments: [
      (SafeText.Alignment.left, "ab   "), (.right, "   ab"), (.centre, " ab  "),
    ])
  func padded(alignment: SafeText.Alignment, expected: String) {
    #expect(SafeText("ab").padded(to: 5, alignment: alignment).string == expected)
  }

  @Test("a fitted text has exactly the width that was asked for", arguments: 0...9)
  func fitted(width: Int) {
    #expect(SafeText("a漢b字c").fitted(to: width).columns == width)
  }

  @Test("panning keeps the columns in place even where it cuts a wide character")
  func dropping() {
    let text: SafeText = "a漢b字"
    #expect(text.dropping(0).string == "a漢b字")
    #expect(text.dropping(1).string == "漢b字")
    #expect(text.dropping(2).string == " b字")
    #expect(text.dropping(3).string == "b字")
    #expect(text.dropping(6).isEmpty)
    for count in 0...6 { #expect(text.dropping(count).columns == 6 - count) }
  }

  @Test("a paragraph is broken at spaces, and within a word only where it must be")
  func wrapped() {
    let text: SafeText = "the token waits for a message"
    #expect(text.wrapped(to: 10).map(\.string) == ["the token", "waits for", "a message"])
    #expect(SafeText("abcdefgh").wrapped(to: 3).map(\.string) == ["abc", "def", "gh"])
    #expect(SafeText("漢字漢").wrapped(to: 1).map(\.columns) == [2, 2, 2])
    #expect(SafeText("").wrapped(to: 5).count == 1)
    #expect(text.wrapped(to: 0).isEmpty)
  }

  @Test("no word is lost by wrapping, whatever the width", arguments: 1...30)
  func wrappingKeepsWords(width: Int) {
    let text: SafeText = "compensation halts in order: 漢字 refund first, then release of stock"
    let lines = text.wrapped(to: width)
    #expect(lines.map(\.string).joined().filter { $0 != " " } == text.string.filter { $0 != " " })
    #expect(lines.allSatisfy { $0.columns <= max(2, width) })
  }

  @Test("the lines of a program's output are made safe one by one")
  func lines() {
    let lines = SafeText.lines(untrusted: "one\ttwo\r\n\u{1B}[31mred\n\nlast\n", limit: 10)
    #expect(lines.map(\.string) == ["one     two", "␛[31mred", "", "last"])
    #expect(SafeText.lines(untrusted: "a\nb\nc", limit: 2).map(\.string) == ["a", "b"])
  }

  @Test("texts are joined with a separator between them")
  func joined() {
    #expect(["a", "b", "c"].map { SafeText(untrusted: $0) }.joined(separator: ", ").string == "a, b, c")
  }
}

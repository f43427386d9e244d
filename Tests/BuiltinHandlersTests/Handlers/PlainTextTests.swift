import Testing

@testable import BuiltinHandlers

@Suite("Text from outside")
struct PlainTextTests {
  @Test(
    "whatever steers a terminal is written as an escape",
    arguments: [
      ("plain ä 漢 👍", "plain ä 漢 👍"), ("a\r\nb\tc", "a\\r\\nb\\tc"), ("\u{1B}]0;x\u{7}", "\\u{1b}]0;x\\u{7}"),
      ("\u{9B}1m\u{0}", "\\u{9b}1m\\u{0}"), ("\u{202E}\u{2028}\u{E000}", "\\u{202e}\\u{2028}\\u{e000}"),
    ])
  func oneLine(text: String, plain: String) {
    #expect(PlainText.oneLine(text) == plain)
  }

  @Test("the last line is the last one that says something")
  func lastLine() {
    #expect(PlainText.lastLine(of: "first\n  second \n\n \t\n") == "second ")
    #expect(PlainText.lastLine(of: " \n") == nil)
    #expect(PlainText.lastLine(of: "abcdef", limit: 3) == "abc…")
  }
}

import Testing

@testable import EngineCore

@Suite("Errors and lengths of time in words")
struct ErrorTextTests {
  @Test(
    "an error never says the same thing twice",
    arguments: [
      ("exit 1", "card declined", "exit 1: card declined"),
      ("exit 1", "exit 1", "exit 1"),
      ("exit 1", "exit 1: no space left", "exit 1: no space left"),
      ("TIMEOUT", "", "TIMEOUT"),
      ("", "only words", "only words"),
      ("exit 1", "\n  first line\nsecond line", "exit 1: first line"),
    ])
  func brief(_ code: String, _ message: String, _ text: String) {
    #expect(ErrorText.brief(code: code, message: message) == text)
  }

  @Test("a long error is cut and says so")
  func cut() {
    let text = ErrorText.brief(code: "E", message: String(repeating: "x", count: 500), limit: 40)
    #expect(text.count == 40)
    #expect(text.hasSuffix("…"))
  }

  @Test(
    "a length of time is said in two units at most",
    arguments: [
      (Duration.zero, "0 s"), (.microseconds(500), "under 1 ms"), (.milliseconds(350), "350 ms"),
      (.milliseconds(1500), "1.5 s"), (.seconds(4), "4 s"), (.seconds(90), "1 min 30 s"), (.seconds(3600), "1 h"),
      (.seconds(3600 * 28 + 59), "1 d 4 h"), (.seconds(-4), "4 s"),
    ])
  func spoken(_ duration: Duration, _ text: String) {
    #expect(duration.spoken == text)
  }
}

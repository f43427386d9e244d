import Testing

@testable import ConsoleCore

@Suite("Keys")
struct KeyPressTests {
  @Test(
    "a key is written as it is read",
    arguments: [
      "R", "r", "/", "?", "1", "ctrl-d", "ctrl-space", "F1", "F12", "space", "up", "pgup", "pgdn", "enter", "esc",
      "tab",
      "shift-tab", "backspace", "del", "ins", "home", "end", "é",
    ])
  func roundTrip(name: String) throws {
    #expect(try #require(KeyPress(name: name)).label.string == name)
  }

  @Test("names mean the keys that they say")
  func meaning() {
    #expect(KeyPress(name: "ctrl-D") == .control("d"))
    #expect(KeyPress(name: "PgUp") == .pageUp)
    #expect(KeyPress(name: "F") == .character("F"))
    #expect(KeyPress(name: "F10") == .function(10))
  }

  @Test(
    "what is no key is not taken for one",
    arguments: ["", "F0", "F21", "ctrl-", "ctrl-dd", "hyper-x", "\u{1B}", "ctrl-ä"])
  func refused(name: String) {
    #expect(KeyPress(name: name) == nil)
  }
}

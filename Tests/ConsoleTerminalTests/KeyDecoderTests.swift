import ConsoleCore
import Testing

@testable import ConsoleTerminal

@Suite("Decoding of keys")
struct KeyDecoderTests {
  private func decode(_ text: String) -> [KeyPress] {
    var decoder = KeyDecoder()
    return text.unicodeScalars.flatMap { decoder.feed(.scalar($0.value)) } + decoder.flush()
  }

  @Test(
    "control keys and characters",
    arguments: [
      ("a", [.character("a")]), ("é漢", [.character("é"), .character("漢")]), ("\u{04}", [.control("d")]),
      ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]), ("\u{08}", [.backspace]),
      ("\u{03}", [.control("c")]), ("\u{0}", [.control(" ")]), ("\u{1C}", [.control("\\")]), ("\u{9B}", []),
      ("\u{202E}", []),
    ] as [(String, [KeyPress])])
  func plain(text: String, keys: [KeyPress]) {
    #expect(decode(text) == keys)
  }

  @Test(
    "an escape stands alone when nothing follows, and begins a sequence otherwise",
    arguments: [
      ("\u{1B}", [.escape]), ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}q", [.escape, .character("q")]),
      ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}[5~", [.pageUp]), ("\u{1B}[Z", [.backTab]),
      ("\u{1B}OP", [.function(1)]), ("\u{1B}[24~", [.function(12)]), ("\u{1B}[1;5C", [.right]),
    ] as [(String, [KeyPress])])
  func sequences(text: String, keys: [KeyPress]) {
    #expect(decode(text) == keys)
  }

  @Test(
    "a sequence that means nothing to us leaves no letters behind",
    arguments: ["\u{1B}[?1;2c", "\u{1B}[99~", "\u{1B}[200;200R", "\u{1B}[", "\u{1B}O", "\u{1B}[<0;3;4m"])
  func unknown(text: String) {
    #expect(decode(text) == [])
    #expect(decode(text + "\u{1B}[A") == [.up] || text.hasSuffix("[") || text.hasSuffix("O"))
  }

  @Test("what is pasted is one text and never keys")
  func paste() {
    var decoder = KeyDecoder()
    var keys = decoder.feed(.pasteStart)
    for scalar in "X\u{1B}[A\rq".unicodeScalars { keys += decoder.feed(.scalar(scalar.value)) }
    keys += decoder.feed(.key(.up))
    #expect(keys.isEmpty)
    #expect(decoder.flush().isEmpty)
    #expect(decoder.feed(.pasteEnd) == [.paste("X\u{1B}[A\nq")])
    #expect(decoder.feed(.scalar(0x71)) == [.character("q")])
  }

  @Test("a paste without end is cut at its limit")
  func longPaste() throws {
    var decoder = KeyDecoder()
    _ = decoder.feed(.pasteStart)
    for _ in 0..<(KeyDecoder.pasteLimit + 10) { _ = decoder.feed(.scalar(0x78)) }
    guard case .paste(let text) = try #require(decoder.feed(.pasteEnd).first) else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == KeyDecoder.pasteLimit)
  }

  @Test(
    "clipboard text is encoded as RFC 4648 says",
    arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foobar", "Zm9vYmFy")])
  func base64(text: String, encoded: String) {
    #expect(String(decoding: Base64.encode(Array(text.utf8)), as: UTF8.self) == encoded)
  }
}

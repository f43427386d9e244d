import ConsoleView
import Testing

@Suite("Glyphs without UTF-8")
struct GlyphFallbackTests {
  @Test(
    "marks, lines and letters have an ASCII form",
    arguments: [
      ("─", "-"), ("│", "|"), ("┌", "+"), ("┼", "+"), ("═", "-"), ("║", "|"), ("●", "*"), ("✗", "x"), ("↶", "<"),
      ("◷", "@"), ("✓", "v"), ("…", "~"), ("é", "e"), ("Ž", "Z"), ("ß", "s"), ("漢", "?"), ("a", "a"), ("␛", "^"),
    ] as [(Unicode.Scalar, Unicode.Scalar)])
  func forms(scalar: Unicode.Scalar, expected: Unicode.Scalar) {
    #expect(GlyphFallback.ascii(for: scalar) == UInt8(ascii: expected))
  }

  @Test("every scalar has a printable form")
  func printable() {
    for value in UInt32(0x20)...0x2FFF where value != 0x7F {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect((0x20...0x7E).contains(GlyphFallback.ascii(for: scalar)))
    }
  }
}

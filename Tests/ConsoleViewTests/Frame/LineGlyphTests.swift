import ConsoleView
import Testing

@Suite("Lines")
struct LineGlyphTests {
  @Test("lines that meet are joined")
  func joining() {
    var frame = Frame(width: 3, height: 3)
    for x in 0..<3 { frame.connect(.horizontal, x: x, y: 1, role: .graphEdge) }
    for y in 0..<3 { frame.connect(.vertical, x: 1, y: y, role: .graphEdge) }
    frame.connect(.down, x: 0, y: 1, role: .graphEdge)
    #expect((0..<3).map(frame.text(row:)) == [" │", "┬┼─", " │"])
  }

  @Test("every combination of directions has a glyph of its own", arguments: UInt8(1)...15)
  func glyphs(rawValue: UInt8) {
    let directions = LineGlyph(rawValue: rawValue)
    #expect(LineGlyph(directions.glyph) == directions)
  }

  @Test("letters are no lines")
  func letters() {
    #expect(LineGlyph("x") == nil)
    #expect(LineGlyph(.space) == nil)
  }
}

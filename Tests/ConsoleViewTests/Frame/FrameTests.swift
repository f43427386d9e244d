import ConsoleCore
import ConsoleTestKit
import ConsoleView
import Testing

@Suite("Frames")
struct FrameTests {
  @Test("text is written where it is asked for and says how many columns it took")
  func writing() {
    var frame = Frame(width: 10, height: 2)
    #expect(frame.write("a漢b", x: 2, y: 1, role: .stateFailed) == 4)
    #expect(frame.text(row: 0) == "")
    #expect(frame.text(row: 1) == "  a漢b")
    #expect(frame[3, 1].glyph == "漢")
    #expect(frame[4, 1].glyph.isContinuation)
    #expect(frame[4, 1].role == .stateFailed)
    #expect(frame[6, 1] == .blank)
  }

  @Test("text stops at the width that it is given and never cuts a wide character")
  func width() {
    var frame = Frame(width: 10, height: 1)
    #expect(frame.write("漢字漢", x: 0, y: 0, width: 5) == 4)
    #expect(frame.text(row: 0) == "漢字")
    #expect(frame.write("abc", x: 0, y: 0, width: 0) == 0)
  }

  @Test("combining marks share the cell of their letter")
  func combining() {
    var frame = Frame(width: 4, height: 1)
    #expect(frame.write(SafeText(untrusted: "e\u{301}x"), x: 0, y: 0) == 2)
    #expect(frame[0, 0].glyph.base == "e")
    #expect(frame[0, 0].glyph.marks == ["\u{301}"])
    #expect(frame[1, 0].glyph == "x")
  }

  @Test("drawing outside of a frame changes nothing and does not trap")
  func clipping() {
    var frame = Frame(width: 5, height: 3)
    let empty = frame
    frame.write("hello", x: 0, y: -1)
    frame.write("hello", x: 0, y: 3)
    frame.write("hello", x: -5, y: 0)
    frame.write("hello", x: 5, y: 0)
    frame.put(Cell("漢"), x: 4, y: 0)
    frame.fill(Rect(x: 7, y: 7, width: 3, height: 3), with: Cell("x"))
    frame.horizontalLine(x: 5, y: 0, length: .max)
    frame.box(Rect(x: 10, y: 10, width: 4, height: 4), title: "far")
    frame.restyle(Rect(x: -9, y: -9, width: 3, height: 3)) { $0.role = .error }
    #expect(frame == empty)
    _ = Frame(width: -3, height: 2)
  }

  @Test("what reaches into the frame from the left is shown")
  func fromTheLeft() {
    var frame = Frame(width: 5, height: 1)
    frame.write("hello", x: -2, y: 0)
    #expect(frame.text(row: 0) == "llo")
    frame.write("漢字", x: -1, y: 0)
    #expect(frame[0, 0].glyph == "l")
    #expect(frame[1, 0].glyph == "字")
  }

  @Test("overwriting half of a wide character leaves no other half behind")
  func halves() {
    var frame = Frame(width: 6, height: 1)
    frame.write("漢字", x: 0, y: 0)
    frame.write("x", x: 1, y: 0)
    #expect(frame.text(row: 0) == " x字")
    frame.write("y", x: 2, y: 0)
    #expect(frame.text(row: 0) == " xy")
    frame.write("漢字", x: 0, y: 0)
    frame.write("語", x: 1, y: 0)
    #expect(frame.text(row: 0) == " 語")
  }

  @Test("a part of a frame has its own origin and keeps what is drawn inside")
  func canvas() {
    var frame = Frame(width: 10, height: 4)
    let width = frame.inside(Rect(x: 2, y: 1, width: 4, height: 2)) { canvas in
      canvas.write("abcdefgh", x: 0, y: 0)
      canvas.write("above", x: 0, y: -1)
      canvas.write("below", x: 0, y: 2)
      canvas.write("漢", x: 3, y: 1)
      canvas.inside(Rect(x: 1, y: 1, width: 9, height: 9)) { inner in
        inner.write("xyzzy", x: 0, y: 0)
        inner.showCursor(x: 1, y: 0)
      }
      return canvas.width
    }
    #expect(width == 4)
    #expect((0..<4).map(frame.text(row:)) == ["", "  abcd", "   xyz", ""])
    #expect(frame.cursor == Frame.Position(x: 4, y: 2))
  }

  @Test("a part that reaches beyond the frame is clipped")
  func canvasBeyond() {
    var frame = Frame(width: 4, height: 2)
    frame.inside(Rect(x: -2, y: -1, width: 20, height: 20)) { canvas in
      canvas.write("abcdefghij", x: 0, y: 1)
    }
    #expect(frame.text(row: 0) == "cdef")
  }

  @Test("a frame can be had as text, in ASCII where it must be")
  func text() {
    var frame = Frame(width: 8, height: 2)
    frame.write(SafeText(untrusted: "✗ 漢e\u{301}│"), x: 0, y: 0)
    #expect(frame.text() == "✗ 漢e\u{301}│\n")
    #expect(frame.text(isUTF8: false) == "x ??e|\n")
  }

  @Test("boxes, titles and fills make the picture of the golden file")
  func golden() throws {
    var frame = Frame(width: 24, height: 7)
    frame.box(frame.area, title: "instances of everything", role: .border)
    frame.write("● order-17", x: 2, y: 2, role: .stateRunning)
    frame.write("✗ order-漢字", x: 2, y: 3, role: .stateFailed)
    frame.restyle(Rect(x: 1, y: 3, width: 22, height: 1)) { $0.flags.insert(.selected) }
    frame.fill(Rect(x: 16, y: 5, width: 6, height: 1), with: Cell("█", role: .gaugeFilled))
    frame.cursor = Frame.Position(x: 2, y: 3)
    try GoldenFrame.check(frame, "box")
  }
}

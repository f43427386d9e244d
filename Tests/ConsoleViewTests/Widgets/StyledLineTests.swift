import ConsoleCore
import ConsoleView
import Testing

@Suite("Styled lines")
struct StyledLineTests {
  private let line = StyledLine([
    StyledSpan("state ", role: .textMuted), StyledSpan("漢字", role: .error), StyledSpan(" end", role: .text),
  ])

  @Test("a line knows its columns, and empty spans are none")
  func columns() {
    #expect(line.columns == 14)
    #expect(StyledLine([StyledSpan("")]).isEmpty)
    #expect((line + line).columns == 28)
  }

  @Test("a clipped line never takes more room, ends in an ellipsis, and cuts no wide glyph", arguments: 0...14)
  func clipped(limit: Int) {
    let clipped = line.clipped(to: limit)
    #expect(clipped.columns <= limit)
    if limit < 14 && limit > 0 { #expect(clipped.text.string.hasSuffix("…")) }
    if limit == 14 { #expect(clipped == line) }
  }

  @Test("panning leaves out what is on the left and keeps the styles")
  func panned() {
    var frame = Frame(width: 10, height: 1)
    let taken = frame.write(line, x: 0, y: 0, width: 10, offset: 4)
    #expect(taken == 10)
    #expect(frame.text(row: 0) == "e 漢字 end")
    #expect(frame[0, 0].role == .textMuted)
    #expect(frame[2, 0].role == .error)
    #expect(frame[9, 0].role == .text)
  }

  @Test("panning beyond the end leaves nothing")
  func pannedAway() {
    var frame = Frame(width: 10, height: 1)
    #expect(frame.write(line, x: 0, y: 0, offset: 100) == 0)
    #expect(frame.text(row: 0) == "")
  }
}

import ConsoleCore
import Testing

@Suite("Moving about in a pane")
struct PaneMotionTests {
  private let outline = PaneOutline(
    subjects: (0..<100).map { PaneSubject.event(Int64($0)) }, columns: 200,
    focus: PaneOutline.Place(line: 70, column: 150))

  @Test("the cursor stays with what it is on when lines come in before it")
  func staysWithSubject() {
    var scroll = PaneScroll()
    scroll.line = 10
    let settled = scroll.settled(in: outline, selection: .event(14), width: 80, height: 20, follows: false)
    #expect(settled.line == 14)
  }

  @Test("the cursor stays in its place when what it was on has gone")
  func subjectGone() {
    var scroll = PaneScroll()
    scroll.line = 10
    let settled = scroll.settled(in: outline, selection: .event(4_000), width: 80, height: 20, follows: false)
    #expect(settled.line == 10)
  }

  @Test("nothing scrolls beyond the content, whatever the room")
  func bounds() {
    var scroll = PaneScroll()
    scroll.line = 5_000
    scroll.top = 5_000
    scroll.column = 5_000
    let settled = scroll.settled(in: outline, selection: nil, width: 80, height: 20, follows: false)
    #expect(settled.line == 99)
    #expect(settled.top == 80)
    #expect(settled.column == 120)
    let empty = scroll.settled(in: PaneOutline(), selection: nil, width: 0, height: 0, follows: true)
    #expect(empty.top == 0)
    #expect(empty.column == 0)
  }

  @Test("following keeps the token in sight")
  func follows() {
    var picture = outline
    picture.subjects = picture.subjects.map { _ in nil }
    let settled = PaneScroll().settled(in: picture, selection: nil, width: 80, height: 20, follows: true)
    #expect((settled.top..<settled.top + 20).contains(70))
    #expect((settled.column..<settled.column + 80).contains(150))
  }
}

import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

@Suite("The events pane")
struct EventsPaneTests {
  @Test("shows the history newest last, with what each failed attempt wrote")
  func history() throws {
    let plain = try Stories.stuckOrder().pane(.events).plain
    #expect(
      plain.hasPrefix(
        """
        ▸  1  10:00:00  the instance started with business key A-17
        ▸  2  10:00:00  variables: set amount and customer
        ▸  3  10:00:00  token 1 came to begin
        ▸  4  10:00:00  begin passed
        ▸  5  10:00:00  reserve started
        ▸  6  10:00:01  reserve completed
        """))
    #expect(
      plain.hasSuffix(
        """
        ▸ 24  10:00:16  charge started, attempt 3 of 3
        ▸ 25  10:00:18  charge failed (exit 1: card declined), attempt 3 of 3
          │ POST https://pay
          │ attempt 3
          │ 402 card declined
        ▸ 26  10:00:18  charge needs a person (work failed): exit 1: card declined
        """))
    for attempt in 1...3 { #expect(plain.contains("  │ attempt \(attempt)\n")) }
  }

  @Test("opens an event to its whole object and all that was written")
  func opened() throws {
    let plain = try Stories.stuckOrder().pane(.events, state: PaneState(toggled: [.event(13)])).plain
    #expect(
      plain.contains(
        """
        ▾ 13  10:00:06  charge failed (exit 1: card declined), attempt 1 of 3; tries
                        again in 4 s
              "seq": 13,
              "at": "2026-11-23T10:00:06.000000Z",
              "type": "tokenFailed",
              "node": "charge",
              "token": 4,
              "mode": "forward",
              "attempt": 1,
              "code": "exit 1",
              "counts": true,
              "message": "card declined",
              "retryable": true
              standard error of attempt 1:
          │ POST https://pay
          │ attempt 1
          │ 402 card declined
        ▸ 14
        """))
  }

  @Test("shows the end of what a good attempt noted, and all of it when it is opened")
  func notes() throws {
    var story = InstanceFixture(FixtureDefinitions.order)
    try story.begin()
    let token = try story.arrive("ship", as: .executing)
    try story.emit(.attemptNoted(token: token, attempt: 1, text: "one\n\u{1b}[31mtwo\n"))
    let closed = story.pane(.events).plain
    #expect(closed.hasSuffix("  ship noted: … \u{241b}[31mtwo") || closed.contains("ship noted: …"))
    let open = story.pane(.events, state: PaneState(toggled: [.event(5)])).plain
    #expect(open.contains("attempt 1 noted:\n  │ one\n  │ "))
    #expect(!open.contains("\"detail\"") && !(open + closed).contains("\u{1b}"))
  }

  @Test("says how many lines of a long standard error are left out")
  func longOutput() throws {
    var story = InstanceFixture(FixtureDefinitions.order)
    try story.begin()
    let token = try story.arrive("ship", as: .executing)
    try story.fail(token, output: (1...20).map { "line \($0)\n" }.joined())
    #expect(story.pane(.events).plain.hasSuffix("  │ … 17 lines before\n  │ line 18\n  │ line 19\n  │ line 20"))
    let all = story.pane(.events, state: PaneState(toggled: [.event(5)])).plain
    for line in 1...20 { #expect(all.contains("│ line \(line)")) }
  }

  @Test("hides secrets until they are asked for")
  func secrets() throws {
    let story = try Stories.stuckOrder()
    let hidden = story.pane(.events, state: PaneState(toggled: [.event(2)])).plain
    #expect(hidden.contains("\"card_token\": \"••••••\""))
    let shown = story.pane(.events, state: PaneState(toggled: [.event(2)], revealsSecrets: true)).plain
    #expect(shown.contains("\"card_token\": \"tok_123\""))
  }

  @Test("lets nothing through that a terminal would obey")
  func hostile() throws {
    var story = InstanceFixture(FixtureDefinitions.order)
    try story.begin(key: "A\u{1B}[2J", ["evil\u{202E}": "\u{1B}]52;c;x\u{7}"])
    let token = try story.arrive("ship", as: .executing)
    try story.fail(token, "exit\u{9B}1", "bad\r\nworse", output: "\u{1B}[31mred\u{1B}[0m\ttab\u{8}\u{7}")
    try story.raiseIncident(token, .workFailed, "exit\u{9B}1", "bad\u{2066}")
    let state = PaneState(toggled: Set((1...6).map { PaneSubject.event($0) }))
    for pane in Pane.allCases {
      for scalar in story.pane(pane, state: state).plain.unicodeScalars where scalar != "\n" {
        #expect(
          scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && !(0x202A...0x2069).contains(scalar.value))
      }
    }
  }

  @Test("makes every line lead to its event")
  func subjects() throws {
    let content = try Stories.stuckOrder().pane(.events)
    #expect(content.lines.first?.subject == .event(1))
    #expect(content.lines.allSatisfy { $0.subject != nil })
  }
}

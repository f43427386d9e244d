import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

@Suite("The timeline pane")
struct TimelinePaneTests {
  @Test("shows attempts, pauses, failures and for how long a person has been needed")
  func stuck() throws {
    #expect(
      try Stories.stuckOrder().pane(.timeline).plain == """
        10:00:00 0         5 s        10 s      15 s
        reserve  ██                                                        ✓ 1 s
        pack       ██████                                                  ✓ 3 s
        charge           ████✗········███✗········████✗!!!!!!!!!~!!!!!!!!! ✗ 5 min 14 s ×3

        █ at work   · before a retry   ! needs a person   ✗ failed attempt   ~ shortened
        """)
  }

  @Test("shows branches one below the other at their times, a lease that ran out, and a join that waited")
  func parallel() throws {
    #expect(
      try Stories.fulfilment().pane(.timeline).plain == """
        10:00:00 0             10 s          20 s          30 s
        payment  ─────██████████████────────────█████████                  ✓ 28 s ×2
        cool     ─────────────────────────────                             ✓ 20 s
        merge                                ────────────                  ✓ 8 s
        approve                                         ────────────────── … 12 s

        █ at work   ─ waiting
        """)
  }

  @Test("shows compensation as runs of their own")
  func compensation() throws {
    let plain = try Stories.haltedCompensation().pane(.timeline).plain
    #expect(plain.contains("charge         ██✗······██✗······██✗!!!!!!!~!!!!!!                 ■ 5 min 14 s ×3"))
    #expect(plain.contains("↶ pack                                            █✗!!!!!!~!!!!!!! ✗ 1 min 1 s"))
  }

  @Test("keeps words and numbers where there is no room for bars")
  func narrow() throws {
    #expect(
      try Stories.stuckOrder().pane(.timeline, width: 20).plain == """
        reserve   ✓ 1 s
        pack      ✓ 3 s
        charge    ✗ 5 min 14 s ×3
        """)
  }

  @Test("makes every row lead to its token")
  func subjects() throws {
    let story = try Stories.stuckOrder()
    #expect(
      story.pane(.timeline).lines.prefix(3).map(\.subject) == [
        .token(TokenID(2)), .token(TokenID(3)), .token(TokenID(4)),
      ])
  }

  @Test("begins where the history at hand begins when older history is missing")
  func window() throws {
    let story = try Stories.stuckOrder()
    var detail = story.detail
    detail.history = Array(detail.history.suffix(9))
    detail.hasOlderHistory = true
    let spans = InstanceStory(detail).spans
    #expect(spans.map(\.beganEarlier) == [true])
    #expect(spans.first?.attempts == 3)
    #expect(spans.first?.start == detail.history.first?.at)
  }
}

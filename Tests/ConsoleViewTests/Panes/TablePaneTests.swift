import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

@Suite("The panes with tables")
struct TablePaneTests {
  @Test("tokens say what they wait for")
  func tokens() throws {
    #expect(
      try Stories.stuckOrder().pane(.tokens).plain == """
        ID  NODE    STATE     MODE     TRY  SINCE  WAITS FOR
         4  charge  ✗ failed  forward  3/3  5 min  an operator: exit 1: card declined
        """)
    #expect(
      try Stories.fulfilment().pane(.tokens).plain == """
        ID  NODE     STATE      MODE     TRY  SINCE  WAITS FOR
         8  approve  ◷ waiting  forward        12 s  ada
        """)
  }

  @Test("a narrow terminal loses the least important columns first")
  func narrow() throws {
    #expect(
      try Stories.stuckOrder().pane(.tokens, width: 40).plain == """
        ID  NODE    STATE     WAITS FOR
         4  charge  ✗ failed  an operator…
        """)
  }

  @Test("timers count down, the next one first, and say what happens")
  func timers() throws {
    var story = try Stories.fulfilment()
    #expect(
      story.pane(.timers).plain == """
        DUE                 LEFT  KIND     NODE     TOKEN  WHAT HAPPENS
        11:00:28  in 59 min 48 s  timeout  approve      8  starts remind beside it
        """)
    story.wait(.seconds(3600))
    #expect(story.pane(.timers).plain.contains("! 12 s late"))
  }

  @Test("the compensation stack shows before it runs what B would do")
  func stackBefore() throws {
    let content = try Stories.stuckOrder().pane(.compensation)
    #expect(
      content.plain == """
        B undoes these steps, in this order:
        #  STEP     STATE      UNDONE BY
        1  pack     ○ pending  exec
        2  reserve  ○ pending  exec
        """)
    #expect(content.lines.compactMap(\.subject) == [.record(RecordID(11)), .record(RecordID(8))])
  }

  @Test("the compensation stack shows how far it is and where it failed")
  func stackHalted() throws {
    #expect(
      try Stories.haltedCompensation().pane(.compensation).plain == """
        Compensation of the instance, halted at a failed step, 0 of 2 done
        started by an operator: customer asked
        #  STEP     STATE      UNDONE BY
        1  pack     ✗ failed   exec       exit 1: shelf is locked
        2  reserve  ○ pending  exec
        """)
  }

  @Test("commands say who did what, from where and why")
  func commands() throws {
    var story = try Stories.stuckOrder()
    story.commands = [
      AuditRow(
        id: 5, issuedAt: story.now, decidedAt: story.now, verb: "retry", instance: InstanceID(7),
        issuer: Issuer(user: "root", sudoUser: "ada", sshClient: "10.0.0.7", host: "pluto", source: "console"),
        reason: "card renewed", outcome: "done", versionBefore: 8, versionAfter: 9)
    ]
    #expect(
      story.pane(.commands, width: 110).plain == """
        TIME      VERB   WHO          FROM                                 OUTCOME  VERSION  REASON
        10:05:18  retry  ada as root  console on pluto, ssh from 10.0.0.7  done     8 → 9    card renewed
        """)
  }

  @Test(
    "an empty pane says what is missing", arguments: [Pane.timers, .compensation, .commands, .variables, .timeline])
  func empty(_ pane: Pane) {
    let content = InstanceFixture(FixtureDefinitions.order).pane(pane)
    #expect(content.lines.count == 1)
    #expect(content.plain.hasSuffix("."))
  }

  @Test("no pane breaks at any width", arguments: Pane.allCases)
  func anyWidth(_ pane: Pane) throws {
    for story in [try Stories.stuckOrder(), try Stories.haltedCompensation(), try Stories.fulfilment()] {
      for width in [0, 1, 5, 20, 41, 300] { #expect(!story.pane(pane, width: width).lines.isEmpty) }
    }
  }
}

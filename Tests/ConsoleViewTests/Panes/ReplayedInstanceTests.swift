import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

@Suite("Replay")
struct ReplayedInstanceTests {
  @Test("at the last event shows the instance as it is")
  func last() throws {
    let story = try Stories.haltedCompensation()
    let replayed = try ReplayedInstance(story.detail, upTo: .max)
    #expect(replayed.detail.instance == story.instance)
    #expect(replayed.sequence == replayed.lastSequence)
  }

  @Test("shows every pane as it was at an event")
  func middle() throws {
    let replayed = try ReplayedInstance(try Stories.haltedCompensation().detail, upTo: 15)
    let input = PaneInput(story: InstanceStory(replayed.detail), now: replayed.now)
    #expect(replayed.sequence == 15)
    #expect(
      InstancePanes.content(.why, input, PaneState(), width: 80).plain == """
        ◷ charge failed and tries again in 4 s
          Attempt 1 of 3 failed: exit 1: card declined.
          F  tries again now
          K  counts it as done
          B  undoes pack, then reserve
          standard error of attempt 1:
          │ POST https://pay
          │ attempt 1
          │ 402 card declined
        """)
    #expect(
      InstancePanes.content(.compensation, input, PaneState(), width: 80).plain.hasPrefix("B undoes these steps"))
    #expect(replayed.detail.history.count == 15)
  }

  @Test("leaves out commands that came later")
  func commands() throws {
    var story = try Stories.stuckOrder()
    story.commands = [
      AuditRow(
        id: 5, issuedAt: story.now, decidedAt: story.now, verb: "retry", instance: InstanceID(7),
        issuer: Issuer(user: "ada", host: "pluto", source: "console"), reason: nil, outcome: "done",
        versionBefore: 8, versionAfter: 9)
    ]
    #expect(try ReplayedInstance(story.detail, upTo: 15).detail.commands.isEmpty)
  }

  @Test("stays within the history")
  func bounds() throws {
    #expect(try ReplayedInstance(try Stories.stuckOrder().detail, upTo: -5).sequence == 1)
  }

  @Test("folds at every event of every story")
  func everywhere() throws {
    for story in [try Stories.stuckOrder(), try Stories.haltedCompensation(), try Stories.fulfilment()] {
      for entry in story.history {
        #expect(try ReplayedInstance(story.detail, upTo: entry.sequence).detail.instance.sequence == entry.sequence)
      }
    }
  }

  @Test("is refused where the history does not reach back to the start")
  func incomplete() throws {
    var detail = try Stories.stuckOrder().detail
    detail.history.removeFirst()
    detail.hasOlderHistory = true
    #expect(throws: ReplayedInstance.Refusal.historyIncomplete) { try ReplayedInstance(detail, upTo: 5) }
    detail.history = []
    #expect(throws: ReplayedInstance.Refusal.historyEmpty) { try ReplayedInstance(detail, upTo: 5) }
  }
}

import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("Verbs on many instances")
struct BulkTests {
  /// Many running instances, all marked, with the plan to cancel them on the screen.
  private func cancelling(_ count: Int) -> ConsoleDriver {
    var console = ConsoleDriver(.many(count))
    console.press("*", "C")
    return console
  }

  @Test("the count has to be typed, and yes is not enough")
  func count() {
    var console = cancelling(12)
    #expect(console.sheet?.requiredWord == "12")
    console.type("yes")
    console.press("enter")
    #expect(console.executed.isEmpty)
    console.press("ctrl-u")
    console.type("12")
    console.press("enter")
    #expect(console.executed.flatMap(\.commands).count == 12)
    #expect(console.model.notice?.text.string == "cancel 12 instances: done")
    #expect(console.model[list: .instances].markCount == 0)
  }

  @Test("equal consequences are told once, with how many have them")
  func consequences() {
    let console = cancelling(12)
    #expect(console.sheet?.consequences.map(\.count) == [12, 12])
  }

  @Test("targets are fixed when the plan opens: what comes in later is not among them")
  func fixed() {
    var console = cancelling(12)
    console.store = .many(20)
    console.send(.storeChanged)
    console.type("12")
    console.press("enter")
    let ids = console.executed.flatMap(\.commands).map(\.instance.rawValue)
    #expect(ids.sorted() == Array(1...12))
  }

  @Test("targets that do not fit are listed with the reason, and the others go on")
  func partly() {
    var console = ConsoleDriver()
    console.press("space", "space", "R")
    #expect(console.sheet?.plannedCount == 1)
    #expect(console.sheet?.requiredWord == "1")
    #expect(console.sheet?.refusals.map(\.target.instance.rawValue) == [16])
    console.type("1")
    console.press("enter")
    #expect(console.executed.flatMap(\.commands).map(\.instance.rawValue) == [17])
    #expect(console.sheet?.phase == .finished)
    let lines = console.sheet?.lines(width: 80).map(\.text.string)
    #expect(lines == ["16 order-4716: nothing has failed here", "17 order-4717: done"])
    console.press("esc")
    #expect(console.model[list: .instances].markedRows.map(\.id.whole) == [16])
  }

  @Test("plans and commands go out in bounded batches, one at a time")
  func batches() {
    var console = ConsoleDriver(.many(120))
    console.press("*")
    console.answersAtOnce = false
    console.forget()
    console.press("C")
    var sizes: [Int] = []
    while let effect = console.unanswered.first, case .plan(let request) = effect {
      sizes.append(request.commands.count)
      let answer = console.store.answer(effect)
      console.forget()
      if let answer { console.send(answer) }
    }
    #expect(sizes == [50, 50, 20])
    console.type("120")
    console.press("enter")
    #expect(console.executed.map(\.commands.count) == [50])
    console.answerAll()
    #expect(console.executed.map(\.commands.count) == [50, 50, 20])
  }

  /// A bulk verb whose first batch is under way.
  private func running() -> ConsoleDriver {
    var console = cancelling(120)
    console.answersAtOnce = false
    console.forget()
    console.type("120")
    console.press("enter")
    return console
  }

  @Test("P rests after the batch under way, and goes on")
  func pause() {
    var console = running()
    console.press("P")
    #expect(console.sheet?.phase == .paused)
    console.answerAll()
    #expect(console.executed.count == 1)
    #expect(console.sheet?.answeredCount == 50)
    console.press("P")
    console.answerAll()
    #expect(console.executed.count == 3)
    #expect(console.sheet == nil)
  }

  @Test("Esc leaves the targets that are still to come, and lists them")
  func stop() {
    var console = running()
    console.press("esc")
    console.answerAll()
    #expect(console.executed.count == 1)
    #expect(console.sheet?.phase == .finished)
    #expect(console.sheet?.entries.count { $0.state == .left } == 70)
    console.press("esc")
    #expect(console.model[list: .instances].markCount == 70)
  }

  @Test("a second Esc does not wait for answers that may never come")
  func stopTwice() {
    var console = running()
    console.press("esc", "esc")
    #expect(console.sheet == nil)
    #expect(console.model.notice?.text.string == "50 commands are still on their way: see the audit, view 8")
    console.answerAll()
    #expect(console.sheet == nil)
  }

  @Test("a sheet lists a bounded number of refusals and says how many there are")
  func manyRefusals() {
    var console = ConsoleDriver(.many(500))
    console.press("*", "R")
    let lines = console.sheet?.lines(width: 80) ?? []
    #expect(lines.count == 201)
    #expect(lines.last?.text.string == "300 more refusals")
  }

  @Test("two parts of one instance are one command where the verb is about the whole")
  func onePerInstance() {
    var console = ConsoleDriver()
    var second = console.store.incidents[0]
    second.incident = Incident(
      id: IncidentID(6), token: TokenID(2), kind: .workFailed, code: "exit 2", message: "again",
      raisedAt: SampleStore.now)
    console.store.incidents.append(second)
    console.press("2", "*", "C")
    #expect(console.sheet?.entries.map(\.verb) == [.cancel(InstanceID(17))])
    console.press("esc", "R")
    #expect(console.sheet?.entries.map(\.verb) == [.retry(InstanceID(17), token: nil)])
  }
}

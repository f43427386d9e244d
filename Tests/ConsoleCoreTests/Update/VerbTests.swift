import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("Verbs on one instance")
struct VerbTests {
  /// A console in which a capital letter opens a plan at once: the keys before it, and the word to type.
  struct Flow: Sendable, CustomTestStringConvertible {
    let kind: VerbKind
    let before: [String]
    let word: String
    let verb: Verb
    var testDescription: String { kind.title.string }
  }

  static let flows: [Flow] = [
    Flow(kind: .retry, before: [], word: "yes", verb: .retry(InstanceID(17), token: nil)),
    Flow(kind: .retry, before: ["2"], word: "yes", verb: .retry(InstanceID(17), token: TokenID(1))),
    Flow(kind: .skip, before: ["2"], word: "yes", verb: .skip(InstanceID(17), token: TokenID(1), outputs: [:])),
    Flow(kind: .cancel, before: ["j"], word: "yes", verb: .cancel(InstanceID(16))),
    Flow(kind: .terminate, before: ["j"], word: "16", verb: .terminate(InstanceID(16))),
    Flow(kind: .compensate, before: [], word: "yes", verb: .compensate(InstanceID(17))),
    Flow(kind: .pause, before: [], word: "yes", verb: .suspend(InstanceID(17))),
    Flow(kind: .pause, before: ["j", "j", "j", "j"], word: "yes", verb: .resume(InstanceID(13))),
    Flow(kind: .fire, before: ["3"], word: "yes", verb: .fireTimer(InstanceID(15), timer: TimerID(3))),
    Flow(
      kind: .complete, before: ["5"], word: "yes",
      verb: .finishTask(InstanceID(15), token: TokenID(1), outcome: .completed(result: .context([:])), fence: nil)),
    Flow(
      kind: .complete, before: ["5", "j"], word: "yes",
      verb: .finishTask(InstanceID(16), token: TokenID(2), outcome: .completed(result: .context([:])), fence: 2)),
    Flow(kind: .delete, before: ["G"], word: "8", verb: .delete(InstanceID(8))),
  ]

  /// Presses the keys up to the plan.
  private func opened(_ flow: Flow) -> ConsoleDriver {
    var console = ConsoleDriver()
    for key in flow.before { console.press(key) }
    console.send(.key(flow.kind.key))
    if console.prompt != nil { console.press("enter") }
    return console
  }

  @Test("the letter, the word and Enter carry the plan out, at the version it was made for", arguments: flows)
  func carriesOut(flow: Flow) {
    var console = opened(flow)
    #expect(console.sheet?.phase == .deciding)
    #expect(console.sheet?.focus == .cancel)
    #expect(console.sheet?.requiredWord == flow.word)
    #expect(console.executed.isEmpty)
    console.type(flow.word)
    console.press("enter")
    let commands = console.executed.flatMap(\.commands)
    #expect(commands.map(\.verb) == [flow.verb])
    let id = flow.verb.instance?.rawValue ?? 0
    #expect(commands.map(\.expectedVersion) == [id + 10])
    #expect(console.sheet == nil)
    #expect(console.model.notice?.severity == .success)
  }

  @Test("Enter alone leaves everything as it is", arguments: flows)
  func enterLeaves(flow: Flow) {
    var console = opened(flow)
    console.press("enter")
    #expect(console.sheet == nil)
    #expect(console.executed.isEmpty)
    #expect(console.model.notice?.text.string == "nothing was changed")
  }

  @Test("Esc leaves everything as it is, at every point on the way", arguments: flows)
  func escapeLeaves(flow: Flow) {
    for typed in 0...flow.word.count {
      var console = opened(flow)
      console.type(String(flow.word.prefix(typed)))
      console.press("esc")
      #expect(console.sheet == nil)
      #expect(console.executed.isEmpty)
    }
    var console = ConsoleDriver()
    console.answersAtOnce = false
    console.send(.key(flow.kind.key))
    console.press("esc", "esc")
    #expect(console.sheet == nil)
    #expect(console.executed.isEmpty)
  }

  @Test("a wrong word changes nothing and says which one is wanted")
  func wrongWord() {
    var console = ConsoleDriver()
    console.press("R")
    console.type("ye")
    console.press("enter")
    #expect(console.sheet?.error?.string == "type yes to go on, or press Esc")
    #expect(console.executed.isEmpty)
    console.type("s")
    console.press("enter")
    #expect(console.executed.count == 1)
  }

  @Test("tab goes from Cancel to the word to the reason, and the reason is sent along")
  func reason() {
    var console = ConsoleDriver()
    console.press("R", "tab", "tab")
    console.type("the gateway is back")
    console.press("shift-tab")
    console.type("yes")
    console.press("enter")
    #expect(console.executed.first?.reason == "the gateway is back")
  }

  @Test("a store marked as production wants a reason")
  func production() {
    var console = ConsoleDriver(isProduction: true)
    console.press("R")
    console.type("yes")
    console.press("enter")
    #expect(console.executed.isEmpty)
    #expect(console.sheet?.focus == .reason)
    console.type("ticket 12")
    console.press("enter")
    #expect(console.executed.first?.reason == "ticket 12")
  }

  @Test("a plan that comes after its sheet was left is ignored")
  func latePlan() {
    var console = ConsoleDriver()
    console.answersAtOnce = false
    console.press("R")
    console.press("esc")
    console.answerAll()
    #expect(console.sheet == nil)
  }

  @Test("a plan of an older sheet does not become one of the next")
  func mixedPlans() {
    var console = ConsoleDriver()
    console.answersAtOnce = false
    console.press("R")
    let old = console.unanswered
    console.press("esc", "j", "C")
    for effect in old { if let answer = console.store.answer(effect) { console.send(answer) } }
    #expect(console.sheet?.phase == .planning)
    console.answerAll()
    #expect(console.sheet?.phase == .deciding)
  }

  @Test("a refused plan says why and offers nothing to confirm")
  func refusedPlan() {
    var console = ConsoleDriver()
    console.store.refused = [InstanceID(17)]
    console.press("R")
    #expect(console.sheet?.phase == .finished)
    #expect(console.sheet?.lines(width: 80).map(\.text.string) == ["17 order-4717: nothing has failed in 17"])
    console.type("yes")
    console.press("enter")
    #expect(console.executed.isEmpty)
  }

  @Test("an instance that moved on is refused, and the refusal stays on the screen")
  func moved() {
    var console = ConsoleDriver()
    console.store.moved = [InstanceID(17)]
    console.press("R")
    console.type("yes")
    console.press("enter")
    #expect(console.sheet?.phase == .finished)
    let lines = console.sheet?.lines(width: 100).map(\.text.string)
    #expect(lines == ["17 order-4717: it moved meanwhile: instance 17 is at version 99, not 27"])
    console.press("enter")
    #expect(console.sheet == nil)
  }

  @Test("without an engine the command waits, and that is said before and after")
  func withoutEngine() {
    var console = ConsoleDriver()
    console.store.engine.isAlive = false
    console.store.hasEngine = false
    console.send(.storeChanged)
    console.press("R")
    #expect(console.sheet?.note?.string.contains("no engine is running") == true)
    console.type("yes")
    console.press("enter")
    #expect(console.model.notice?.text.string == "retry 17 order-4717: waits in the store for an engine")
  }

  @Test("outputs are a JSON object, or the prompt says what is wrong")
  func outputs() {
    var console = ConsoleDriver()
    console.press("5", "T")
    #expect(console.prompt?.editor.text == "{}")
    console.press("ctrl-u")
    console.type("[1]")
    console.press("enter")
    #expect(console.prompt?.error?.string == "outputs are a JSON object, e.g. {\"approved\": true}")
    console.press("ctrl-u")
    console.type("{\"approved\": tru")
    console.press("enter")
    #expect(console.prompt?.error != nil)
    console.type("e}")
    console.press("enter")
    console.type("yes")
    console.press("enter")
    let outcome = WorkOutcome.completed(result: .context(["approved": .boolean(true)]))
    #expect(
      console.executed.first?.commands.first?.verb
        == .finishTask(InstanceID(15), token: TokenID(1), outcome: outcome, fence: nil))
  }
}

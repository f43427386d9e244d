import ConsoleCore
import ConsoleTestKit
import EngineCore
import Testing

@Suite("Editing variables")
struct EditTests {
  private let edits = [
    VariableEdit(name: "amount", before: .number(5), after: .number(7)),
    VariableEdit(name: "note", before: .string("x"), after: nil),
  ]

  private func editing() -> (console: ConsoleDriver, generation: Generation) {
    var console = ConsoleDriver()
    console.press("E")
    guard case .edit(let request) = console.effects.last else { return (console, Generation(0)) }
    #expect(request.instance == InstanceID(17))
    return (console, request.generation)
  }

  @Test("the plan shows what was changed, and a retry is offered when it is done")
  func editThenRetry() {
    var (console, generation) = editing()
    console.send(.edited(generation, .changed(console.store.instances[0], edits)))
    #expect(console.sheet?.kind == .edit)
    let lines = console.sheet?.lines(width: 80).filter { $0.kind == .added || $0.kind == .removed }
    #expect(lines?.map(\.text.string) == ["amount: 5", "amount: 7", "note: \"x\""])
    console.type("yes")
    console.press("enter")
    let changes = [VariableChange(name: "amount", value: .number(7)), VariableChange(name: "note", value: nil)]
    #expect(console.executed.first?.commands.map(\.verb) == [.setVariables(InstanceID(17), changes: changes)])
    #expect(console.sheet?.kind == .retry)
    #expect(console.sheet?.focus == .cancel)
    console.type("yes")
    console.press("enter")
    #expect(console.executed.last?.commands.map(\.verb) == [.retry(InstanceID(17), token: nil)])
  }

  @Test("values that were written down from an older version are refused")
  func movedMeanwhile() {
    var (console, generation) = editing()
    var old = console.store.instances[0]
    console.answersAtOnce = false
    console.forget()
    console.send(.edited(generation, .changed(old, edits)))
    guard case .plan(let request) = console.effects.last else {
      Issue.record("no plan was asked for")
      return
    }
    old.version += 1
    let plan = Plan(target: old.id, version: old.version, title: "set", lines: [])
    console.send(.planned(request.generation, [PlanAnswer(instance: old.id, outcome: .planned(plan))]))
    #expect(console.sheet?.phase == .finished)
    #expect(console.sheet?.refusals.count == 1)
  }

  @Test("an unchanged file, a failed editor and a late answer change nothing")
  func nothing() {
    var (console, generation) = editing()
    console.send(.edited(Generation(9_999), .changed(console.store.instances[0], edits)))
    #expect(console.sheet == nil)
    console.send(.edited(generation, .unchanged))
    #expect(console.model.notice?.text.string == "nothing was changed")
    console.send(.edited(generation, .changed(console.store.instances[0], edits)))
    #expect(console.sheet == nil)
    (console, generation) = editing()
    console.send(.edited(generation, .failed(message: "vi ended with 1")))
    #expect(console.model.notice?.text.string == "vi ended with 1")
  }

  @Test("variables of many instances are not edited at once")
  func many() {
    var console = ConsoleDriver()
    console.press("space", "space", "E")
    #expect(console.model.notice?.text.string == "edit is off: variables are edited one instance at a time")
  }
}

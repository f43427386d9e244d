import EngineCore

/// What is executed more than once, what is undone from inside, and what time sets off again and again.
extension WildProcess {
  /// How a node is executed more than once, or nil for once.
  mutating func repeats() -> LoopDefinition? {
    guard happens(12) else { return nil }
    if happens(40) {
      let sources = ["loopCounter < 3", "number < 6"]
      return .standard(
        StandardLoop(
          condition: condition(sources[roll(0...1)]), testsBefore: happens(50), maximum: happens(50) ? roll(1...2) : 3))
    }
    let items: MultiInstance.Items =
      switch roll(1...4) {
      case 1: .collection(condition("[1, 5, 9]"), item: "number")
      case 2: .collection(condition("if number > 5 then [] else [2, 7]"), item: "item")
      case 3: .count(condition("if number > 8 then 0 else 2"))
      default: .count(condition("3"))
      }
    return .multiInstance(
      MultiInstance(
        items: items, isSequential: happens(40),
        output: happens(40) ? MultiInstance.Output(element: condition("loopCounter"), collection: "list") : nil,
        completionCondition: happens(40) ? condition("numberOfCompletedInstances >= \(roll(1...2))") : nil))
  }

  /// A step that can be undone, and after it an event that undoes it, or everything around it.
  mutating func undoing(then next: String, _ nodes: inout [NodeDraft]) -> String {
    guard handling == 0 else { return activity(then: next, &nodes) }
    let id = name("undo")
    let step = activity(then: id, &nodes, canBeUndone: true)
    nodes.append(
      NodeDraft(
        id: id, kind: .compensationThrow(activity: happens(50) ? step : nil), branches: [BranchDraft(to: next)]))
    return step
  }

  /// What a transaction ends with: it is cancelled, or not.
  mutating func cancelling(then next: String, _ nodes: inout [NodeDraft]) -> String {
    let end = name("end")
    nodes.append(NodeDraft(id: end, kind: .end(.cancel)))
    let id = name("choice")
    nodes.append(
      NodeDraft(
        id: id, kind: .choice,
        branches: [BranchDraft(to: end, .when(condition("number > 4"))), BranchDraft(to: next, .otherwise)]))
    return id
  }

  /// Time that comes again, though not for ever: everything must come to rest.
  mutating func cycle() -> TimerDefinition { .cycle(.every(.seconds(roll(3...60)), times: roll(1...3))) }
}

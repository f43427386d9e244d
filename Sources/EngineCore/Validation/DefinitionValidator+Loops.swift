extension DefinitionValidator {
  /// Checks how a node is executed more than once.
  mutating func check(_ loop: LoopDefinition, at node: NodeIndex) {
    switch definition[node].kind {
    case .activity: break
    case .subprocess(let subprocess) where subprocess.event == nil: break
    case .start, .end, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent, .throwEvent,
      .boundary, .subprocess, .custom:
      report(
        .badLoop, node, "\(name(node)) cannot be executed more than once",
        hint: "Activities and subprocesses can.")
      return
    }
    switch loop {
    case .standard(let loop):
      guard let maximum = loop.maximum, !(1...CoreLimits.instancesPerLoop).contains(maximum) else { return }
      report(
        .badLoop, node, detail: "repeat",
        "\(name(node)) is repeated at most \(maximum) times, which must lie between 1 and "
          + "\(CoreLimits.instancesPerLoop)")
    case .multiInstance(let loop):
      if case .collection(_, let item) = loop.items { checkLoopVariable(item, of: node, "for") }
      if let output = loop.output { checkLoopVariable(output.collection, of: node, "for") }
    }
  }

  private mutating func checkLoopVariable(_ variable: String, of node: NodeIndex, _ key: String) {
    let isReadable = (try? Expression(variable))?.freeVariables == [variable]
    guard !isReadable else { return }
    report(
      .badVariable, node, detail: key, "\(name(node)) sets \(variable.inBackticks), which no expression could read",
      hint: "Variables are named with letters, digits and _.")
  }
}

extension DefinitionValidator {
  /// Checks what leaves and reaches each node, one flow at a time.
  mutating func checkFlows() {
    for (index, flow) in definition.flows.enumerated() {
      let source = definition[flow.source]
      let target = definition[flow.target]
      if source.parent != target.parent {
        report(
          .crossesBorder, flow.source, detail: target.id,
          "the flow from \(name(flow.source)) to \(name(flow.target)) crosses the border of a subprocess",
          hint: "A subprocess is entered at its start and left at its end.")
      }
      switch target.kind {
      case .boundary:
        report(
          .unknownTarget, flow.source, detail: target.id,
          "\(name(flow.source)) leads to the boundary event \(name(flow.target)), which only its own node sets off")
      case .start:
        report(
          .noStart, flow.source, detail: target.id,
          "\(name(flow.source)) leads back to the start event \(name(flow.target))",
          hint: "Lead to the node behind it instead.")
      case .subprocess(let subprocess) where subprocess.event != nil:
        report(
          .unknownTarget, flow.source, detail: target.id,
          "\(name(flow.source)) leads to the event subprocess \(name(flow.target)), which only its own event starts")
      case .end, .activity, .exclusiveGateway, .inclusiveGateway, .parallelGateway, .eventGateway, .catchEvent,
        .throwEvent, .subprocess, .custom:
        break
      }
      checkCondition(FlowIndex(rawValue: index))
    }
  }

  private mutating func checkCondition(_ index: FlowIndex) {
    let flow = definition[index]
    let place = "the flow from \(name(flow.source)) to \(name(flow.target))"
    switch definition[flow.source].kind {
    case .exclusiveGateway(let defaultFlow), .inclusiveGateway(let defaultFlow):
      if defaultFlow == index, flow.condition != nil {
        report(.misplacedCondition, flow.source, "\(place) is the default and has a condition all the same")
      }
      // An inclusive split goes along a flow without a condition in any case.
      if case .inclusiveGateway = definition[flow.source].kind { return }
      if defaultFlow != index, flow.condition == nil, definition[flow.source].outgoing.count > 1 {
        report(.misplacedCondition, flow.source, "\(place) leaves a choice, has no condition and is not the default")
      }
    case .start, .end, .activity, .parallelGateway, .eventGateway, .catchEvent, .throwEvent, .boundary, .subprocess,
      .custom:
      if flow.condition != nil {
        report(.misplacedCondition, flow.source, "\(place) has a condition, but \(name(flow.source)) is no choice")
      }
    }
  }

  /// Checks the ways out of one node.
  mutating func checkWaysOut(of node: NodeIndex) {
    let outgoing = definition[node].outgoing
    if case .end = definition[node].kind {
      if !outgoing.isEmpty { report(.deadEnd, node, "\(name(node)) is an end, and something follows it") }
      return
    }
    if definition[node].linkTarget != nil {
      if !outgoing.isEmpty { report(.deadEnd, node, "\(name(node)) jumps to its link, and something follows it") }
      return
    }
    if case .subprocess(let subprocess) = definition[node].kind, subprocess.event != nil { return }
    guard !outgoing.isEmpty else {
      if !hasKnownGap(node) {
        report(.deadEnd, node, "\(name(node)) leads nowhere", hint: "Say what comes next, or `next: end`.")
      }
      return
    }
    switch definition[node].kind {
    case .exclusiveGateway(let defaultFlow), .inclusiveGateway(let defaultFlow):
      let isSure = defaultFlow != nil || outgoing.contains { definition[$0].condition == nil }
      if !isSure, !hasKnownGap(node) {
        report(
          .noDefault, node, "no condition of \(name(node)) need hold, and it has no default",
          hint: "Add an `else`.")
      }
      if case .inclusiveGateway = definition[node].kind, outgoing.count == 1, definition[node].incoming.count <= 1,
        definition[outgoing[0]].condition == nil, !hasKnownGap(node)
      {
        reportSingleBranch(node)
      }
    case .parallelGateway:
      if outgoing.count == 1, definition[node].incoming.count <= 1, !hasKnownGap(node) {
        reportSingleBranch(node)
      }
    case .eventGateway: break
    case .start, .activity, .catchEvent, .throwEvent, .boundary, .subprocess:
      if outgoing.count > 1 {
        report(
          .deadEnd, node, "\(name(node)) has \(outgoing.count) ways out, and only a fork or a choice may",
          hint: "Lead to a `fork` or a `choose`.")
      }
    // The rule of a custom node chooses among its ways out, or takes all of them.
    case .custom, .end: break
    }
  }

  private mutating func reportSingleBranch(_ node: NodeIndex) {
    report(
      .singleBranch, node, "\(name(node)) neither forks nor joins: one flow comes in and one goes out",
      hint: "Leave it out, or add the branch that is missing.")
  }
}

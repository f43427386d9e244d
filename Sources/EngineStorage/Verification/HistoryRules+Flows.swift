import EngineCore

/// Tokens are conserved: what completes sends what its node says, and nothing comes from nowhere.
extension HistoryRules {
  mutating func noteFlows(_ event: ProcessEvent, _ instance: ProcessInstance) {
    switch event {
    case .processStarted: unit.starts += 1
    case .scopeEntered(let scope, let node, _, _, let scopeKind):
      switch scopeKind {
      case .subprocess, .eventSubprocess:
        if case .subprocess(let subprocess) = kind(of: node) { open(subprocess.start, in: scope) }
      case .iteration: open(node, in: scope)
      case .loop: break
      }
    case .boundaryTriggered(let node, let host, _):
      if let host = instance.token(host) { open(node, in: host.scope) }
    case .eventSubprocessTriggered(let node, let scope, _): open(node, in: scope)
    case .tokenArrived(let arrival):
      take(arrival)
    case .tokenCompleted(let id, _, let mode), .tokenSkipped(let id, _, let mode):
      guard let token = instance.token(id), mode == .forward else { return }
      let isLast = instance.state == .cancelling || isDraining(token, instance)
      if isLast { unit.hasEndedTokens = true } else { owe(by: token, instance) }
    case .joinCompleted(let node, let scope, let consumed):
      checkJoin(node, consumed, instance)
      guard definition.nodes.indices.contains(node.rawValue) else { return }
      for flow in definition[node].outgoing { owe(UnitAccount.Way(scope: scope, node: node, flow: flow)) }
    case .sagaCompleted(let id):
      guard let run = instance.run(id), run.then == .goBack, let node = run.extent.resumption else { return }
      for flow in definition[node].outgoing { owe(UnitAccount.Way(scope: run.target, node: node, flow: flow)) }
    case .tokenTerminated, .scopeTerminated, .sagaStarted, .processCancelled, .processTerminated, .processFailed:
      unit.hasEndedTokens = true
    default: break
    }
  }

  mutating func closeFlows(_ instance: ProcessInstance) {
    guard !unit.hasEndedTokens else { return }
    if unit.starts > 0 { find("it started, but no token entered it") }
    let owed = unit.ways.filter { $0.value > 0 }.map(\.key)
    for way in owed.sorted(by: {
      ($0.scope, $0.node, $0.flow?.rawValue ?? -1) < ($1.scope, $1.node, $1.flow?.rawValue ?? -1)
    }) {
      find("\(name(of: way.node)) completed, but sent no token on")
    }
    for entrance in unit.entrances.filter({ $0.value > 0 }).map(\.key).sorted(by: {
      ($0.scope, $0.node) < ($1.scope, $1.node)
    }) {
      find("\(name(of: entrance.node)) was set off, but no token entered it")
    }
  }

  private func isStart(_ node: NodeIndex) -> Bool {
    node == definition.start || definition.startEvents.contains { $0.node == node }
  }

  private func kind(of node: NodeIndex) -> NodeKind? {
    definition.nodes.indices.contains(node.rawValue) ? definition[node].kind : nil
  }

  private mutating func open(_ node: NodeIndex, in scope: ScopeID) {
    unit.entrances[UnitAccount.Entrance(scope: scope, node: node), default: 0] += 1
  }

  private mutating func owe(_ way: UnitAccount.Way) { unit.ways[way, default: 0] += 1 }

  private mutating func owe(by token: Token, _ instance: ProcessInstance) {
    // The end of an iteration is the loop's affair, which sends a token on when it ends itself.
    if instance.scope(token.scope)?.kind == .iteration { return }
    switch kind(of: token.node) {
    case .throwEvent(.link(let target)), .end(.throwing(.link(let target))):
      open(target, in: token.scope)
    case .start, .activity, .catchEvent, .throwEvent, .boundary, .subprocess, .parallelGateway, .custom:
      for flow in definition[token.node].outgoing {
        owe(UnitAccount.Way(scope: token.scope, node: token.node, flow: flow))
      }
    case .exclusiveGateway, .eventGateway:
      owe(UnitAccount.Way(scope: token.scope, node: token.node, flow: nil))
    case .inclusiveGateway:
      // How many flows it takes depends on the variables: one at least.
      owe(UnitAccount.Way(scope: token.scope, node: token.node, flow: nil))
      unit.generous.insert(token.node)
    case .end, nil:
      break
    }
  }

  private mutating func take(_ arrival: TokenArrival) {
    guard let flow = arrival.flow, definition.flows.indices.contains(flow.rawValue) else {
      if unit.starts > 0, arrival.scope == .root, isStart(arrival.node) {
        unit.starts -= 1
        return
      }
      let entrance = UnitAccount.Entrance(scope: arrival.scope, node: arrival.node)
      unit.entrances[entrance, default: 0] -= 1
      if unit.entrances[entrance, default: 0] < 0 {
        find("token \(arrival.token) came to \(name(of: arrival.node)) from nowhere")
      }
      return
    }
    let source = definition[flow].source
    if definition[flow].target != arrival.node {
      find("token \(arrival.token) came to \(name(of: arrival.node)) along a flow that leads elsewhere")
    }
    let exact = UnitAccount.Way(scope: arrival.scope, node: source, flow: flow)
    let chosen = UnitAccount.Way(scope: arrival.scope, node: source, flow: nil)
    let way = unit.ways[exact, default: 0] > 0 ? exact : chosen
    unit.ways[way, default: 0] -= 1
    if unit.ways[way, default: 0] < 0, !unit.generous.contains(source) {
      find("token \(arrival.token) came to \(name(of: arrival.node)), but \(name(of: source)) did not send it")
    }
  }

  private mutating func checkJoin(_ node: NodeIndex, _ consumed: [TokenID], _ instance: ProcessInstance) {
    guard definition.nodes.indices.contains(node.rawValue) else {
      find("a join at a node that does not exist")
      return
    }
    let came = consumed.compactMap { instance.token($0)?.flow }.sorted()
    let expected = definition[node].incoming.sorted()
    if definition[node].isInclusiveJoin {
      if consumed.isEmpty || Set(came).count < came.count {
        find("the join \(definition[node].id) consumed \(consumed.count) tokens of \(Set(came).count) flows")
      }
    } else if came != expected {
      find("the join \(definition[node].id) consumed \(consumed.count) tokens of \(expected.count) flows")
    }
  }

  func isDraining(_ token: Token, _ instance: ProcessInstance) -> Bool {
    instance.runs.contains { $0.phase == .draining && instance.isForwardWork(token.scope, of: $0) }
  }
}

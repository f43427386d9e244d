import EngineCore

/// What the report says about a join: which branches have not arrived, and who can still bring them.
struct WhyJoin {
  private let why: WhyTokens
  private var instance: ProcessInstance { why.instance }
  private var definition: ProcessDefinition { why.definition }

  init(_ why: WhyTokens) { self.why = why }

  func item(for token: Token) -> WhyReport.Item {
    let title = why.title(token)
    let missing = missingFlows(token)
    let sources = missing.map { definition.title(of: definition[$0].source) }
    var item = WhyReport.Item(
      missing.isEmpty
        ? "\(title) waits for the other branches" : "\(title) waits for the branch from " + .list(sources),
      about: .token(token.id), urgency: .waits)
    item.say("It has waited \(why.clock.sinceText(token.since)).")
    for flow in missing { explain(flow, of: token, in: &item) }
    return item
  }

  private func missingFlows(_ token: Token) -> [FlowIndex] {
    guard let node = definition.node(token.node) else { return [] }
    let missing = node.incoming.filter { flow in
      !instance.tokens.contains {
        $0.node == token.node && $0.scope == token.scope && $0.flow == flow && $0.wait == .join
      }
    }
    // A join of the branches that were taken misses only what can still come.
    return node.isInclusiveJoin ? missing.filter { !bearers(of: $0, to: token).isEmpty } : missing
  }

  /// The live tokens that can still come along a flow.
  private func bearers(of flow: FlowIndex, to join: Token) -> [Token] {
    let source = definition[flow].source
    return instance.tokens.filter { token in
      guard token.mode == .forward, token.wait != .join || token.node != join.node,
        let place = place(of: token, in: join.scope)
      else { return false }
      return canReach(source, from: place)
    }
  }

  private func explain(_ flow: FlowIndex, of join: Token, in item: inout WhyReport.Item) {
    let source = definition[flow].source
    let bearers = bearers(of: flow, to: join)
    guard !bearers.isEmpty else {
      item.urgency = .needsPerson
      item.say("No live token can bring the branch from \(definition.title(of: source)): the join waits for ever.")
      item.offer("B", undoText(CompensationStack.nodesToUndo(instance, definition), definition))
      item.offer("C", "ends the instance without undoing anything")
      return
    }
    for bearer in bearers.prefix(4) {
      let node = definition.title(of: bearer.node)
      item.say(
        bearer.state == .failed
          ? "\(node) has failed: the join goes on once that is solved."
          : "Token \(bearer.id.rawValue) can bring it: it is at \(node), \(SafeText(untrusted: bearer.state.name)).")
    }
  }

  /// Where a token stands as seen from a scope: inside a subprocess it stands at the subprocess.
  private func place(of token: Token, in scope: ScopeID) -> NodeIndex? {
    if token.scope == scope { return token.node }
    var current = token.scope
    while current != .root, let open = instance.scope(current) {
      if open.parent == scope { return open.node }
      current = open.parent
    }
    return nil
  }

  private func canReach(_ target: NodeIndex, from start: NodeIndex) -> Bool {
    var seen: Set<NodeIndex> = [start]
    var open = [start]
    while let node = open.popLast() {
      if node == target { return true }
      guard let known = definition.node(node) else { continue }
      let next = known.outgoing.map { definition[$0].target } + known.boundaryEvents
      for node in next where seen.insert(node).inserted { open.append(node) }
    }
    return false
  }
}

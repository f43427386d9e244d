extension Stepper {
  /// A token is at a node whose rule a program has added.
  mutating func execute(_ custom: CustomNode, for token: Token) throws(Rejection) {
    guard let handler = context.extensions.nodes[custom.handler] else {
      // Like a handler that this engine does not have: the token stays ready for an engine that has it.
      if token.state == .created { try emit(.tokenReady(token: token.id, cause: .noRoom)) }
      return
    }
    let node = definition[token.node]
    let flows = node.outgoing
    let targets = flows.map { definition[definition[$0].target].id }
    var variables = instance.visibleVariables(in: token.scope)
    let configuration: Value
    do {
      configuration = try custom.configuration.evaluate(in: variables)
    } catch {
      try failExpression(token, error.description)
      return
    }
    let decision = handler.execute(
      NodeContext(
        node: node.id, configuration: configuration, variables: variables, targets: targets, now: context.now))
    let result: Value
    var chosen = flows
    switch decision {
    case .fail(let code, let message):
      try raise(code: code, message: message, from: .token(token))
      return
    case .goOn(let value): result = value
    case .take(let names, let value):
      if let stray = names.first(where: { !targets.contains($0) }) {
        try failExpression(token, "\(custom.handler) took \(node.id) to \(stray), where it does not lead")
        return
      }
      chosen = zip(flows, targets).filter { names.contains($0.1) }.map(\.0)
      result = value
    }
    let outputs: Context
    do {
      if !custom.outputs.isEmpty { variables["result"] = result }
      outputs = try evaluate(custom.outputs, variables)
    } catch {
      try failExpression(token, error.description)
      return
    }
    try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
    try assign(outputs, from: token.scope)
    for flow in chosen { try enter(definition[flow].target, in: token.scope, via: flow, after: token.after) }
  }
}

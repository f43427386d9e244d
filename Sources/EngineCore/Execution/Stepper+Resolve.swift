extension Stepper {
  /// Somebody did by hand what a failed token could not. Unlike a skipped step it leaves a record, and a compensation
  /// counts as done.
  mutating func resolve(_ token: Token, outputs: Context, note: String) throws(Rejection) {
    guard note.contains(where: { !$0.isWhitespace }) else {
      throw Rejection(.invalidArgument, "a step is resolved with a note that says what was done: give a reason")
    }
    guard token.state == .failed, let incident = instance.incident(of: token.id) else {
      throw Rejection(
        .incidentUnknown, "token \(token.id) of instance \(instance.id) is \(token.state.name) and has no incident")
    }
    if incident.kind == .inDoubt {
      try takeAsDone(token, outputs: outputs)
      return
    }
    let gatewayFlow = try flowToSkip(token)
    try end(token, with: .tokenCompleted(token: token.id, node: token.node, mode: token.mode))
    if let reference = token.compensates {
      try emit(
        .compensationCompleted(run: reference.run, record: reference.record, token: token.id, outputs: outputs))
      try unhalt(reference.run)
      return
    }
    try assign(outputs, from: token.scope)
    let after = definition[token.node].activity?.compensation == nil ? token.after : try record(token)
    if let gatewayFlow {
      try enter(definition[gatewayFlow].target, in: token.scope, via: gatewayFlow, after: after)
    } else {
      // What cannot be read from the operator's outputs is left out of the list of results.
      var variables = instance.visibleVariables(in: token.scope).merging(outputs)
      variables["result"] = .context(outputs)
      try proceed(from: token, gathered: (try? gathered(by: token, variables)) ?? nil, after: after)
    }
  }
}

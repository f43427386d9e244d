/// Call activities: a token waits for an instance of another process.
///
/// The child's number is decided here, from the next one that is free, so that the step stays a pure function. The
/// engine starts the child in the same unit of work, and the unit that ends the child moves the token that waits.
extension Stepper {
  mutating func beginCall(_ call: CallWork, _ assignment: Assignment, _ token: Token) throws(Rejection) {
    if let reference = token.compensates, let child = instance.record(reference.record)?.child {
      try emit(.tokenWaiting(token: token.id, reason: .child(child)))
      effects.append(.compensateChild(child))
      return
    }
    let depth = (instance.parent?.depth ?? 0) + 1
    guard depth <= CoreLimits.callDepth else {
      let node = definition[token.node].id
      try failExpression(token, "\(node) would be call \(depth) inside each other, and \(CoreLimits.callDepth) may be")
      return
    }
    let start: ChildStart
    do {
      start = try childStart(call, assignment, token, depth)
    } catch {
      try failExpression(token, error.description)
      return
    }
    nextInstance = InstanceID(nextInstance.rawValue + 1)
    try emit(.tokenWaiting(token: token.id, reason: .child(start.child)))
    effects.append(.startChild(start))
  }

  private func childStart(
    _ call: CallWork, _ assignment: Assignment, _ token: Token, _ depth: Int
  ) throws(ExpressionError) -> ChildStart {
    let visible = visibleVariables(of: token)
    guard case .string(let process) = try call.process.evaluate(in: visible) else {
      let source = call.process.expressions.first?.source ?? ""
      throw ExpressionError(expression: source, column: 1, message: "does not give the name of a process")
    }
    var businessKey = instance.businessKey
    if let template = call.businessKey { businessKey = try template.evaluate(in: visible).stringValue }
    return ChildStart(
      child: nextInstance, parent: ParentLink(instance: instance.id, token: token.id, depth: depth),
      process: process, version: call.version, businessKey: businessKey,
      variables: assignment.inputs.isEmpty ? visible : try evaluate(assignment.inputs, visible))
  }

  /// A child has ended: the token that waits for it takes its outcome up.
  mutating func finishChild(
    _ id: TokenID, _ child: InstanceID, _ outcome: WorkOutcome, canBeUndone: Bool
  ) throws(Rejection) {
    let token = try require(id)
    guard token.wait == .child(child) else {
      throw Rejection(.tokenInvalidTransition, "token \(id) of instance \(instance.id) does not wait for \(child)")
    }
    undoableChild = canBeUndone ? (id, child) : nil
    try finish(token, outcome)
  }

  /// A child has raised an escalation: it goes on at the token that waits for it, as if that were a subprocess. While
  /// the instance is suspended, that it was raised is kept, and it takes effect on resume.
  mutating func escalateChild(_ id: TokenID, _ child: InstanceID, _ code: String) throws(Rejection) {
    let token = try require(id)
    guard token.wait == .child(child), token.mode == .forward, drainingRun(over: token) == nil else {
      throw Rejection(.tokenInvalidTransition, "token \(id) of instance \(instance.id) hears nothing of \(child)")
    }
    try emit(.escalationThrown(token: id, node: token.node, code: code))
    if !instance.isSuspended { try escalate(code, from: .token(token)) }
  }

  /// The child whose end a token waits for is ended too.
  mutating func leaveChild(of token: Token, immediately: Bool) {
    guard case .child(let child)? = token.wait else { return }
    effects.append(.endChild(child, immediately: immediately))
  }
}

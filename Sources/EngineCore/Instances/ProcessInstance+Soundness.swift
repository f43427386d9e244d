/// Whether the parts of an instance fit together, so that the rules can be applied to it at all.
extension ProcessInstance {
  /// What does not fit together, in one sentence; nil when all does.
  ///
  /// An engine looks before it first steps an instance that comes from a store: what is wrong there would be carried on by
  /// every later step, or end the engine. O(parts).
  public func mismatch(in definition: ProcessDefinition) -> String? {
    func exists(_ node: NodeIndex) -> Bool { definition.nodes.indices.contains(node.rawValue) }
    for token in tokens {
      if !exists(token.node) { return "token \(token.id) stands at node \(token.node.rawValue), which does not exist" }
      if token.scope != .root, scope(token.scope) == nil {
        return "token \(token.id) is in subprocess \(token.scope), which is not open"
      }
      if let reference = token.compensates, run(reference.run) == nil || record(reference.record) == nil {
        return "token \(token.id) undoes a step that is not being undone"
      }
      if let problem = mismatch(ofWait: token) { return problem }
    }
    for scope in scopes {
      if !exists(scope.node) { return "subprocess \(scope.id) is of node \(scope.node.rawValue), which does not exist" }
      if scope.parent != .root, self.scope(scope.parent) == nil || scope.parent >= scope.id {
        return "subprocess \(scope.id) lies in subprocess \(scope.parent), which is not open"
      }
    }
    for timer in timers {
      if let event = timer.kind.event, !exists(event) {
        return "timer \(timer.id) is of node \(event.rawValue), which does not exist"
      }
      if timer.token != .none, token(timer.token) == nil {
        return "timer \(timer.id) belongs to token \(timer.token), which has ended"
      }
    }
    if let record = records.first(where: { !exists($0.node) }) {
      return "record \(record.id) is of node \(record.node.rawValue), which does not exist"
    }
    if let subscription = subscriptions.first(where: { !exists($0.node) }) {
      return "subscription \(subscription.id) is of node \(subscription.node.rawValue), which does not exist"
    }
    return nil
  }

  /// A waiting token has its stored reason.
  private func mismatch(ofWait token: Token) -> String? {
    guard token.state == .waiting else { return nil }
    let isThere =
      switch token.wait {
      case .timer(let timer)?: self.timer(timer) != nil
      case .userTask?: userTasks.contains { $0.token == token.id }
      case .externalTask?: externalTasks.contains { $0.token == token.id }
      case .scope(let scope)?: self.scope(scope) != nil
      case .subscription(let subscription)?: self.subscription(subscription) != nil
      case .compensation(let run)?: self.run(run) != nil
      case .join?, .child?, .events?: true
      case nil: false
      }
    let what = token.wait.map { "its " + $0.name } ?? "nothing"
    return isThere ? nil : "token \(token.id) waits for \(what), which is not stored"
  }
}

/// Whether the parts of an instance fit together, so that the rules can be applied to it at all.
extension ProcessInstance {
  /// What does not fit together, in one sentence; nil when all does.
  ///
  /// An engine looks before it first steps an instance that comes from a store: what is wrong there would be carried on
  /// by every later step, or end the engine. O(parts).
  public func mismatch(in definition: ProcessDefinition) -> String? {
    func exists(_ node: NodeIndex) -> Bool { definition.nodes.indices.contains(node.rawValue) }
    if let problem = mismatchOfNumbers { return problem }
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
      if scope.kind == .loop, !variables[scope.id].countsIterations {
        return "the numbers of loop \(scope.id) are not those of a loop"
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
    for run in runs {
      if run.target != .root, scope(run.target) == nil {
        return "compensation run \(run.id) is about subprocess \(run.target), which is not open"
      }
      if let node = [run.extent.node, run.extent.resumption].compactMap(\.self).first(where: { !exists($0) }) {
        return "compensation run \(run.id) is about node \(node.rawValue), which does not exist"
      }
    }
    return nil
  }

  /// What the next events will be called must not have been given out before.
  private var mismatchOfNumbers: String? {
    let given = [
      tokens.last?.id.rawValue, scopes.last?.id.rawValue, timers.last?.id.rawValue, subscriptions.last?.id.rawValue,
      runs.last?.id.rawValue, incidents.last?.id.rawValue,
    ]
    if let highest = given.compactMap(\.self).max(), highest >= nextID {
      return "the number \(highest) is given out, and the next one is to be \(nextID)"
    }
    if let record = records.last, record.id.rawValue > sequence {
      return "record \(record.id) is of an event after the last one, which is \(sequence)"
    }
    return nil
  }

  /// The refusal of a command that a damaged instance cannot follow.
  package func refusal(because problem: String) -> Rejection {
    let remedy = state.isEnd ? "it stays as it is" : "only cancel or terminate move it"
    return Rejection(.instanceCorrupted, "instance \(id) is damaged, and \(remedy): \(problem)")
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

extension InstanceCommand {
  /// Whether damage to an instance stands in its way: an instance can be marked whatever it is like, and one that has
  /// ended is moved by being undone alone.
  package func meetsDamage(in instance: ProcessInstance) -> Bool {
    if case .corrupt = self { return false }
    guard instance.state.isEnd else { return true }
    if case .compensate = self { return true }
    return false
  }

  /// Whether only a broken invariant explains a refusal. What somebody asks for may not be possible, but that an
  /// instance ends always is; and what the engine does of its own accord is what it has found to be possible.
  package func meetsBrokenInvariant(_ rejection: Rejection, isAskedFor: Bool) -> Bool {
    if self == .cancel || self == .terminate {
      return rejection.reason != .instanceEnded && rejection.reason != .instanceCancelling
    }
    return rejection.breaksInvariant && !isAskedFor
  }
}

extension Context {
  /// Whether the numbers of a loop's bookkeeping can be counted on with.
  fileprivate var countsIterations: Bool {
    for name in LoopNumbers.all {
      guard let value = self[name] else { continue }
      guard let number = value.intValue, 0...CoreLimits.instancesPerLoop ~= number else { return false }
    }
    return true
  }
}

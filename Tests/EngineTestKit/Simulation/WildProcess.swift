import EngineCore

/// Makes sound processes by chance: blocks within blocks, so that every join can complete and every token can end.
///
/// They are wilder than those of `RandomProcess`, since nobody has to say independently what must become of them:
/// errors and terminate ends anywhere, scripts that others read, compensation by workers, timeouts.
struct WildProcess {
  var chance: SeededSource
  private var count = 0
  private var mayCall = false
  /// Whether it may throw what starts a process.
  private(set) var mayBegin = false
  /// Whether what it does may change the variable that conditions look at.
  var mayChangeNumber = true
  /// How many forks of the scope at hand lie around the place at hand.
  private var forks = 0
  /// How many event subprocesses lie around the place at hand.
  var handling = 0
  /// The handlers that its nodes name.
  static let handlers = ["work", "slow", "undo"]
  static let topics = ["parcels", "letters"]
  static let errors = ["E1", "E2"]
  /// The process that others call; it calls none.
  static let called = "called"

  init(seed: UInt64) { chance = SeededSource(state: seed) }

  /// A process that validates. The same seed gives the same process.
  mutating func make(_ key: String) -> ProcessDefinition {
    mayCall = key != Self.called
    mayBegin = mayCall && key != Self.started
    for _ in 0..<50 {
      count = 0
      var draft = ProcessDraft(key: key, saga: saga(), scope: scope(depth: 0, length: roll(1...4)))
      draft.policy = policy()
      draft.starts = starts(key)
      let (definition, issues) = draft.assemble(handlers: Self.handlers)
      guard issues.isEmpty else { continue }
      let wilder = withInclusiveGateways(definition)
      if DefinitionValidator.issues(in: wilder, handlers: Self.handlers).isEmpty { return wilder }
    }
    preconditionFailure("no sound process in fifty tries: the generator is wrong")
  }

  mutating func roll(_ range: ClosedRange<Int>) -> Int { chance.roll(range) }
  mutating func happens(_ percent: Int) -> Bool { chance.happens(percent) }

  mutating func saga() -> SagaPolicy {
    let failure: CompensationFailurePolicy = happens(25) ? .continue : .halt
    switch roll(1...10) {
    case 1...3: return .none
    case 4...6: return SagaPolicy(scope: .local, onCompensationFailure: failure)
    default: return SagaPolicy(scope: .global, onCompensationFailure: failure)
    }
  }

  private mutating func policy() -> OperatingPolicy {
    OperatingPolicy(
      priority: roll(-3...3), retention: happens(30) ? SimulatedHouse.someRetention(&chance) : nil,
      publishes: happens(40) ? SimulatedHouse.somePublished(&chance) : [])
  }

  mutating func name(_ kind: String) -> String {
    count += 1
    return "\(kind)\(count)"
  }

  mutating func scope(depth: Int, length: Int, isTransaction: Bool = false) -> ScopeDraft {
    var nodes: [NodeDraft] = []
    let around = forks
    forks = 0
    defer { forks = around }
    let end = isTransaction ? cancelling(then: ProcessDraft.end, &nodes) : ProcessDraft.end
    let start = sequence(length, depth: depth, then: end, &nodes)
    if depth < 3, happens(20) { nodes.append(handler(depth: depth)) }
    return ScopeDraft(start: start, nodes: nodes, isTransaction: isTransaction)
  }

  /// Blocks one after the other; says where the first one begins.
  private mutating func sequence(_ length: Int, depth: Int, then next: String, _ nodes: inout [NodeDraft]) -> String {
    var entry = next
    for _ in 0..<max(length, 1) { entry = block(depth: depth, then: entry, &nodes) }
    return entry
  }

  private mutating func block(depth: Int, then next: String, _ nodes: inout [NodeDraft]) -> String {
    let isDeep = depth >= 3 || nodes.count > 12
    switch roll(1...(isDeep ? 17 : 26)) {
    case 1...8: return activity(then: next, &nodes)
    case 9...10: return wait(then: next, &nodes)
    case 11...12: return catchEvent(then: next, &nodes)
    case 13: return firstEvent(then: next, &nodes)
    case 14...15: return throwEvent(then: next, &nodes)
    case 16: return failingEnd(then: next, &nodes)
    case 17: return undoing(then: next, &nodes)
    case 18...19: return choice(depth: depth, then: next, &nodes)
    case 20...22: return fork(depth: depth, then: next, &nodes)
    case 23: return loop(depth: depth, then: next, &nodes)
    default: return subprocess(depth: depth, then: next, &nodes)
    }
  }

  private mutating func wait(then next: String, _ nodes: inout [NodeDraft]) -> String {
    let id = name("wait")
    let timer = TimerDefinition.delay(.seconds(roll(0...40)))
    nodes.append(NodeDraft(id: id, kind: .wait(timer), branches: [BranchDraft(to: next)]))
    return id
  }

  private mutating func choice(depth: Int, then next: String, _ nodes: inout [NodeDraft]) -> String {
    let id = name("choice")
    var branches: [BranchDraft] = []
    for index in 0..<roll(1...2) {
      let target = sequence(1, depth: depth + 1, then: next, &nodes)
      branches.append(BranchDraft(to: target, .when(condition("number > \(index * 3 + 2)"))))
    }
    branches.append(BranchDraft(to: next, .otherwise))
    nodes.append(NodeDraft(id: id, kind: .choice, branches: branches))
    return id
  }

  /// Turns the forks that are to choose, and their joins, into inclusive gateways.
  private func withInclusiveGateways(_ definition: ProcessDefinition) -> ProcessDefinition {
    var wilder = definition
    for (index, node) in definition.nodes.enumerated() {
      if node.id.hasPrefix("meet") { wilder.nodes[index].kind = .inclusiveGateway(defaultFlow: nil) }
      guard node.id.hasPrefix("some") else { continue }
      wilder.nodes[index].kind = .inclusiveGateway(defaultFlow: node.outgoing.first)
      for (place, flow) in node.outgoing.enumerated().dropFirst() {
        wilder.flows[flow.rawValue].condition = condition("number > \(place * 3)")
      }
    }
    return ProcessDefinition(
      key: wilder.key, name: wilder.name, saga: wilder.saga, policy: wilder.policy, nodes: wilder.nodes,
      flows: wilder.flows, start: wilder.start, startEvents: wilder.startEvents)
  }

  private mutating func fork(depth: Int, then next: String, _ nodes: inout [NodeDraft]) -> String {
    let isInclusive = happens(35)
    let join = name(isInclusive ? "meet" : "join")
    nodes.append(NodeDraft(id: join, kind: .join(.all), branches: [BranchDraft(to: next)]))
    var branches: [BranchDraft] = []
    forks += 1
    defer { forks -= 1 }
    for _ in 0..<roll(2...3) {
      // Several ways may end a branch: they meet before the join, which waits for one token from each of its flows.
      let meeting = name("pass")
      nodes.append(NodeDraft(id: meeting, kind: .throws(.none), branches: [BranchDraft(to: join)]))
      branches.append(BranchDraft(to: sequence(roll(1...2), depth: depth + 1, then: meeting, &nodes)))
    }
    let id = name(isInclusive ? "some" : "fork")
    nodes.append(NodeDraft(id: id, kind: .fork, branches: branches))
    return id
  }

  /// Goes back while the result of its last step says so.
  private mutating func loop(depth: Int, then next: String, _ nodes: inout [NodeDraft]) -> String {
    let id = name("again")
    let work = name("round")
    nodes.append(
      NodeDraft(
        id: id, kind: .choice,
        branches: [BranchDraft(to: work, .when(condition("again = true"))), BranchDraft(to: next, .otherwise)]))
    var round = Activity(work: .handler(name: "work", configuration: .literal(.null)))
    round.outputs = [mapping("again", "=result.again")]
    round.compensation = happens(50) ? compensation() : nil
    nodes.append(NodeDraft(id: work, kind: .activity(round), branches: [BranchDraft(to: id)]))
    return work
  }

  private mutating func subprocess(depth: Int, then next: String, _ nodes: inout [NodeDraft]) -> String {
    let id = name("scope")
    let isTransaction = happens(20)
    var inner = scope(depth: depth + 1, length: roll(1...3), isTransaction: isTransaction)
    let inputs = happens(50) ? [mapping("number", "=number")] : []
    let undo = happens(30) ? compensation() : nil
    if undo == nil, happens(20) { inner.nodes.append(handler(depth: depth + 1, EventStart(trigger: .compensation))) }
    var draft = NodeDraft(
      id: id, kind: .subprocess(inner, inputs: inputs, saga: saga(), compensation: undo),
      branches: [BranchDraft(to: next)])
    draft.loop = repeats()
    addEvents(to: &draft, then: next, &nodes)
    addHappenings(to: &draft, isScope: true, then: next)
    if isTransaction { draft.events.append(EventDraft(trigger: .cancel, target: next)) }
    nodes.append(draft)
    return id
  }

  /// A choice that may end its scope with an error, or at once.
  private mutating func failingEnd(then next: String, _ nodes: inout [NodeDraft]) -> String {
    let end = name("end")
    let kind: EndKind =
      switch roll(1...10) {
      case 1...3: .terminate
      // A join waits for the token that ends here alone.
      case 4...6 where forks == 0: .throwing(thrown())
      default: .error(code: Self.errors[roll(0...1)])
      }
    nodes.append(NodeDraft(id: end, kind: .end(kind)))
    let id = name("choice")
    nodes.append(
      NodeDraft(
        id: id, kind: .choice,
        branches: [BranchDraft(to: end, .when(condition("number > 7"))), BranchDraft(to: next, .otherwise)]))
    return id
  }

  mutating func activity(then next: String, _ nodes: inout [NodeDraft], canBeUndone: Bool = false) -> String {
    let id = name("step")
    var activity = Activity(work: work())
    if !mayChangeNumber {
      // Its results are dropped.
    } else if case .script = activity.work {
      activity.outputs = [mapping("number", "=if number = null then 1 else number + 1")]
    } else if happens(60) {
      activity.outputs = [mapping("number", "=result.number")]
    }
    if canBeUndone || happens(60) { activity.compensation = compensation() }
    if happens(50) { activity.retry = retry() }
    if happens(15) { activity.timeout = .seconds(roll(1...20)) }
    var draft = NodeDraft(id: id, kind: .activity(activity), branches: [BranchDraft(to: next)])
    draft.loop = repeats()
    if case .script = activity.work {
    } else {
      addEvents(to: &draft, then: next, &nodes)
      addHappenings(to: &draft, isScope: false, then: next)
    }
    nodes.append(draft)
    return id
  }

  private mutating func work() -> Work {
    switch roll(1...10) {
    case 1...6: .handler(name: happens(70) ? "work" : "slow", configuration: .literal(.null))
    case 7...8: .external(ExternalWork(topic: Self.topics[roll(0...1)], lease: .seconds(roll(5...60))))
    // Whom an event subprocess calls might throw what sets it off again.
    case 9 where mayCall && handling == 0 && happens(60): .call(CallWork(process: .literal(.string(Self.called))))
    case 9: .user(UserWork())
    default: .script
    }
  }

  private mutating func compensation() -> Compensation {
    let work: Work =
      switch roll(1...10) {
      case 1...7: .handler(name: "undo", configuration: .literal(.null))
      case 8...9: .external(ExternalWork(topic: Self.topics[roll(0...1)], lease: .seconds(20)))
      default: .script
      }
    var compensation = Compensation(work: work)
    if happens(40) { compensation.retry = retry() }
    if happens(30) { compensation.outputs = [mapping("undone", "=1")] }
    return compensation
  }

  private mutating func retry() -> RetryPolicy {
    RetryPolicy(attempts: roll(2...4), backoff: .seconds(roll(1...5)), factor: 2, jitter: happens(50) ? 0.5 : 0)
  }

  private mutating func addEvents(to draft: inout NodeDraft, then next: String, _ nodes: inout [NodeDraft]) {
    if happens(25) {
      let code = happens(70) ? Self.errors[roll(0...1)] : nil
      draft.events.append(EventDraft(trigger: .error(code: code), target: next))
    }
    if happens(20) {
      let interrupts = happens(40)
      let delay = interrupts || happens(50) ? TimerDefinition.delay(.seconds(roll(1...60))) : cycle()
      // What does not interrupt makes a token more: that one must not come to a join.
      draft.events.append(
        EventDraft(
          trigger: .timer(delay), isInterrupting: interrupts, target: interrupts ? next : ProcessDraft.end))
    }
  }

  func condition(_ source: String) -> Expression {
    do {
      return try Expression(source)
    } catch {
      preconditionFailure("\(source): \(error)")
    }
  }

  func template(_ source: String) -> ValueTemplate {
    do {
      return try ValueTemplate(.string(source))
    } catch {
      preconditionFailure("\(source): \(error)")
    }
  }

  func mapping(_ target: String, _ source: String) -> Mapping {
    Mapping(target: target, template: template(source))
  }
}

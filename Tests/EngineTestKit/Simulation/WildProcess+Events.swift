import EngineCore

/// Messages, signals, conditions and escalations: caught, watched for and thrown.
extension WildProcess {
  static let messages = ["m1", "m2"]
  static let signals = ["s1", "s2"]
  static let escalations = ["L1", "L2"]
  static let keys = ["k1", "k2"]
  /// The process that others and messages start; what it does starts nothing, so that there is an end to it.
  static let started = "p3"
  /// The message that starts it.
  static let beginning = "begin"
  /// The signal that starts it.
  static let bell = "bell"

  mutating func starts(_ key: String) -> [EventTrigger] {
    guard key == Self.started else { return [] }
    var starts: [EventTrigger] = []
    if happens(80) { starts.append(.message(MessageTrigger(name: Self.beginning, outputs: kept("message")))) }
    if happens(40) { starts.append(.timer(cycle())) }
    if happens(50) { starts.append(.signal(SignalTrigger(name: Self.bell, outputs: kept("signal")))) }
    return starts
  }

  /// What is kept of what came.
  private mutating func kept(_ what: String) -> [Mapping] {
    mayChangeNumber && happens(50) ? [mapping("number", "=\(what).number")] : []
  }

  /// Something that comes from outside, or a condition.
  mutating func happening() -> EventTrigger {
    switch roll(1...10) {
    case 1...5: return message()
    case 6...8: return .signal(SignalTrigger(name: Self.signals[roll(0...1)], outputs: kept("signal")))
    default: return .conditional(condition("number > \(roll(2...8))"))
    }
  }

  private mutating func message() -> EventTrigger {
    let key = happens(60) ? template("=if key = null then \"k1\" else key") : nil
    return .message(
      MessageTrigger(name: Self.messages[roll(0...1)], correlationKey: key, outputs: kept("message")))
  }

  mutating func catchEvent(then next: String, _ nodes: inout [NodeDraft]) -> String {
    let id = name("catch")
    nodes.append(NodeDraft(id: id, kind: .catches(happening()), branches: [BranchDraft(to: next)]))
    return id
  }

  /// An event-based gateway; one of its events always comes when somebody sends it or time passes.
  mutating func firstEvent(then next: String, _ nodes: inout [NodeDraft]) -> String {
    var branches: [BranchDraft] = []
    for place in 0..<roll(2...3) {
      let id = name("came")
      let kind: NodeDraft.Kind =
        switch place {
        case 0 where happens(60): .wait(.delay(.seconds(roll(1...60))))
        case 0: .catches(message())
        default: .catches(happening())
        }
      nodes.append(NodeDraft(id: id, kind: kind, branches: [BranchDraft(to: next)]))
      branches.append(BranchDraft(to: id))
    }
    let id = name("first")
    nodes.append(NodeDraft(id: id, kind: .first, branches: branches))
    return id
  }

  mutating func throwEvent(then next: String, _ nodes: inout [NodeDraft]) -> String {
    let id = name("throw")
    nodes.append(NodeDraft(id: id, kind: .throws(thrown()), branches: [BranchDraft(to: next)]))
    return id
  }

  mutating func thrown() -> ThrowKind {
    // What an event subprocess throws would start it again, for ever.
    let kind = handling > 0 ? 10 : roll(1...10)
    switch kind {
    case 1...5:
      if mayBegin, happens(25) { return .message(MessageThrow(name: Self.beginning)) }
      let key = happens(60) ? template("=if key = null then \"k2\" else key") : nil
      return .message(
        MessageThrow(
          name: Self.messages[roll(0...1)], correlationKey: key, variables: [mapping("number", "=number")],
          timeToLive: .seconds([0, 10, 120, 3_000][roll(0...3)])))
    case 6...8:
      let name = mayBegin && happens(25) ? Self.bell : Self.signals[roll(0...1)]
      return .signal(SignalThrow(name: name, variables: [mapping("number", "=number")]))
    default: return .escalation(code: Self.escalations[roll(0...1)])
    }
  }

  /// What may happen to a node besides errors and time.
  mutating func addHappenings(to draft: inout NodeDraft, isScope: Bool, then next: String) {
    if happens(20) {
      let interrupts = happens(50)
      draft.events.append(
        EventDraft(
          trigger: happening(), isInterrupting: interrupts, target: interrupts ? next : ProcessDraft.end))
    }
    if isScope, happens(30) {
      let interrupts = happens(50)
      let code = happens(70) ? Self.escalations[roll(0...1)] : nil
      draft.events.append(
        EventDraft(
          trigger: .escalation(code: code), isInterrupting: interrupts,
          target: interrupts ? next : ProcessDraft.end))
    }
  }

  /// An event subprocess.
  mutating func handler(depth: Int, _ given: EventStart? = nil) -> NodeDraft {
    let event = given ?? eventStart()
    let mayChange = mayChangeNumber
    // What it does must not make its own condition true again.
    if case .conditional = event.trigger { mayChangeNumber = false }
    handling += 1
    let inner = scope(depth: depth + 1, length: roll(1...2))
    handling -= 1
    mayChangeNumber = mayChange
    return NodeDraft(id: name("handler"), kind: .handler(inner, event, saga: saga()))
  }

  private mutating func eventStart() -> EventStart {
    switch roll(1...10) {
    case 1...5: EventStart(trigger: happening(), isInterrupting: happens(50))
    case 6: EventStart(trigger: .timer(.delay(.seconds(roll(1...60)))), isInterrupting: happens(50))
    case 7...8: EventStart(trigger: .error(code: happens(50) ? Self.errors[roll(0...1)] : nil))
    default:
      EventStart(trigger: .escalation(code: Self.escalations[roll(0...1)]), isInterrupting: happens(50))
    }
  }
}

import EngineCore

/// Growing what waits for the world outside, and what speaks to it.
extension ProcessGrowth {
  /// The names of messages that several events may wait for.
  private static let sharedNames = ["news", "answer"]

  /// Something that waits or throws.
  mutating func event(depth: Int) -> ProcessBlock {
    switch Int.random(in: 0..<9, using: &source) {
    case 0..<2: return .await(CatchBlock(id: name("await"), trigger: messageOrSignal()))
    case 2..<4: return .race(race(depth: depth))
    case 4..<6: return conversation()
    case 6:
      let signal = SignalBlock(variable: variable(), isAlarm: !isInHandler && chance(0.5))
      return thrown(.signal(signal, value: value()))
    case 7: return thrown(.escalation(code: code()))
    default: return .jump(id: name("jump"))
    }
  }

  private mutating func value() -> Int { Int.random(in: 0..<RandomProcess.values, using: &source) }

  private mutating func messageOrSignal(mayShare: Bool = true) -> TriggerBlock {
    chance(0.7) ? .message(message(mayShare: mayShare)) : .signal(SignalBlock(variable: variable()))
  }

  /// Branches do not wait for the same message, since who of them is first is not said anywhere, and what waits again
  /// and again shares its message with nobody, since nobody else would ever get it.
  private mutating func message(mayShare: Bool) -> MessageBlock {
    let shared = mayShare && !isInBranches && chance(0.5) ? Self.sharedNames.randomElement(using: &source) : nil
    return MessageBlock(
      name: shared ?? name("message"), key: chance(0.5) ? variable() : nil, variable: chance(0.6) ? variable() : nil)
  }

  private mutating func race(depth: Int) -> RaceBlock {
    let id = name("race")
    var events: [EventBlock] = []
    for _ in 0..<Int.random(in: 2...3, using: &source) {
      let trigger = chance(0.4) ? .timer(duration(1...30)) : messageOrSignal()
      events.append(EventBlock(id: name("event"), trigger: trigger, way: way(depth: depth)))
    }
    return RaceBlock(id: id, events: events)
  }

  /// A throw event between two pieces of work.
  private mutating func thrown(_ thrown: ThrowBlock.Thrown) -> ProcessBlock {
    .sequence([
      .work(work(depth: 0, mayHaveEvents: false)), .send(ThrowBlock(id: name("throw"), thrown: thrown)),
      .work(work(depth: 0, mayHaveEvents: false)),
    ])
  }

  /// A message that another branch, or the same one later on, waits for.
  private mutating func conversation() -> ProcessBlock {
    var message = MessageBlock(name: name("own"), key: chance(0.4) ? variable() : nil)
    let life: Duration = chance(0.5) ? .seconds(3600) : .zero
    let speaking = thrown(.message(message, value: value(), life: life))
    message.variable = chance(0.6) ? variable() : nil
    let hearing = ProcessBlock.await(CatchBlock(id: name("await"), trigger: .message(message)))
    let isLater = chance(0.4)
    return isLater ? .sequence([speaking, hearing]) : .parallel(id: name("fork"), [speaking, hearing])
  }

  /// A call of another process.
  mutating func call(depth: Int) -> CallBlock {
    let callee = callees.randomElement(using: &source)
    var call = CallBlock(
      id: name("call"), process: callee?.key ?? "",
      inputs: RandomProcess.names.map { name in (name: name, source: variable()) },
      counters: callee?.counters ?? [])
    if chance(0.7) { call.output = (variable: variable(), source: variable()) }
    call.events = events(depth: depth) + escalationEvents(depth: depth)
    return call
  }

  /// Boundary events for what is escalated from inside.
  mutating func escalationEvents(depth: Int) -> [EventBlock] {
    guard hasEvents, chance(0.3) else { return [] }
    let code = chance(0.7) ? code() : nil
    return [
      EventBlock(
        id: name("escalation"), trigger: .escalation(code: code), isInterrupting: chance(0.5), way: way(depth: depth))
    ]
  }

  /// Boundary events that something outside sets off.
  mutating func outsideEvents(depth: Int) -> [EventBlock] {
    guard chance(0.2) else { return [] }
    let isInterrupting = chance(0.5)
    let trigger = messageOrSignal(mayShare: isInterrupting)
    return [EventBlock(id: name("event"), trigger: trigger, isInterrupting: isInterrupting, way: way(depth: depth))]
  }

  /// The event subprocesses of a scope.
  mutating func handlers(depth: Int) -> [HandlerBlock] {
    guard hasEvents, depth <= Self.depth else { return [] }
    var starts: [(trigger: TriggerBlock, isInterrupting: Bool)] = []
    let mayStay = chance(0.5)
    if chance(0.12) { starts.append((.error(code: chance(0.6) ? code() : nil), true)) }
    if chance(0.12) { starts.append((.escalation(code: chance(0.6) ? code() : nil), chance(0.5))) }
    if chance(0.12) {
      var trigger = messageOrSignal(mayShare: !mayStay)
      if case .signal(let signal) = trigger, mayStay {
        trigger = .signal(SignalBlock(variable: signal.variable, isAlarm: true))
      }
      starts.append((trigger, !mayStay))
    }
    if chance(0.08) { starts.append((.timer(duration(5...60)), chance(0.5))) }
    let before = isInHandler
    defer { isInHandler = before }
    isInHandler = true
    return starts.map { trigger, isInterrupting in
      var scope = inner(name("handler"), Int.random(in: 1...2, using: &source), depth: depth)
      if chance(0.3) { scope.saga = saga() }
      return HandlerBlock(trigger: trigger, isInterrupting: isInterrupting, scope: scope)
    }
  }
}

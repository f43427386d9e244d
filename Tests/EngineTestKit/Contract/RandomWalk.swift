import EngineCore
import EngineRuntime

/// Lets instances live by chance: every command that could be asked for in their present state, from a seed.
package struct RandomWalk {
  private var generator: SeededSource
  private let driver: StoreDriver

  package init(seed: UInt64, driver: StoreDriver) {
    generator = SeededSource(state: seed)
    self.driver = driver
  }

  /// Makes a number of steps on one of the instances, and says which instance each changed.
  package mutating func walk(_ ids: [InstanceID], steps: Int, then: (InstanceID) throws -> Void) throws {
    for _ in 0..<steps {
      guard let id = ids.randomElement(using: &generator) else { return }
      driver.now = driver.now + .seconds(Int.random(in: 0...400, using: &generator))
      driver.freeSlots = Int.random(in: 0...3, using: &generator)
      let instance = try driver.instance(id)
      guard let command = commands(for: instance).randomElement(using: &generator) else { continue }
      do {
        try driver.perform(command, on: id)
      } catch is Rejection {
        continue
      }
      try then(id)
    }
  }

  private mutating func commands(for instance: ProcessInstance) -> [InstanceCommand] {
    var commands: [InstanceCommand] = []
    for token in instance.tokens {
      switch (token.state, token.wait) {
      case (.ready, _): commands += [.claim(token.id), .claim(token.id)]
      case (.executing, _):
        let finish = InstanceCommand.finishWork(token.id, attempt: token.attempt, outcome: outcome())
        commands += [finish, finish, .recover(token.id)]
      case (.waiting, .externalTask?):
        commands.append(.lockTask(token.id, worker: "w\(token.attempt)", until: driver.now + .seconds(30)))
        commands.append(.finishTask(token.id, fence: nil, outcome: outcome()))
      case (.waiting, .userTask?): commands.append(.finishTask(token.id, fence: nil, outcome: outcome()))
      case (.failed, _):
        commands += [.retry(token.id), .skip(token.id, outputs: ["skipped": true])]
      case (.waiting, _), (.created, _), (.completed, _), (.terminated, _): break
      }
    }
    for timer in instance.timers {
      commands.append(.fireTimer(timer.id))
      commands.append(.rescheduleTimer(timer.id, due: driver.now + .seconds(90)))
    }
    for subscription in instance.subscriptions where subscription.kind != .condition {
      let delivery = EventDelivery(event: "e\(subscription.id)", variables: ["text": value()])
      commands.append(.deliver(subscription.id, delivery))
    }
    commands.append(.setVariables(changes()))
    switch Int.random(in: 0..<24, using: &generator) {
    case 0: return Bool.random(using: &generator) ? [.suspend] : [.hold]
    case 1: return [.compensate(reason: "by hand", target: target(in: instance))]
    case 2: return Int.random(in: 0..<4, using: &generator) == 0 ? [.cancel] : commands
    case 3: return Int.random(in: 0..<4, using: &generator) == 0 ? [.terminate] : commands
    case 4...6: return instance.isSuspended ? [instance.isHeld ? .release : .resume] : commands
    default: return commands
    }
  }

  private mutating func target(in instance: ProcessInstance) -> CompensationTarget {
    let node = ["ship", "pick", "pack", "book", "hotel", "plan"].randomElement(using: &generator) ?? "ship"
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return .scope(node: node)
    case 1: return .back(node: node, after: Int64.random(in: 1...max(instance.sequence, 1), using: &generator))
    default: return .everything
    }
  }

  private mutating func outcome() -> WorkOutcome {
    switch Int.random(in: 0..<13, using: &generator) {
    case 10: .completed(result: .boolean(Bool.random(using: &generator)))
    case 11: .cancelled
    case 12: .waiting(reference: value().description, limit: Bool.random(using: &generator) ? .seconds(9) : nil)
    case 0: .businessError(code: ["REJECTED", "LOST", "OTHER"].randomElement(using: &generator) ?? "", message: "no")
    case 1: .failed(Failure(code: "exit 1", message: "it broke", detail: "stack\ntrace"))
    case 2: .failed(Failure(code: "exit 65", message: "it broke for good", isRetryable: false))
    default: .completed(result: ["id": value(), "note": value()])
    }
  }

  private mutating func changes() -> [VariableChange] {
    (0..<Int.random(in: 1...2, using: &generator)).map { _ in
      let name = ["amount", "customer", "größe", "a b"].randomElement(using: &generator) ?? "amount"
      return VariableChange(name: name, value: Int.random(in: 0..<4, using: &generator) == 0 ? nil : value())
    }
  }

  private mutating func value() -> Value {
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: .null
    case 1: .boolean(true)
    case 2: Value(Int.random(in: -5...5_000_000_000, using: &generator))
    case 3: .string("Smith & Söhne \"\u{202E}\n")
    case 4: .list([.string(""), .context(Context())])
    default: ["deep": ["list": [1, 2, ["x": "y"]]]]
    }
  }
}

/// SplitMix64: the same seed gives the same walk on every machine.
package struct SeededSource: RandomNumberGenerator {
  private var state: UInt64

  package init(state: UInt64) { self.state = state }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

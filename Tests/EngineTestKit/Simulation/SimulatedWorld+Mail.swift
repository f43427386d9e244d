import EngineCore
import EngineRuntime

/// Messages and signals from outside.
extension SimulatedWorld {
  /// Something that is sent: to somebody who waits, or to nobody.
  func letter() -> Verb {
    let content: Context = ["number": Value(roll(0...10))]
    let open = oracle.instances.flatMap(\.subscriptions).filter { $0.kind != .condition }
    if happens(60), let subscription = open.randomElement(using: &chance) {
      if subscription.kind == .signal { return .signal(name: subscription.name, variables: content) }
      return .send(message(subscription.name, subscription.correlationKey, content))
    }
    if happens(30) {
      return .signal(name: (WildProcess.signals + [WildProcess.bell])[roll(0...2)], variables: content)
    }
    // Whoever starts something by a message names it, so that the oracle knows it again.
    if happens(30) { return .send(message(WildProcess.beginning, "b\(commands)m", content)) }
    let key = happens(60) ? WildProcess.keys[roll(0...1)] : nil
    return .send(message(WildProcess.messages[roll(0...1)], key, content))
  }

  private func message(_ name: String, _ key: String?, _ content: Context) -> OutgoingMessage {
    OutgoingMessage(
      name: name, correlationKey: key, variables: content,
      timeToLive: .seconds([0, 0, 10, 120, 3_000][roll(0...4)]))
  }

  /// After how many rounds something starves: whatever is sent goes to others, which are older and wait again.
  private static let patience = 30

  /// In the calm somebody sends what an instance waits for, one thing at a time. What starves is skipped in the end, or
  /// where that cannot be done its instance is ended.
  func send(to instance: ProcessInstance, _ round: Int) -> Bool {
    guard !house.isSilent else { return false }
    for token in instance.tokens where token.state == .waiting {
      let isGateway = token.wait == .events
      let all = instance.subscriptions.filter { awaited in
        awaited.token == token.id
          && (isGateway ? awaited.kind != .condition : token.wait == .subscription(awaited.id))
      }
      guard !all.isEmpty else { continue }
      let awaited = all[round % all.count]
      if isGateway, round > Self.patience {
        post(.terminate(instance.id), isKeyed: true)
      } else if awaited.kind == .condition || round > Self.patience {
        post(.skip(instance.id, token: token.id, outputs: Context()), isKeyed: true)
      } else if awaited.kind == .signal {
        post(.signal(name: awaited.name, variables: ["number": 4]), isKeyed: true)
      } else {
        post(.send(OutgoingMessage(name: awaited.name, correlationKey: awaited.correlationKey)), isKeyed: true)
      }
      return true
    }
    return false
  }

  /// Whether an instance waits for somebody outside and for nothing that comes by itself.
  func rests(_ instance: ProcessInstance) -> Bool {
    guard house.isSilent, !instance.isSuspended, instance.timers.isEmpty, instance.incidents.isEmpty else {
      return false
    }
    var waitsOutside = false
    for token in instance.tokens {
      guard token.state == .waiting, let wait = token.wait else { return false }
      switch wait {
      case .subscription, .events: waitsOutside = true
      case .child(let child):
        guard let child = oracle.known[child]?.instance, rests(child) else { return false }
        waitsOutside = true
      case .join, .scope, .compensation: break
      case .timer, .userTask, .externalTask: return false
      }
    }
    return waitsOutside
  }
}

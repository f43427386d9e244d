import EngineCore

/// Events in test processes and what comes to them.
extension TestProcess {
  mutating func catches(
    _ id: String, message: String, key: String? = nil, output: [String: String] = [:], in parent: String? = nil
  ) throws {
    add(id, .catchEvent(.message(try trigger(message, key: key, output: output))), in: parent)
  }

  mutating func boundary(
    _ id: String, on host: String, _ trigger: EventTrigger, interrupting: Bool = true, in parent: String? = nil
  ) {
    add(
      id, .boundary(BoundaryEvent(host: index(host), trigger: trigger, isInterrupting: interrupting)), in: parent)
  }

  /// An event subprocess with one service task, whose name is `work-` and its own, and an end.
  mutating func handler(
    _ id: String, _ trigger: EventTrigger, interrupting: Bool = true, in parent: String? = nil
  ) throws {
    add(
      id,
      .subprocess(
        Subprocess(
          start: NodeIndex(rawValue: count + 1), event: EventStart(trigger: trigger, isInterrupting: interrupting))),
      in: parent)
    try service("work-" + id, in: id)
    add("end-" + id, .end(.plain), in: id)
    link("work-" + id, "end-" + id)
  }

  func trigger(_ message: String, key: String? = nil, output: [String: String] = [:]) throws -> MessageTrigger {
    MessageTrigger(
      name: message, correlationKey: try key.map { .expression(try Expression($0)) },
      outputs: try output.sorted { $0.key < $1.key }.map {
        Mapping(target: $0.key, template: .expression(try Expression($0.value)))
      })
  }
}

extension EventTrigger {
  static func message(_ name: String) -> EventTrigger { .message(MessageTrigger(name: name)) }
  static func signal(_ name: String) -> EventTrigger { .signal(SignalTrigger(name: name)) }
  static func condition(_ text: String) throws -> EventTrigger { .conditional(try Expression(text)) }
  static func after(_ seconds: Int) -> EventTrigger { .timer(.delay(.seconds(seconds))) }
}

extension TestRun {
  /// What is waited for, as `node kind name key`.
  var subscriptions: [String] {
    instance.subscriptions.map { subscription in
      [definition[subscription.node].id, subscription.kind.name, subscription.name, subscription.correlationKey ?? ""]
        .filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  /// Something of this name comes to the oldest subscription for it.
  mutating func deliver(_ name: String, _ variables: Context = [:]) throws {
    guard let subscription = instance.subscriptions.first(where: { $0.name == name }) else {
      throw Rejection(.subscriptionUnknown, "nobody waits for \(name)")
    }
    try perform(.deliver(subscription.id, EventDelivery(event: "id of \(name)", variables: variables)))
  }

  mutating func set(_ name: String, _ value: Value) throws {
    try perform(.setVariables([VariableChange(name: name, value: value)]))
  }
}

import EngineCore

extension ScopeBlock {
  /// What it holds.
  var inside: ScopeDraft {
    var nodes: [NodeDraft] = []
    body.add(to: &nodes, next: ProcessDraft.end)
    for handler in handlers {
      let event = EventStart(trigger: handler.trigger.draft, isInterrupting: handler.isInterrupting)
      nodes.append(
        NodeDraft(
          id: handler.scope.id, kind: .handler(handler.scope.inside, event, saga: handler.scope.saga)))
    }
    return ScopeDraft(start: body.entry, nodes: nodes, isTransaction: isTransaction)
  }

  func add(to nodes: inout [NodeDraft], next: String) {
    let inputs = locals.map { Mapping(target: $0.name, template: .literal(Value($0.value))) }
    nodes.append(
      NodeDraft(
        id: id, kind: .subprocess(inside, inputs: inputs, saga: saga, compensation: undo?.compensation),
        branches: [BranchDraft(to: next)], events: events.map(\.draft)))
    for event in events { event.add(to: &nodes, next: next) }
  }
}

extension EventBlock {
  var draft: EventDraft {
    EventDraft(id: id, trigger: trigger.draft, isInterrupting: isInterrupting, target: way.entry)
  }

  /// Adds the way behind a boundary event.
  func add(to nodes: inout [NodeDraft], next: String) {
    way.add(to: &nodes, next: isInterrupting ? next : ProcessDraft.end)
  }
}

extension RaceBlock {
  func add(to nodes: inout [NodeDraft], next: String) {
    nodes.append(NodeDraft(id: id, kind: .first, branches: events.map { BranchDraft(to: $0.id) }))
    for event in events {
      let kind: NodeDraft.Kind
      if case .timer(let duration) = event.trigger {
        kind = .wait(.delay(duration))
      } else {
        kind = .catches(event.trigger.draft)
      }
      nodes.append(NodeDraft(id: event.id, kind: kind, branches: [BranchDraft(to: event.way.entry)]))
      event.way.add(to: &nodes, next: next)
    }
  }
}

extension TriggerBlock {
  var draft: EventTrigger {
    switch self {
    case .error(let code): .error(code: code)
    case .timer(let duration): .timer(.delay(duration))
    case .message(let message):
      .message(
        MessageTrigger(
          name: message.name, correlationKey: message.keyTemplate,
          outputs: message.variable.map { [Mapping(target: $0, template: .known("=message.value"))] } ?? []))
    case .signal(let signal):
      .signal(
        SignalTrigger(
          name: signal.name, outputs: [Mapping(target: signal.variable, template: .known("=signal.value"))]))
    case .escalation(let code): .escalation(code: code)
    case .cancel: .cancel
    }
  }
}

extension MessageBlock {
  fileprivate var keyTemplate: ValueTemplate? { key.map { .known(.string("=\($0)")) } }
}

extension ThrowBlock {
  var draft: ThrowKind {
    switch thrown {
    case .message(let message, let value, let life):
      .message(
        MessageThrow(
          name: message.name, correlationKey: message.keyTemplate, variables: Self.carried(value), timeToLive: life))
    case .signal(let signal, let value): .signal(SignalThrow(name: signal.name, variables: Self.carried(value)))
    case .escalation(let code): .escalation(code: code)
    }
  }

  private static func carried(_ value: Int) -> [Mapping] {
    [Mapping(target: "value", template: .literal(Value(value)))]
  }
}

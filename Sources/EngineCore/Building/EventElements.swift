/// Waits for a message, with boundary events if need be.
public struct Receive: ScopeElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Waits for a message with a key that tells this instance from others; strings that begin with `=` are expressions.
  public init(_ id: String, message: String, key: Value? = nil) {
    draft = NodeDraft(id: id, kind: .catches(.message(MessageTrigger(name: message))))
    draft.collect { draft in
      let template = try key.map { try ValueTemplate($0) }
      draft.kind = .catches(.message(MessageTrigger(name: message, correlationKey: template)))
    }
  }

  /// Keeps a part of what comes with the message, which expressions see as `message`.
  public func output(_ name: String, _ value: Value) -> Self {
    with { draft in
      draft.collect { draft in
        guard case .catches(.message(var message)) = draft.kind else { return }
        message.outputs.append(Mapping(target: name, template: try ValueTemplate(value)))
        draft.kind = .catches(.message(message))
      }
    }
  }
}

/// Waits for a signal or a condition.
public struct Await: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Waits for a signal.
  public init(_ id: String, signal: String) {
    draft = NodeDraft(id: id, kind: .catches(.signal(SignalTrigger(name: signal))))
  }

  /// Waits until variables make a condition true.
  public init(_ id: String, when condition: String) {
    draft = NodeDraft(id: id, kind: .catches(.signal(SignalTrigger(name: id))))
    draft.collect { draft in
      draft.kind = .catches(.conditional(try Expression(condition.withoutEqualsSign)))
    }
  }
}

/// Takes the way of the event that comes first; each way begins with a `Receive`, an `Await` or a `Wait`.
public struct First: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Waits at several events at once.
  public init(_ id: String, of events: String...) {
    draft = NodeDraft(id: id, kind: .first, branches: events.map { BranchDraft(to: $0) })
  }
}

/// Sends a message or a signal, raises an escalation or jumps to a link.
public struct Throw: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Sends a message; strings that begin with `=` are expressions.
  public init(
    _ id: String, message: String, key: Value? = nil, with variables: Context = Context(), ttl: Duration = .zero
  ) {
    draft = NodeDraft(id: id, kind: .throws(.message(MessageThrow(name: message))))
    draft.collect { draft in
      draft.kind = .throws(
        .message(
          MessageThrow(
            name: message, correlationKey: try key.map { try ValueTemplate($0) },
            variables: try Self.mappings(variables), timeToLive: ttl)))
    }
  }

  /// Sends a signal.
  public init(_ id: String, signal: String, with variables: Context = Context()) {
    draft = NodeDraft(id: id, kind: .throws(.signal(SignalThrow(name: signal))))
    draft.collect { draft in
      draft.kind = .throws(.signal(SignalThrow(name: signal, variables: try Self.mappings(variables))))
    }
  }

  /// Raises an escalation.
  public init(_ id: String, escalation code: String) {
    draft = NodeDraft(id: id, kind: .throws(.escalation(code: code)))
  }

  /// Jumps to the link of that name.
  public init(_ id: String, link: String) { draft = NodeDraft(id: id, kind: .jump(to: link)) }

  private static func mappings(_ variables: Context) throws -> [Mapping] {
    try variables.entries.map { Mapping(target: $0.name, template: try ValueTemplate($0.value)) }
  }
}

/// Where a thrown link lands.
public struct Link: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// A place to jump to, in the same scope.
  public init(_ id: String, name: String? = nil) { draft = NodeDraft(id: id, kind: .landing(name ?? id)) }
}

/// An event subprocess: what is done when something happens to the scope that it stands in.
public struct Handle: ProcessElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Handles what a trigger stands for; its block is like that of a process.
  public init(
    _ id: String, _ trigger: EventTrigger, interrupting: Bool = true, saga: SagaPolicy = .none,
    start: String? = nil, @ProcessBuilder nodes: () -> [NodeDraft]
  ) {
    draft = NodeDraft(
      id: id,
      kind: .handler(
        ScopeDraft(start: start, nodes: nodes()), EventStart(trigger: trigger, isInterrupting: interrupting),
        saga: saga))
  }
}

extension ScopeElement {
  /// Leads elsewhere when something happens to the work from outside.
  public func on(_ trigger: EventTrigger, interrupting: Bool = true, next target: String) -> Self {
    with { $0.events.append(EventDraft(trigger: trigger, isInterrupting: interrupting, target: target)) }
  }
}

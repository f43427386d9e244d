/// Work that a handler of the engine does.
public struct Service: ActivityElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Work of a registered handler; `with` configures it, and strings in it that begin with `=` are expressions.
  public init(_ id: String, handler: String, with configuration: Value = .null) {
    draft = NodeDraft(activity: id) { try Work(handler: handler, with: configuration) }
  }
}

/// A command, run by the handler `exec`.
public struct Run: ActivityElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Work of a command; arguments that begin with `=` are expressions.
  public init(_ id: String, _ arguments: String...) {
    draft = NodeDraft(activity: id) { try Work(command: arguments.map { .string($0) }) }
  }
}

/// Work that a worker outside fetches by topic.
public struct External: ActivityElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Work for the workers of a topic, locked for as long as the lease.
  public init(_ id: String, topic: String, lease: Duration = .seconds(60)) {
    draft = NodeDraft(activity: id) { .external(ExternalWork(topic: topic, lease: lease)) }
  }
}

/// Work that a person does.
public struct User: ActivityElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Work for a person; assignee and candidates may be expressions that begin with `=`.
  public init(_ id: String, assignee: Value? = nil, candidates: Value? = nil, due: Duration? = nil, form: Value? = nil)
  {
    draft = NodeDraft(activity: id) {
      .user(
        UserWork(
          assignee: try assignee.map { try ValueTemplate($0) },
          candidates: try candidates.map { try ValueTemplate($0) }, due: due, form: form))
    }
  }
}

/// Work that an instance of another process does.
public struct Call: ActivityElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Calls a process by its key, which may be an expression that begins with `=`.
  public init(_ id: String, process: String, version: Int? = nil, businessKey: Value? = nil) {
    draft = NodeDraft(activity: id) {
      .call(
        CallWork(
          process: try ValueTemplate(.string(process)), version: version,
          businessKey: try businessKey.map { try ValueTemplate($0) }))
    }
  }
}

/// Sets variables, without anybody's help.
public struct Assign: ActivityElement {
  /// The node so far.
  public var draft: NodeDraft

  /// Sets variables to values or expressions that begin with `=`; all of them see the variables as they were before.
  public init(_ id: String, _ values: KeyValuePairs<String, Value>) {
    draft = NodeDraft(activity: id) { .script }
    for (name, value) in values { draft.addOutput(name, value) }
  }
}

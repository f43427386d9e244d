/// What an event that catches waits for: on the border of an activity, in the middle of a flow, or where a process or
/// an event subprocess starts (BPMN 2.0, 10.5). `DefinitionValidator` says which of them may stand where.
public enum EventTrigger: Sendable, Hashable, Codable {
  /// Time that passes.
  case timer(TimerDefinition)
  /// A business error, or a failure that has used up its retries; nil catches every code.
  case error(code: String?)
  /// A message that is sent to this instance, or to whoever starts with it.
  case message(MessageTrigger)
  /// A signal, which everybody who waits for its name receives.
  case signal(SignalTrigger)
  /// Variables that make a condition true.
  case conditional(Expression)
  /// An escalation from inside; nil catches every code.
  case escalation(code: String?)
  /// The scope around an event subprocess is being undone.
  case compensation
  /// A transaction was cancelled from inside.
  case cancel
  /// A throw event of the same scope jumps here.
  case link(name: String)
}

/// A message that is waited for, and what is kept of it.
public struct MessageTrigger: Sendable, Hashable, Codable {
  /// The name of the message, e.g. `payment-received`.
  public var name: String
  /// What tells this instance from others that wait for the same name; nil where the name alone is enough.
  public var correlationKey: ValueTemplate?
  /// What is kept of the variables that come with it, which mappings see as `message`; with none, nothing is.
  public var outputs: [Mapping]

  /// Makes a trigger.
  public init(name: String, correlationKey: ValueTemplate? = nil, outputs: [Mapping] = []) {
    self.name = name
    self.correlationKey = correlationKey
    self.outputs = outputs
  }
}

/// A signal that is waited for, and what is kept of it.
public struct SignalTrigger: Sendable, Hashable, Codable {
  /// The name of the signal, e.g. `prices-changed`.
  public var name: String
  /// What is kept of the variables that come with it, which mappings see as `signal`; with none, nothing is.
  public var outputs: [Mapping]

  /// Makes a trigger.
  public init(name: String, outputs: [Mapping] = []) {
    self.name = name
    self.outputs = outputs
  }
}

/// What an intermediate event or an end event throws (BPMN 2.0, 10.5.4).
public enum ThrowKind: Sendable, Hashable, Codable {
  /// Nothing: the event only marks a place.
  case none
  /// A message to one instance.
  case message(MessageThrow)
  /// A signal to everybody who waits for it.
  case signal(SignalThrow)
  /// An escalation to the scopes around; the work goes on.
  case escalation(code: String)
  /// Completed steps of the scope are undone: all of them, or those of one activity or subprocess.
  case compensation(activity: NodeIndex?)
  /// The token goes on at a catch event of the same scope.
  case link(target: NodeIndex)
}

/// A message that a process sends.
public struct MessageThrow: Sendable, Hashable, Codable {
  /// The name of the message.
  public var name: String
  /// Whom it is for; nil where the name alone is enough.
  public var correlationKey: ValueTemplate?
  /// The variables that go with it.
  public var variables: [Mapping]
  /// How long it waits for somebody when nobody waits for it yet.
  public var timeToLive: Duration

  /// Makes a message.
  public init(
    name: String, correlationKey: ValueTemplate? = nil, variables: [Mapping] = [], timeToLive: Duration = .zero
  ) {
    self.name = name
    self.correlationKey = correlationKey
    self.variables = variables
    self.timeToLive = timeToLive
  }
}

/// A signal that a process sends.
public struct SignalThrow: Sendable, Hashable, Codable {
  /// The name of the signal.
  public var name: String
  /// The variables that go with it.
  public var variables: [Mapping]

  /// Makes a signal.
  public init(name: String, variables: [Mapping] = []) {
    self.name = name
    self.variables = variables
  }
}

/// How an event subprocess starts: beside the scope that it stands in, or in its place.
public struct EventStart: Sendable, Hashable, Codable {
  /// What sets it off.
  public var trigger: EventTrigger
  /// Whether it ends the other tokens of the scope around it. Errors always do.
  public var isInterrupting: Bool

  /// Makes a start.
  public init(trigger: EventTrigger, isInterrupting: Bool = true) {
    self.trigger = trigger
    self.isInterrupting = isInterrupting
  }
}

/// A way to start an instance other than by asking for it.
public struct StartEvent: Sendable, Hashable, Codable {
  /// The node that the first token enters.
  public var node: NodeIndex
  /// What starts an instance.
  public var trigger: EventTrigger

  /// Makes a start.
  public init(node: NodeIndex, trigger: EventTrigger) {
    self.node = node
    self.trigger = trigger
  }
}

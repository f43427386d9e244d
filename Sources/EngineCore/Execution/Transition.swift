/// What one step did: the events, the instance after them, and what has to happen outside once they are durable.
public struct Transition: Sendable {
  /// The instance after the events.
  public var instance: ProcessInstance
  /// The events, in order.
  public var entries: [HistoryEntry]
  /// Which parts of the instance to write.
  public var changes: ChangeSet
  /// What to do outside, but only after the events are durable.
  public var effects: [Effect]
}

/// Something to be done outside once the step that asked for it is durable.
public enum Effect: Sendable, Hashable {
  /// A handler begins.
  case startWork(WorkInvocation)
  /// A handler is asked to stop, or stopped at once.
  case stopWork(TokenID, immediately: Bool)
  /// A token has become ready and waits for room.
  case tokenReady(TokenID)
  /// A timer is pending (again).
  case timerPending(TimerID, due: Timestamp)
  /// A called instance starts.
  case startChild(ChildStart)
  /// A called instance is ended, in good order or at once.
  case endChild(InstanceID, immediately: Bool)
  /// A called instance is undone.
  case compensateChild(InstanceID)
  /// An escalation that nobody in this instance catches goes on in the one that called it.
  case escalate(to: ParentLink, code: String)
  /// A token waits for a called instance that may have ended meanwhile.
  case awaitChild(InstanceID)
  /// A message is waited for from now on, and may be there already.
  case messageAwaited(name: String, correlationKey: String?)
}

/// Work for a handler, with everything evaluated that its definition asks for.
public struct WorkInvocation: Sendable, Hashable {
  /// The token whose node it is.
  public let token: TokenID
  /// The node.
  public let node: NodeIndex
  /// Forward, undoing, or asking whether a step in doubt happened.
  public let mode: TokenMode
  /// Which attempt this is.
  public let attempt: Int
  /// The name of the handler.
  public let handler: String
  /// Its configuration, evaluated.
  public let configuration: Value
  /// What it is given.
  public let variables: Context
  /// How long this attempt may take.
  public let timeout: Duration?
}

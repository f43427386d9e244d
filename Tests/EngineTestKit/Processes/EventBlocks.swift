import EngineCore

/// What sets an event off.
package enum TriggerBlock: Sendable {
  /// An error with this code; nil means any.
  case error(code: String?)
  /// Time since it began to be watched for.
  case timer(Duration)
  case message(MessageBlock)
  case signal(SignalBlock)
  /// An escalation from inside; nil means any code.
  case escalation(code: String?)
  /// The transaction was cancelled.
  case cancel
}

/// A message with whom it is for and what is kept of it.
package struct MessageBlock: Sendable {
  package var name: String
  /// The variable whose value is the correlation key; nil for a message whose name is enough.
  package var key: String?
  /// Where `message.value` is kept; nil drops it.
  package var variable: String?
}

/// A signal. All who receive it keep its value under the same name, so that it does not matter who does so first.
package struct SignalBlock: Sendable {
  /// Where `signal.value` is kept.
  package var variable: String
  /// Whether event subprocesses start with it again and again. Nothing in them waits for it or sends it, or they would
  /// go on for ever.
  package var isAlarm = false

  /// The name of the signal.
  package var name: String { "\(isAlarm ? "alarm" : "signal")-\(variable)" }
}

/// An event with the way behind it: of a boundary, or of an event-based gateway. An interrupting boundary event goes on
/// where its host would have; one that does not interrupt runs beside it to a plain end.
package struct EventBlock: Sendable {
  package var id: String
  package var trigger: TriggerBlock
  package var isInterrupting = true
  package var way: ProcessBlock
}

/// A catch event in the middle of a flow.
package struct CatchBlock: Sendable {
  package var id: String
  package var trigger: TriggerBlock
}

/// An event-based gateway; all of its ways go on where it would have.
package struct RaceBlock: Sendable {
  package var id: String
  package var events: [EventBlock]
}

/// An event subprocess.
package struct HandlerBlock: Sendable {
  package var trigger: TriggerBlock
  package var isInterrupting = true
  package var scope: ScopeBlock
}

/// A throw event.
package struct ThrowBlock: Sendable {
  package var id: String
  package var thrown: Thrown

  /// What it throws.
  package enum Thrown: Sendable {
    /// A message with a value, and how long it waits for somebody.
    case message(MessageBlock, value: Int, life: Duration)
    case signal(SignalBlock, value: Int)
    case escalation(code: String)
  }
}

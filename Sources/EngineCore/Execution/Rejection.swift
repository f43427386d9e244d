/// A command or an event that the rules do not allow. Nothing was changed.
public struct Rejection: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which rule says no.
  public let reason: Reason
  /// One sentence with the state and the name of what was refused.
  public let message: String
  /// Whether a step of a rule was refused by the lifecycle tables: only a broken invariant explains that.
  package private(set) var breaksInvariant = false

  /// Refuses something.
  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  /// The same, as what a rule met that had found everything in order.
  package var asBrokenInvariant: Rejection {
    var rejection = self
    rejection.breaksInvariant = true
    return rejection
  }

  /// The rule and the sentence.
  public var description: String { "\(reason.rawValue): \(message)" }

  /// The rules, under the names that history, logs and JSON use.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    // Invariants.
    /// The token has ended, or its outcome is stored already.
    case tokenFinalizedTwice
    /// The lifecycle table of tokens does not allow it.
    case tokenInvalidTransition
    /// The instance never had such a token.
    case tokenUnknown
    /// The lifecycle table of instances does not allow it.
    case instanceInvalidTransition
    /// A join would consume other tokens than one from each flow.
    case joinIncomplete
    /// No such timer is pending.
    case timerUnknown
    /// No such subscription is open.
    case subscriptionUnknown
    /// The time zone of a timer is not known here.
    case zoneUnknown
    /// The token has no open task, or the task is not given out.
    case taskUnknown
    /// The token has a task already.
    case taskExists
    /// No such subprocess is open.
    case scopeUnknown
    /// A scope would end with something alive in it.
    case scopeNotEmpty
    /// There is no such compensation record.
    case recordUnknown
    /// The lifecycle table of compensation records does not allow it.
    case recordInvalidTransition
    /// There is no such compensation run.
    case runUnknown
    /// The lifecycle table of compensation runs does not allow it.
    case runInvalidTransition
    /// The identifier was given out before.
    case identifierReused
    /// There is no such open incident.
    case incidentUnknown
    /// An event does not follow the last one.
    case historyGap
    /// Somebody else holds the task, or the lock with that number is over.
    case externalTaskLeaseConflict
    // What an operator or a caller asked for.
    /// The instance has ended.
    case instanceEnded
    /// The instance is being cancelled: it ends when its handlers have stopped, and nothing else may happen to it.
    case instanceCancelling
    /// The instance is suspended, which the command does not allow.
    case instanceSuspended
    /// The instance is not suspended, so there is nothing to resume.
    case instanceNotSuspended
    /// The definition is suspended, and its instances go on with it.
    case definitionSuspended
    /// The definition is not suspended, so there is nothing to resume.
    case definitionNotSuspended
    /// Only an instance that has ended, and that nobody may still undo, can be deleted.
    case instanceNotEnded
    /// Only cancel and terminate move a corrupted instance.
    case instanceCorrupted
    /// The store has no such instance.
    case instanceUnknown
    /// The store has no such definition.
    case definitionUnknown
    /// Nothing there has failed or waits for its next attempt.
    case nothingToRetry
    /// Nothing there can count as done.
    case nothingToSkip
    /// Nothing there is left to undo.
    case nothingToCompensate
    /// That is being undone already.
    case alreadyCompensating
    /// The report of a worker is about a step that no worker does.
    case wrongKindOfTask
    /// The instance has changed since the caller looked at it.
    case versionConflict
    /// The idempotency key belongs to a command that asked for something else.
    case keyReused
    /// This engine no longer is the one that may write.
    case leaseLost
    /// What was asked for makes no sense; the message says why.
    case invalidArgument
  }
}

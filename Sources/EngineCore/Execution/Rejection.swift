/// A command or an event that the rules do not allow. Nothing was changed.
public struct Rejection: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which rule says no.
  public let reason: Reason
  /// One sentence with the state and the name of what was refused.
  public let message: String

  /// Refuses something.
  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  /// The rule and the sentence.
  public var description: String { "\(reason.rawValue): \(message)" }

  /// The rules, under the names that history, logs and JSON use.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    // Invariants.
    case tokenFinalizedTwice
    case tokenInvalidTransition
    case tokenUnknown
    case instanceInvalidTransition
    case joinIncomplete
    case timerUnknown
    case subscriptionUnknown
    case zoneUnknown
    case taskUnknown
    case taskExists
    case scopeUnknown
    case scopeNotEmpty
    case recordUnknown
    case recordInvalidTransition
    case runUnknown
    case runInvalidTransition
    case identifierReused
    case incidentUnknown
    case historyGap
    case externalTaskLeaseConflict
    // What an operator or a caller asked for.
    case instanceEnded
    case instanceSuspended
    case instanceNotSuspended
    case instanceNotEnded
    case instanceCorrupted
    case instanceUnknown
    case definitionUnknown
    case nothingToRetry
    case nothingToSkip
    case nothingToCompensate
    case alreadyCompensating
    case wrongKindOfTask
    case versionConflict
    case keyReused
    case leaseLost
    case invalidArgument
  }
}

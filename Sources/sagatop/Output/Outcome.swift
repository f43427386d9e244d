import EngineCore

/// How a command ended, as scripts see it (see `--help` and the README).
enum Outcome: Int32, Comparable {
  case done = 0
  case failed = 1
  case usage = 2
  case notFound = 3
  case refused = 4
  case conflict = 5
  case partly = 6

  static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }

  /// What a refusal means for a script.
  init(_ rejection: Rejection) {
    switch rejection.reason {
    case .instanceUnknown, .definitionUnknown, .tokenUnknown, .timerUnknown, .taskUnknown, .incidentUnknown,
      .recordUnknown, .runUnknown, .scopeUnknown, .subscriptionUnknown:
      self = .notFound
    case .versionConflict, .keyReused, .externalTaskLeaseConflict, .tokenFinalizedTwice:
      self = .conflict
    case .invalidArgument:
      self = .usage
    case .tokenInvalidTransition, .instanceInvalidTransition, .recordInvalidTransition, .runInvalidTransition,
      .joinIncomplete, .historyGap, .scopeNotEmpty, .taskExists, .identifierReused, .instanceEnded,
      .instanceCancelling, .instanceSuspended, .instanceNotSuspended, .definitionSuspended, .definitionNotSuspended,
      .instanceNotEnded, .instanceCorrupted, .nothingToRetry,
      .nothingToSkip, .nothingToCompensate, .alreadyCompensating, .wrongKindOfTask, .leaseLost,
      .zoneUnknown:
      self = .refused
    }
  }
}

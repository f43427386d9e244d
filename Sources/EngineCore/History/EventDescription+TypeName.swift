extension ProcessEvent {
  /// The name of its type in JSON, on the command line and in the store's views. Names are added, never changed.
  public var typeName: String {
    switch self {
    case .processStarted: "processStarted"
    case .processCompleted: "processCompleted"
    case .processCompensated: "processCompensated"
    case .completionKept: "completionKept"
    case .processFailed: "processFailed"
    case .processCancelled: "processCancelled"
    case .processTerminated: "processTerminated"
    case .processSuspended: "processSuspended"
    case .processResumed: "processResumed"
    case .cancellationStarted: "cancellationStarted"
    case .processCorrupted: "processCorrupted"
    case .processCalled: "processCalled"
    case .childRecorded: "childRecorded"
    case .tokenArrived: "tokenArrived"
    case .tokenClaimed: "tokenClaimed"
    case .tokenCompleted: "tokenCompleted"
    case .tokenSkipped: "tokenSkipped"
    case .tokenFailed: "tokenFailed"
    case .attemptNoted: "attemptNoted"
    case .tokenReady: "tokenReady"
    case .tokenTerminated: "tokenTerminated"
    case .tokenWaiting: "tokenWaiting"
    case .joinCompleted: "joinCompleted"
    case .scopeEntered: "scopeEntered"
    case .scopeCompleted: "scopeCompleted"
    case .scopeTerminated: "scopeTerminated"
    case .boundaryTriggered: "boundaryTriggered"
    case .subscriptionOpened: "subscriptionOpened"
    case .subscriptionTriggered: "subscriptionTriggered"
    case .subscriptionClosed: "subscriptionClosed"
    case .conditionChanged: "conditionChanged"
    case .eventSubprocessTriggered: "eventSubprocessTriggered"
    case .messageThrown: "messageThrown"
    case .signalThrown: "signalThrown"
    case .escalationThrown: "escalationThrown"
    case .eventDeferred: "eventDeferred"
    case .timerScheduled: "timerScheduled"
    case .timerFired: "timerFired"
    case .timerCancelled: "timerCancelled"
    case .timerRescheduled: "timerRescheduled"
    case .timerRepeats: "timerRepeats"
    case .userTaskCreated: "userTaskCreated"
    case .userTaskCompleted: "userTaskCompleted"
    case .externalTaskCreated: "externalTaskCreated"
    case .externalTaskLocked: "externalTaskLocked"
    case .externalTaskReleased: "externalTaskReleased"
    case .externalTaskCompleted: "externalTaskCompleted"
    case .externalTaskFailed: "externalTaskFailed"
    case .workHandedOver: "workHandedOver"
    case .variablesChanged: "variablesChanged"
    case .compensationRecorded: "compensationRecorded"
    case .sagaStarted: "sagaStarted"
    case .sagaPhaseChanged: "sagaPhaseChanged"
    case .compensationTokenCreated: "compensationTokenCreated"
    case .compensationCompleted: "compensationCompleted"
    case .compensationSkipped: "compensationSkipped"
    case .compensationFailed: "compensationFailed"
    case .sagaCompleted: "sagaCompleted"
    case .sagaAbsorbed: "sagaAbsorbed"
    case .sagaAbandoned: "sagaAbandoned"
    case .probeStarted: "probeStarted"
    case .lineageGathered: "lineageGathered"
    case .recordsHandedOver: "recordsHandedOver"
    case .incidentRaised: "incidentRaised"
    case .incidentResolved: "incidentResolved"
    case .outcomeDeferred: "outcomeDeferred"
    case .outcomesReplayed: "outcomesReplayed"
    }
  }
}

extension ReadyCause {
  /// The word used in history and JSON.
  public var name: String {
    switch self {
    case .noRoom: "no room"
    case .retry: "retry"
    case .recovery: "recovery"
    case .operatorRetry: "operator retry"
    case .unitLimit: "unit limit"
    case .engineStopped: "engine stopped"
    case .suspended: "suspended"
    }
  }
}

extension CompensationRun.Continuation {
  /// The word used in history and JSON.
  public var name: String {
    switch self {
    case .endInstance: "end instance"
    case .throwError: "throw error"
    case .resume: "resume"
    case .cancelTransaction: "cancel transaction"
    case .goBack: "go back"
    case .awaitOperator: "await operator"
    case .leave: "nothing"
    }
  }
}

import EngineCore

/// The number of each kind of event in stored history. Numbers are never given out twice and never change.
enum EventCode: Int, CaseIterable {
  case processStarted = 1
  case processCompleted = 2
  case processCompensated = 3
  case processFailed = 4
  case processCancelled = 5
  case processTerminated = 6
  case processSuspended = 7
  case processResumed = 8
  case processCorrupted = 9
  case tokenArrived = 10
  case tokenClaimed = 11
  case tokenCompleted = 12
  case tokenSkipped = 13
  case tokenFailed = 14
  case tokenReady = 15
  case tokenTerminated = 16
  case tokenWaiting = 17
  case attemptNoted = 18
  case joinCompleted = 20
  case scopeEntered = 21
  case scopeCompleted = 22
  case scopeTerminated = 23
  case boundaryTriggered = 24
  case timerScheduled = 30
  case timerFired = 31
  case timerCancelled = 32
  case timerRescheduled = 33
  case userTaskCreated = 40
  case userTaskCompleted = 41
  case externalTaskCreated = 42
  case externalTaskLocked = 43
  case externalTaskReleased = 44
  case externalTaskCompleted = 45
  case externalTaskFailed = 46
  case workHandedOver = 47
  case variablesChanged = 50
  case compensationRecorded = 60
  case sagaStarted = 61
  case sagaPhaseChanged = 62
  case compensationTokenCreated = 63
  case compensationCompleted = 64
  case compensationSkipped = 65
  case compensationFailed = 66
  case sagaCompleted = 67
  case sagaAbsorbed = 68
  case incidentRaised = 70
  case incidentResolved = 71
  case outcomeDeferred = 72
  case outcomesReplayed = 73
  case subscriptionOpened = 100
  case subscriptionTriggered = 101
  case subscriptionClosed = 102
  case conditionChanged = 103
  case eventSubprocessTriggered = 104
  case messageThrown = 105
  case signalThrown = 106
  case escalationThrown = 107
  case eventDeferred = 108
  case probeStarted = 120
  case lineageGathered = 121
  case recordsHandedOver = 122
  case sagaAbandoned = 123
  case completionKept = 124
  case cancellationStarted = 125
  case processCalled = 150
  case childRecorded = 151
  case timerRepeats = 160
}

/// A kind of event, for the lookup table of a store: its number, its name, and which fields of its array hold the
/// token, the node and the mode.
package struct EventType: Sendable, Hashable {
  package let code: Int
  package let name: String
  package var token: Int?
  package var node: Int?
  package var mode: Int?

  package init(code: Int, name: String, token: Int?, node: Int?, mode: Int?) {
    self.code = code
    self.name = name
    self.token = token
    self.node = node
    self.mode = mode
  }
}

extension EventCodec {
  /// All kinds of events, by number.
  package static var types: [EventType] {
    EventCode.allCases.map { code in
      let fields = code.fields
      return EventType(code: code.rawValue, name: "\(code)", token: fields.token, node: fields.node, mode: fields.mode)
    }
  }
}

extension EventCode {
  /// The places of token, node and mode, counted from 0, where the number of the kind stands.
  fileprivate var fields: (token: Int?, node: Int?, mode: Int?) {
    switch self {
    case .tokenCompleted, .tokenSkipped: (1, 2, 3)
    case .tokenArrived, .tokenFailed, .tokenTerminated, .probeStarted: (1, 2, nil)
    case .compensationTokenCreated: (1, 4, nil)
    case .compensationRecorded: (2, 1, nil)
    case .boundaryTriggered: (2, 1, nil)
    case .scopeEntered: (4, 2, nil)
    case .joinCompleted: (nil, 1, nil)
    case .subscriptionOpened: (2, 4, nil)
    case .eventSubprocessTriggered: (nil, 1, nil)
    case .messageThrown, .signalThrown, .escalationThrown: (1, 2, nil)
    case .tokenClaimed, .tokenReady, .tokenWaiting, .userTaskCreated, .userTaskCompleted, .externalTaskCreated,
      .externalTaskLocked, .externalTaskReleased, .externalTaskCompleted, .externalTaskFailed, .workHandedOver,
      .outcomeDeferred, .lineageGathered, .attemptNoted:
      (1, nil, nil)
    case .timerScheduled, .incidentRaised: (2, nil, nil)
    case .compensationCompleted, .compensationSkipped, .compensationFailed: (3, nil, nil)
    case .processStarted, .processCompleted, .processCompensated, .completionKept, .processFailed, .processCancelled,
      .processTerminated, .processSuspended, .processResumed, .processCorrupted, .cancellationStarted, .processCalled,
      .childRecorded, .scopeCompleted, .scopeTerminated,
      .timerFired, .timerCancelled, .timerRescheduled, .timerRepeats, .variablesChanged, .sagaStarted,
      .sagaPhaseChanged,
      .sagaCompleted, .sagaAbandoned, .sagaAbsorbed, .recordsHandedOver, .incidentResolved, .outcomesReplayed,
      .subscriptionTriggered, .subscriptionClosed, .conditionChanged, .eventDeferred:
      (nil, nil, nil)
    }
  }
}

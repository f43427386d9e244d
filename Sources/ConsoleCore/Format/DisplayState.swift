import EngineCore

/// What an operator needs to know of an instance's state in one word: trouble comes before the state itself.
package enum DisplayState: Int, CaseIterable, Sendable, Hashable, Comparable {
  /// An invariant broke.
  case corrupted
  /// It cannot go on without a person.
  case incident
  case compensating
  /// It ends when its handlers have stopped.
  case cancelling
  case suspended
  case running
  /// All of its tokens wait for something.
  case waiting
  case failed
  case terminated
  case cancelled
  case compensated
  case completed

  package init(_ summary: InstanceSummary) {
    if summary.isCorrupted && !summary.state.isEnd {
      self = .corrupted
    } else if summary.incidentCount > 0 {
      self = .incident
    } else if summary.isSuspended && !summary.state.isEnd {
      self = .suspended
    } else {
      self = DisplayState(summary.state, tokens: summary.tokens)
    }
  }

  private init(_ state: InstanceState, tokens: [TokenSummary]) {
    switch state {
    case .running:
      let rests = !tokens.isEmpty && tokens.allSatisfy { $0.state == .waiting }
      self = rests ? .waiting : .running
    case .compensating: self = .compensating
    case .cancelling: self = .cancelling
    case .completed: self = .completed
    case .compensated: self = .compensated
    case .cancelled: self = .cancelled
    case .terminated: self = .terminated
    case .failed: self = .failed
    }
  }

  /// Worst first.
  package static func < (left: DisplayState, right: DisplayState) -> Bool { left.rawValue < right.rawValue }

  /// The shape that tells it without colour.
  package var shape: SafeText {
    switch self {
    case .corrupted: "‼"
    case .incident: "✗"
    case .compensating: "↶"
    case .cancelling: "⊖"
    case .suspended: "⏸"
    case .running: "●"
    case .waiting: "◷"
    case .failed: "✖"
    case .terminated: "■"
    case .cancelled: "⊘"
    case .compensated: "↺"
    case .completed: "✓"
    }
  }

  /// The letter that tells it without shapes.
  package var letter: SafeText {
    switch self {
    case .corrupted: "!"
    case .incident: "I"
    case .compensating: "B"
    case .cancelling: "S"
    case .suspended: "P"
    case .running: "R"
    case .waiting: "W"
    case .failed: "F"
    case .terminated: "X"
    case .cancelled: "C"
    case .compensated: "U"
    case .completed: "D"
    }
  }

  /// The word for lists.
  package var word: SafeText {
    switch self {
    case .corrupted: "corrupted"
    case .incident: "incident"
    case .compensating: "compensating"
    case .cancelling: "cancelling"
    case .suspended: "paused"
    case .running: "running"
    case .waiting: "waiting"
    case .failed: "failed"
    case .terminated: "terminated"
    case .cancelled: "cancelled"
    case .compensated: "compensated"
    case .completed: "completed"
    }
  }
}

import ConsoleCore
import EngineCore

/// The shape, the word and the style of a state; the shape tells it without colour.
extension TokenState {
  var mark: SafeText {
    switch self {
    case .created: "·"
    case .ready: "○"
    case .executing: "▶"
    case .waiting: "◷"
    case .failed: "✗"
    case .completed: "✓"
    case .terminated: "■"
    }
  }

  var role: StyleRole {
    switch self {
    case .created, .ready: .textMuted
    case .executing: .stateRunning
    case .waiting: .stateWaiting
    case .failed: .stateFailed
    case .completed: .stateCompleted
    case .terminated: .stateTerminated
    }
  }
}

extension CompensationStack.Mark {
  var mark: SafeText {
    switch self {
    case .pending: "○"
    case .running: "↶"
    case .failed: "✗"
    case .skipped: "⊘"
    case .done: "✓"
    }
  }

  var word: SafeText {
    switch self {
    case .pending: "pending"
    case .running: "running"
    case .failed: "failed"
    case .skipped: "skipped"
    case .done: "undone"
    }
  }

  var role: StyleRole {
    switch self {
    case .pending: .text
    case .running: .stateCompensating
    case .failed: .stateFailed
    case .skipped: .textMuted
    case .done: .stateCompensated
    }
  }
}

extension WhyReport.Urgency {
  var mark: SafeText {
    switch self {
    case .note: "•"
    case .notice: "!"
    case .needsPerson: "✗"
    case .waits: "◷"
    case .moves: "▶"
    }
  }

  var role: StyleRole {
    switch self {
    case .note: .textStrong
    case .notice: .warning
    case .needsPerson: .stateIncident
    case .waits: .stateWaiting
    case .moves: .stateRunning
    }
  }
}

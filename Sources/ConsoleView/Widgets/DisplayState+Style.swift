import ConsoleCore
import EngineCore

extension DisplayState {
  /// How the state is coloured; shape and word tell it as well.
  package var role: StyleRole {
    switch self {
    case .corrupted, .incident: .stateIncident
    case .compensating: .stateCompensating
    case .suspended: .stateSuspended
    case .running: .stateRunning
    case .waiting: .stateWaiting
    case .failed: .stateFailed
    case .terminated: .stateTerminated
    case .cancelling, .cancelled: .stateCancelled
    case .compensated: .stateCompensated
    case .completed: .stateCompleted
    }
  }

  /// `● running`
  var label: StyledSpan { StyledSpan(shape + " " + word, role: role) }
}

extension Notice.Severity {
  var role: StyleRole {
    switch self {
    case .information: .text
    case .success: .success
    case .warning: .warning
    case .error: .error
    }
  }

  var bannerRole: StyleRole {
    switch self {
    case .information, .success: .banner
    case .warning: .bannerWarning
    case .error: .bannerError
    }
  }

  /// Tells the severity without colour.
  var mark: SafeText {
    switch self {
    case .information: "·"
    case .success: "✓"
    case .warning: "!"
    case .error: "✗"
    }
  }
}

extension CompensationStepRow {
  /// `✓reserve`, with the shape of what has become of the step.
  var chip: StyledSpan {
    let name = SafeText(untrusted: node)
    if hasFailed { return StyledSpan("✗" + name, role: .stateFailed) }
    switch state {
    case .pending: return StyledSpan("○" + name, role: .tableRow)
    case .running: return StyledSpan("↶" + name, role: .stateCompensating)
    case .done: return StyledSpan("✓" + name, role: .stateCompensated)
    case .skipped: return StyledSpan("⊘" + name, role: .tableMuted)
    }
  }
}

import EngineCore

/// A line for the operator that goes away by itself.
package struct Notice: Sendable, Hashable {
  /// How much it matters.
  package enum Severity: Sendable, Hashable {
    case information
    case success
    case warning
    case error

    /// How long a notice stays.
    var lifetime: Duration {
      switch self {
      case .information, .success: .seconds(5)
      case .warning: .seconds(10)
      case .error: .seconds(20)
      }
    }
  }

  package let text: SafeText
  package let severity: Severity
  package let until: Timestamp

  package init(_ text: SafeText, severity: Severity, at now: Timestamp) {
    self.text = text
    self.severity = severity
    until = now + severity.lifetime
  }
}

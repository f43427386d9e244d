import EngineCore

/// One attempt that failed, with what it left behind.
package struct FailedAttempt: Sendable, Hashable {
  /// The sequence of its event.
  package let sequence: Int64
  package let at: Timestamp
  package let token: TokenID
  package let node: NodeIndex
  package let attempt: Int
  package let failure: Failure

  /// The lines that it left behind, safe to show: its standard error, as far as its handler kept it.
  package func output(limit: Int = 1000) -> [SafeText] {
    guard let detail = failure.detail, !detail.isEmpty else { return [] }
    return SafeText.lines(untrusted: detail, limit: limit)
  }

  /// Code and message without saying anything twice.
  package var error: SafeText { SafeText(untrusted: ErrorText.brief(code: failure.code, message: failure.message)) }
}

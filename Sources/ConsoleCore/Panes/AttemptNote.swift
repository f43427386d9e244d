import EngineCore

/// What an attempt said beside its outcome: the standard error of a command, most often.
package struct AttemptNote: Sendable, Hashable {
  /// The sequence of its event.
  package let sequence: Int64
  package let attempt: Int
  package let text: String

  /// Its lines, safe to show.
  package func output(limit: Int = 1000) -> [SafeText] { SafeText.lines(untrusted: text, limit: limit) }
}

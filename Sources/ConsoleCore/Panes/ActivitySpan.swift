import EngineCore

/// One run of one activity as the timeline shows it: from the arrival of its token to its end, cut into what it did.
package struct ActivitySpan: Sendable, Hashable {
  /// What a token did for a while.
  package enum Phase: Sendable, Hashable {
    /// It was ready and waited for room.
    case ready
    /// An attempt was at work.
    case running(attempt: Int)
    /// It waited for time, a person, a worker, other branches or the steps inside.
    case waiting
    /// It waited before its next attempt.
    case pause
    /// It had failed and waited for an operator.
    case stuck
  }

  /// A phase with its time; open while it lasts.
  package struct Segment: Sendable, Hashable {
    package var phase: Phase
    package var start: Timestamp
    package var end: Timestamp?
  }

  /// How the run ended.
  package enum Outcome: Sendable, Hashable {
    case completed
    case skipped
    case terminated
  }

  package let token: TokenID
  package let node: NodeIndex
  package let mode: TokenMode
  /// Whether it began before the history at hand.
  package let beganEarlier: Bool
  package internal(set) var segments: [Segment]
  /// When attempts failed, ascending.
  package internal(set) var failures: [Timestamp] = []
  /// How many attempts have begun.
  package internal(set) var attempts = 0
  /// nil while it is alive.
  package internal(set) var outcome: Outcome?

  package var start: Timestamp { segments.first?.start ?? .distantPast }
  /// nil while it is alive.
  package var end: Timestamp? { outcome == nil ? nil : segments.last?.end }

  /// How long it has lasted or did last.
  package func length(now: Timestamp) -> Duration { max(.zero, (end ?? now) - start) }

  mutating func begin(_ phase: Phase, at instant: Timestamp) {
    close(at: instant)
    segments.append(Segment(phase: phase, start: instant, end: nil))
    if case .running(let attempt) = phase { attempts = max(attempts, attempt) }
  }

  mutating func finish(_ outcome: Outcome, at instant: Timestamp) {
    close(at: instant)
    self.outcome = outcome
  }

  private mutating func close(at instant: Timestamp) {
    guard let last = segments.indices.last, segments[last].end == nil else { return }
    segments[last].end = max(instant, segments[last].start)
  }
}

import EngineCore

/// An instance as it was right after one of its events. Nothing is executed: the stored history is folded again.
package struct ReplayedInstance: Sendable {
  /// As the panes show it; its history ends with the event, later commands are left out.
  package let detail: InstanceDetail
  /// The event it stops at.
  package let sequence: Int64
  /// The last event there is.
  package let lastSequence: Int64
  /// When the event happened: the present of this picture.
  package let now: Timestamp

  /// Why an instance cannot be shown as it was.
  package enum Refusal: Error, Sendable, Hashable {
    /// The history at hand does not reach back to the start.
    case historyIncomplete
    /// The history holds nothing at all.
    case historyEmpty
    /// An event does not follow from those before it.
    case historyBroken(Rejection)

    /// The reason in words.
    package var sentence: SafeText {
      switch self {
      case .historyIncomplete: "the history shown does not reach back to the start, so nothing can be replayed"
      case .historyEmpty: "there is no history to replay"
      case .historyBroken(let rejection): "the history does not fold: " + SafeText(untrusted: rejection.description)
      }
    }
  }

  /// Folds the history up to an event; a number beyond either end means the first or the last event. O(events).
  package init(_ detail: InstanceDetail, upTo sequence: Int64) throws(Refusal) {
    guard let first = detail.history.first, let last = detail.history.last else { throw .historyEmpty }
    guard !detail.hasOlderHistory, first.sequence == 1 else { throw .historyIncomplete }
    let stop = min(max(sequence, first.sequence), last.sequence)
    var instance = ProcessInstance(
      id: detail.instance.id, definition: detail.instance.definition, createdAt: detail.instance.createdAt)
    var history: [HistoryEntry] = []
    for entry in detail.history {
      if entry.sequence > stop { break }
      do {
        try apply(entry, to: &instance)
      } catch {
        throw .historyBroken(error)
      }
      history.append(entry)
    }
    let now = history.last?.at ?? instance.createdAt
    self.sequence = stop
    lastSequence = last.sequence
    self.now = now
    self.detail = InstanceDetail(
      summary: Self.summary(of: instance, like: detail), instance: instance, deployed: detail.deployed,
      history: history, hasOlderHistory: false,
      commands: detail.commands.filter { ($0.decidedAt ?? $0.issuedAt) <= now })
  }

  private static func summary(of instance: ProcessInstance, like detail: InstanceDetail) -> InstanceSummary {
    var summary = detail.summary
    summary.businessKey = instance.businessKey
    summary.state = instance.state
    summary.isSuspended = instance.isSuspended
    summary.isCorrupted = instance.isCorrupted
    summary.tokenCount = instance.tokens.count
    summary.tokens = instance.tokens.prefix(InstanceSummary.maximumTokens).map { token in
      TokenSummary(
        id: token.id, node: detail.deployed.definition.node(token.node)?.id ?? "", state: token.state,
        mode: token.mode, attempt: token.attempt)
    }
    summary.updatedAt = instance.updatedAt
    summary.endedAt = instance.endedAt
    summary.nextTimer = instance.timers.map(\.due).min()
    summary.incidentCount = instance.incidents.count
    return summary
  }
}

import EngineCore

/// An instance with what its panes read out of its history: made once per change, not once per frame.
package struct InstanceStory: Sendable {
  package let detail: InstanceDetail
  /// The history in words, ascending.
  package let events: [EventDescription]
  /// Every failed attempt, ascending.
  package let failedAttempts: [FailedAttempt]
  /// What attempts said beside their outcome, ascending.
  package let notes: [AttemptNote]
  /// Every run of an activity, in the order in which they began.
  package let spans: [ActivitySpan]
  /// Which change set which variable.
  package let origins: VariableOrigins
  /// Nodes that a token has completed, ascending.
  package let passedNodes: [NodeIndex]

  /// Reads a detail. O(history).
  package init(_ detail: InstanceDetail) {
    self.detail = detail
    let definition = detail.deployed.definition
    var describer =
      detail.hasOlderHistory
      ? EventDescriber(definition: definition, knowing: detail.instance) : EventDescriber(definition: definition)
    events = describer.describe(detail.history)
    failedAttempts = detail.history.compactMap(Self.failedAttempt)
    notes = detail.history.compactMap(Self.note)
    var reader = ActivitySpanReader(detail)
    spans = reader.read()
    origins = VariableOrigins(detail)
    passedNodes = Self.passedNodes(detail)
  }

  /// The failed attempts of one token, ascending.
  package func failedAttempts(of token: TokenID) -> [FailedAttempt] {
    failedAttempts.filter { $0.token == token }
  }

  /// The newest command of one of these kinds that was done.
  package func lastCommand(_ verbs: String...) -> AuditRow? {
    detail.commands.first { verbs.contains($0.verb) && $0.outcome == "done" }
  }

  private static func failedAttempt(_ entry: HistoryEntry) -> FailedAttempt? {
    guard case .tokenFailed(let token, let node, let attempt, let failure, _) = entry.event else { return nil }
    return FailedAttempt(
      sequence: entry.sequence, at: entry.at, token: token, node: node, attempt: attempt, failure: failure)
  }

  private static func note(_ entry: HistoryEntry) -> AttemptNote? {
    guard case .attemptNoted(_, let attempt, let text) = entry.event else { return nil }
    return AttemptNote(sequence: entry.sequence, attempt: attempt, text: text)
  }

  private static func passedNodes(_ detail: InstanceDetail) -> [NodeIndex] {
    var passed: Set<NodeIndex> = []
    for entry in detail.history {
      switch entry.event {
      case .tokenCompleted(_, let node, .forward), .tokenSkipped(_, let node, .forward), .joinCompleted(let node, _, _):
        passed.insert(node)
      case .boundaryTriggered(let node, _, _):
        passed.insert(node)
      default: break
      }
    }
    // History that is not shown is known by what it left behind.
    for record in detail.instance.records { passed.insert(record.node) }
    return passed.sorted()
  }
}

extension ProcessDefinition {
  /// The identifier of a node, safe to show; its number where there is no such node.
  package func title(of node: NodeIndex) -> SafeText {
    nodes.indices.contains(node.rawValue) ? SafeText(untrusted: self[node].id) : "node \(node.rawValue)"
  }

  /// The node itself, where there is one.
  func node(_ index: NodeIndex) -> NodeDefinition? {
    nodes.indices.contains(index.rawValue) ? self[index] : nil
  }

  /// How a node is undone.
  package func compensation(of index: NodeIndex) -> Compensation? {
    node(index)?.compensation
  }

  /// Who does what a token stands for: the work of its node, or what undoes it.
  package func work(of token: Token) -> Work? {
    token.mode == .forward ? node(token.node)?.activity?.work : compensation(of: token.node)?.work
  }

  /// How often what a token stands for is tried.
  package func retryPolicy(of token: Token) -> RetryPolicy? {
    token.mode == .forward ? node(token.node)?.activity?.retry : compensation(of: token.node)?.retry
  }

  /// How long one attempt of a token may take.
  func timeout(of token: Token) -> Duration? {
    token.mode == .forward ? node(token.node)?.activity?.timeout : compensation(of: token.node)?.timeout
  }
}

extension Work {
  /// Who does it, in a few words: `exec`, `topic payment`, `a person`, `expressions`.
  package var title: SafeText {
    switch self {
    case .handler(let name, _): SafeText(untrusted: name)
    case .external(let external): "topic " + SafeText(untrusted: external.topic)
    case .user: "a person"
    case .script: "expressions"
    case .call(let call): "calls " + SafeText(untrusted: call.process.source.stringValue ?? "another process")
    }
  }
}

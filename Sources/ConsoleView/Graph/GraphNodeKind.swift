/// What a node of a process graph is; it decides the symbol and the word for it, nothing else.
package enum GraphNodeKind: String, Sendable, Hashable, CaseIterable {
  /// Where tokens come from.
  case start
  /// A plain end.
  case end
  /// An end that throws an error to the enclosing scope.
  case endError
  /// An end that ends all tokens of its scope.
  case endTerminate
  /// Work done by a handler inside the engine.
  case service
  /// Work done by a worker outside the engine.
  case external
  /// Work done by a person.
  case user
  /// An expression evaluated by the engine.
  case script
  /// A choice of one flow.
  case exclusive
  /// A fork into all flows, or a join of all.
  case parallel
  /// A choice of one or more flows, or their join.
  case inclusive
  /// A choice by whichever event comes first.
  case eventBased
  /// A wait for a moment.
  case timer
  /// A message thrown or waited for.
  case message
  /// A signal thrown or waited for.
  case signal
  /// An escalation thrown.
  case escalation
  /// A wait for a condition.
  case conditional
  /// Compensation thrown.
  case compensation
  /// A jump to another place of the same scope, or where it lands.
  case link
  /// A moment after which the host is left or accompanied.
  case boundaryTimer
  /// An error of the host that is caught.
  case boundaryError
  /// A message that reaches the host.
  case boundaryMessage
  /// A signal that reaches the host.
  case boundarySignal
  /// An escalation of the host that is caught.
  case boundaryEscalation
  /// A condition watched while the host runs.
  case boundaryConditional
  /// What undoes the host.
  case boundaryCompensation
  /// Nodes in a scope of their own.
  case subprocess
  /// Another process, called.
  case call

  /// The shape that says the kind without colour; one column wide.
  package var symbol: Character {
    switch self {
    case .start: "○"
    case .end: "◎"
    case .endError: "⊗"
    case .endTerminate: "◉"
    case .service: "■"
    case .external: "◨"
    case .user: "□"
    case .script: "▤"
    case .exclusive: "◆"
    case .parallel: "✚"
    case .inclusive: "◈"
    case .eventBased: "◇"
    case .timer, .boundaryTimer: "◷"
    case .message, .boundaryMessage: "⊠"
    case .signal, .boundarySignal: "△"
    case .escalation, .boundaryEscalation: "⇑"
    case .conditional, .boundaryConditional: "≡"
    case .compensation, .boundaryCompensation: "«"
    case .link: "→"
    case .boundaryError: "↯"
    case .subprocess: "▣"
    case .call: "▶"
    }
  }

  /// The kind in words, for a reader who hears the graph.
  package var word: String {
    switch self {
    case .start: "start"
    case .end: "end"
    case .endError: "error end"
    case .endTerminate: "terminate end"
    case .service: "service"
    case .external: "external task"
    case .user: "user task"
    case .script: "script"
    case .exclusive: "choice"
    case .parallel: "parallel"
    case .inclusive: "inclusive choice"
    case .eventBased: "first event"
    case .timer, .boundaryTimer: "timer"
    case .message, .boundaryMessage: "message"
    case .signal, .boundarySignal: "signal"
    case .escalation, .boundaryEscalation: "escalation"
    case .conditional, .boundaryConditional: "condition"
    case .compensation, .boundaryCompensation: "compensation"
    case .link: "link"
    case .boundaryError: "error"
    case .subprocess: "subprocess"
    case .call: "call"
    }
  }
}

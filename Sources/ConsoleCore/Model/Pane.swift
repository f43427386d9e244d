/// One way of looking at an opened instance.
package enum Pane: Int, CaseIterable, Hashable, Sendable {
  /// The process with its tokens on it.
  case graph
  /// Every live token.
  case tokens
  /// Every pending timer.
  case timers
  /// What will be undone, in the order in which it will.
  case compensation
  /// When each activity ran, waited and was tried again.
  case timeline
  /// The raw history.
  case events
  /// The variables as a tree.
  case variables
  /// In words: what each token waits for and what would move it.
  case why
  /// What operators did to the instance.
  case commands

  /// The word in tabs, and behind `:`.
  package var title: SafeText {
    switch self {
    case .graph: "graph"
    case .tokens: "tokens"
    case .timers: "timers"
    case .compensation: "compensation"
    case .timeline: "timeline"
    case .events: "events"
    case .variables: "variables"
    case .why: "why"
    case .commands: "commands"
    }
  }
}

/// What stands on a node right now; only badges change from frame to frame.
package struct GraphBadge: Sendable, Hashable {
  /// Live tokens that have not failed.
  package var tokens: Int
  /// Pending timers.
  package var timers: Int
  /// Tokens that failed and wait for a person.
  package var failed: Int
  /// Whether the node's work is being undone.
  package var compensating: Bool
  /// Whether a token has completed the node.
  package var passed: Bool

  /// An empty badge unless told otherwise.
  package init(
    tokens: Int = 0, timers: Int = 0, failed: Int = 0, compensating: Bool = false, passed: Bool = false
  ) {
    self.tokens = tokens
    self.timers = timers
    self.failed = failed
    self.compensating = compensating
    self.passed = passed
  }

  /// How the node itself is styled: the most urgent thing about it.
  var style: GraphStyle {
    if failed > 0 { return .failed }
    if compensating { return .compensating }
    if tokens > 0 { return .token }
    if timers > 0 { return .timer }
    return passed ? .done : .node
  }

  /// The marks that fit `columns`, in the order in which they are read; the least urgent are left out first.
  func marks(columns: Int) -> [(text: String, style: GraphStyle)] {
    var marks = [(text: String, style: GraphStyle, urgency: Int)]()
    if tokens > 0 { marks.append(("●" + Self.short(tokens), .token, 4)) }
    if timers > 0 { marks.append(("◷" + (timers > 1 ? Self.short(timers) : ""), .timer, 2)) }
    if failed > 0 { marks.append(("✗" + Self.short(failed), .failed, 5)) }
    if compensating { marks.append(("↶", .compensating, 3)) }
    if passed { marks.append(("✓", .done, 1)) }
    while marks.reduce(0, { $0 + $1.text.count }) > columns {
      guard let least = marks.indices.min(by: { marks[$0].urgency < marks[$1].urgency }) else { break }
      marks.remove(at: least)
    }
    return marks.map { ($0.text, $0.style) }
  }

  /// The badge in words, for a reader who hears the graph.
  var words: [String] {
    var words = [String]()
    if failed > 0 { words.append("\(failed) failed") }
    if tokens > 0 { words.append(tokens == 1 ? "1 token" : "\(tokens) tokens") }
    if timers > 0 { words.append(timers == 1 ? "timer pending" : "\(timers) timers pending") }
    if compensating { words.append("compensating") }
    if passed { words.append("done") }
    return words
  }

  /// A count in three columns or fewer: 999, 99k, .9m, 99m.
  private static func short(_ count: Int) -> String {
    switch count {
    case ..<1000: "\(count)"
    case ..<100_000: "\(count / 1000)k"
    case ..<1_000_000: ".\(count / 100_000)m"
    default: "\(min(99, count / 1_000_000))m"
    }
  }
}

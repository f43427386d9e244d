/// A process graph as indented lines, for those who hear the screen: what follows what, branches one level deeper, and
/// jumps by name ("→ both", "→ back to poll").
package struct GraphOutline: Sendable {
  /// One line.
  package struct Line: Sendable, Equatable {
    /// Levels of indentation.
    package var depth: Int
    /// The node that the line is about; nil for a condition or a jump.
    package var node: Int?
    /// The line's own words.
    package var text: String
  }

  /// The lines from the top.
  package let lines: [Line]

  /// The outline of a graph; costs time linear in its size but for long chains of branches.
  package init(_ model: GraphModel) {
    let hierarchy = GraphHierarchy(model)
    lines = ScopeOutline.lines(of: hierarchy.top, hierarchy, depth: 0)
  }

  /// The outline as text, two spaces a level, with what stands on the nodes in words.
  package func text(badges: [Int: GraphBadge] = [:]) -> [String] {
    lines.map { line in
      let words = line.node.flatMap { badges[$0]?.words } ?? []
      return String(repeating: "  ", count: line.depth) + ([line.text] + words).joined(separator: ", ")
    }
  }
}

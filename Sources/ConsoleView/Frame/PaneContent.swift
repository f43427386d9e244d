import ConsoleCore

/// One line of a pane with what it is about.
package struct PaneLine: Sendable, Hashable {
  package var line: StyledLine
  /// What verbs act on while the cursor is here; nil for headings and blank lines.
  package var subject: PaneSubject?

  package init(_ line: StyledLine, about subject: PaneSubject? = nil) {
    self.line = line
    self.subject = subject
  }
}

/// What one pane shows: all of its lines. The frame around it scrolls, pans, marks the cursor and cuts.
package struct PaneContent: Sendable, Hashable {
  /// Column titles and the like, which stay when the rest scrolls.
  package var heading: [StyledLine]
  package var lines: [PaneLine]
  /// The place that `f` brings into sight, e.g. where a token stands in the graph.
  package var focus: PaneOutline.Place?

  package init(heading: [StyledLine] = [], lines: [PaneLine], focus: PaneOutline.Place? = nil) {
    self.heading = heading
    self.lines = lines
    self.focus = focus
  }

  /// What moving about and searching need to know.
  package var outline: PaneOutline { outline(includingTexts: true) }

  /// What moving about needs to know; `texts` are for searching alone.
  func outline(includingTexts: Bool) -> PaneOutline {
    PaneOutline(
      subjects: lines.map(\.subject), texts: includingTexts ? lines.map(\.line.text) : [],
      headingCount: heading.count, columns: lines.reduce(0) { max($0, $1.line.columns) }, focus: focus)
  }
}

/// Makes the content of one pane for a width; the panes themselves are elsewhere.
package typealias PaneProvider = @Sendable (Pane, PaneInput, PaneState, _ width: Int) -> PaneContent

/// What moving about in a pane needs to know of its content.
package struct PaneOutline: Sendable, Hashable {
  /// What each line is about; nil for headings and the like.
  package var subjects: [PaneSubject?]
  /// What each line says, for searching; may be empty where nobody searches.
  package var texts: [SafeText]
  /// How many lines stay on top when the rest scrolls.
  package var headingCount: Int
  /// The columns of the widest line, for panes that pan.
  package var columns: Int
  /// The line and the column that `f` brings into sight: where the token stands.
  package var focus: Place?

  /// A line and a column of the content.
  package struct Place: Sendable, Hashable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  package init(
    subjects: [PaneSubject?] = [], texts: [SafeText] = [], headingCount: Int = 0, columns: Int = 0,
    focus: Place? = nil
  ) {
    self.headingCount = headingCount
    self.subjects = subjects
    self.texts = texts
    self.columns = columns
    self.focus = focus
  }

  /// How many lines there are.
  package var count: Int { subjects.count }

  /// Whether there is a cursor; otherwise the content only scrolls.
  package var hasSubjects: Bool { subjects.contains { $0 != nil } }

  /// Where the cursor is: on the line that the operator chose, or nearest to where it was when that line has gone.
  package func line(of selection: PaneSubject?, near line: Int) -> Int {
    guard count > 0 else { return 0 }
    let near = min(max(0, line), count - 1)
    guard let selection, subjects[near] != selection else { return near }
    let matches = subjects.indices.filter { subjects[$0] == selection }
    return matches.min { abs($0 - near) < abs($1 - near) } ?? near
  }
}

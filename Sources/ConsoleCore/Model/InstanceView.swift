import EngineCore

/// How far one pane has been moved.
package struct PaneScroll: Sendable, Hashable {
  /// The line under the cursor.
  package var line = 0
  /// The first line in sight.
  package var top = 0
  /// The first column in sight.
  package var column = 0

  package init() {}

  /// Brings the position into range for a content and a room.
  ///
  /// - Parameter follows: keeps the content's focus in sight.
  package func settled(
    in outline: PaneOutline, selection: PaneSubject?, width: Int, height: Int, follows: Bool
  ) -> PaneScroll {
    var settled = self
    let height = max(1, height)
    if outline.hasSubjects {
      settled.line = outline.line(of: selection, near: line)
      if settled.line < settled.top { settled.top = settled.line }
      if settled.line >= settled.top + height { settled.top = settled.line - height + 1 }
    }
    if follows, let focus = outline.focus {
      if focus.line < settled.top || focus.line >= settled.top + height { settled.top = focus.line - height / 2 }
      if focus.column < settled.column || focus.column >= settled.column + width {
        settled.column = focus.column - width / 2
      }
    }
    settled.top = min(max(0, settled.top), max(0, outline.count - height))
    settled.column = min(max(0, settled.column), max(0, outline.columns - width))
    return settled
  }
}

/// An instance that has been opened.
package struct InstanceView: Sendable {
  package let id: InstanceID
  /// What was read last; nil before the first answer.
  package internal(set) var story: InstanceStory?
  /// The store has no such instance (any more).
  package internal(set) var isMissing = false
  /// Why the last request failed.
  package internal(set) var failure: SafeText?
  /// The pane that has the keys.
  package internal(set) var pane: Pane
  /// What the panes show instead while the operator steps through history.
  package internal(set) var past: Past?
  /// What `/` looks for in the panes.
  package internal(set) var search = ""
  /// Whether the graph keeps a token in sight.
  package internal(set) var followsToken = true

  private var scrolls = [PaneScroll](repeating: PaneScroll(), count: Pane.allCases.count)
  private var states = [PaneState](repeating: PaneState(), count: Pane.allCases.count)

  /// How many events are read.
  var historyLimit = 500
  var pending: Generation?
  var needsReload = false

  /// No more events than this are held at once.
  static let historyMaximum = 50_000

  /// The instance as it was after one of its events.
  package struct Past: Sendable {
    package let story: InstanceStory
    package let sequence: Int64
    package let lastSequence: Int64
    package let now: Timestamp
  }

  package init(_ id: InstanceID, pane: Pane, selection: PaneSubject? = nil) {
    self.id = id
    self.pane = pane
    self[state: pane].selection = selection
  }

  package subscript(scroll pane: Pane) -> PaneScroll {
    get { scrolls[pane.rawValue] }
    set { scrolls[pane.rawValue] = newValue }
  }

  package subscript(state pane: Pane) -> PaneState {
    get { states[pane.rawValue] }
    set { states[pane.rawValue] = newValue }
  }

  /// What the panes show: the present, or the past that was stepped to.
  package var shownStory: InstanceStory? { past?.story ?? story }
}

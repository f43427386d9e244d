import EngineCore

/// A line that asks for text at the foot of the screen.
package struct Prompt: Sendable, Hashable {
  /// What the text is for.
  package enum Purpose: Sendable, Hashable {
    /// Chooses rows while it is typed; Esc brings back what was chosen before.
    case filter(ViewKind, before: ListFilter)
    /// Finds lines of a pane.
    case search(Pane)
    /// Names a view, an instance or a verb.
    case command
    /// JSON outputs for a verb.
    case outputs(VerbKind, [VerbTarget])
  }

  package let purpose: Purpose
  package internal(set) var editor: LineEditor
  /// What is wrong with the text.
  package internal(set) var error: SafeText?
  /// What could be typed here.
  package internal(set) var candidates: [String] = []
  /// How far back in the history of commands the text was taken from.
  var historyIndex: Int?

  package init(_ purpose: Purpose, text: String = "") {
    self.purpose = purpose
    editor = LineEditor(text)
  }

  /// What stands before the text.
  package var label: SafeText {
    switch purpose {
    case .filter, .search: "/"
    case .command: ":"
    case .outputs(let kind, let targets):
      targets.count == 1
        ? kind.title + " with outputs (JSON): " : kind.title + " \(targets.count) with outputs (JSON): "
    }
  }
}

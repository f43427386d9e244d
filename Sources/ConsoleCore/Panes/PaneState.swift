/// What an operator has done to the panes of one instance; it survives every refresh.
package struct PaneState: Sendable, Hashable {
  /// What was opened or closed by hand: each line has a natural state, and being in here means the other one.
  package var toggled: Set<PaneSubject>
  /// The line under the cursor, by what it is about, so that it stays when lines come and go.
  package var selection: PaneSubject?
  /// Whether values with secret names are shown.
  package var revealsSecrets: Bool

  package init(toggled: Set<PaneSubject> = [], selection: PaneSubject? = nil, revealsSecrets: Bool = false) {
    self.toggled = toggled
    self.selection = selection
    self.revealsSecrets = revealsSecrets
  }

  /// Opens what is closed and closes what is open.
  package mutating func toggle(_ subject: PaneSubject) {
    if toggled.remove(subject) == nil { toggled.insert(subject) }
  }
}

/// What a cell of the picture means; the theme decides how that looks.
package enum GraphStyle: Sendable, Hashable, CaseIterable {
  /// A node where nothing happens now.
  case node
  /// The node under the cursor.
  case nodeSelected
  /// The line of a flow.
  case edge
  /// The condition of a flow.
  case edgeLabel
  /// A node with tokens, and their count.
  case token
  /// A node with failed tokens, and their count.
  case failed
  /// A pending timer.
  case timer
  /// A node that tokens have passed.
  case done
  /// A node that is being compensated.
  case compensating
  /// The border of a box or of a subprocess.
  case frame
}

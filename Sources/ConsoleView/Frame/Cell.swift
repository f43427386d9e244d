/// One place of the picture: what it shows and what that means. Colours come later, from the theme.
package struct Cell: Hashable, Sendable {
  package var glyph: Glyph
  package var role: StyleRole
  package var flags: CellFlags

  package init(_ glyph: Glyph = .space, role: StyleRole = .text, flags: CellFlags = []) {
    self.glyph = glyph
    self.role = role
    self.flags = flags
  }

  package static let blank = Cell()
}

/// What lies over a cell's role.
package struct CellFlags: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The cell belongs to the row or node under the cursor: it is drawn in the style of `selection`.
  package static let selected = CellFlags(rawValue: 1)
  /// Heavier than its surroundings.
  package static let strong = CellFlags(rawValue: 2)
  /// Found by the search, or otherwise to be looked at.
  package static let underlined = CellFlags(rawValue: 4)
}

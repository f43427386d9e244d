import ConsoleCore

/// The directions into which a line leaves the middle of a cell.
package struct LineGlyph: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let up = LineGlyph(rawValue: 1)
  package static let right = LineGlyph(rawValue: 2)
  package static let down = LineGlyph(rawValue: 4)
  package static let left = LineGlyph(rawValue: 8)
  package static let horizontal: LineGlyph = [.left, .right]
  package static let vertical: LineGlyph = [.up, .down]

  /// By raw value.
  private static let scalars: [Unicode.Scalar] = [
    " ", "╵", "╶", "└", "╷", "│", "┌", "├", "╴", "┘", "─", "┴", "┐", "┤", "┬", "┼",
  ]

  package var glyph: Glyph { Glyph(LineGlyph.scalars[Int(rawValue & 15)]) }

  /// The directions of a glyph that was drawn as a line; nil for anything else.
  package init?(_ glyph: Glyph) {
    guard glyph != .space, !glyph.hasMarks, let index = LineGlyph.scalars.firstIndex(of: glyph.base) else {
      return nil
    }
    self.init(rawValue: UInt8(index))
  }
}

extension Surface {
  /// Draws a line's piece at a place and joins it with the line that is already there.
  package mutating func connect(_ directions: LineGlyph, x: Int, y: Int, role: StyleRole, flags: CellFlags = []) {
    let present = LineGlyph(self[x, y].glyph) ?? []
    put(Cell(present.union(directions).glyph, role: role, flags: flags), x: x, y: y)
  }

  /// A line over `length` columns.
  package mutating func horizontalLine(x: Int, y: Int, length: Int, role: StyleRole = .border) {
    for column in span(from: x, length: length, within: width) {
      put(Cell(LineGlyph.horizontal.glyph, role: role), x: column, y: y)
    }
  }

  /// A line over `length` rows.
  package mutating func verticalLine(x: Int, y: Int, length: Int, role: StyleRole = .border) {
    for row in span(from: y, length: length, within: height) {
      put(Cell(LineGlyph.vertical.glyph, role: role), x: x, y: row)
    }
  }

  /// A border along the inside of `rect` with a title in its upper edge; nothing for less than two columns or rows.
  package mutating func box(
    _ rect: Rect, title: SafeText = SafeText(), role: StyleRole = .border, titleRole: StyleRole = .paneTitle
  ) {
    guard rect.width >= 2 && rect.height >= 2 else { return }
    let right = rect.maxX - 1
    let bottom = rect.maxY - 1
    horizontalLine(x: rect.x + 1, y: rect.y, length: rect.width - 2, role: role)
    horizontalLine(x: rect.x + 1, y: bottom, length: rect.width - 2, role: role)
    verticalLine(x: rect.x, y: rect.y + 1, length: rect.height - 2, role: role)
    verticalLine(x: right, y: rect.y + 1, length: rect.height - 2, role: role)
    put(Cell("┌", role: role), x: rect.x, y: rect.y)
    put(Cell("┐", role: role), x: right, y: rect.y)
    put(Cell("└", role: role), x: rect.x, y: bottom)
    put(Cell("┘", role: role), x: right, y: bottom)
    guard !title.isEmpty && rect.width >= 7 else { return }
    write(" " + title.clipped(to: rect.width - 6) + " ", x: rect.x + 2, y: rect.y, role: titleRole)
  }

  /// The part of a line that lies within the surface.
  private func span(from start: Int, length: Int, within size: Int) -> Range<Int> {
    let first = max(0, start)
    let end = length >= size - start ? size : start + length
    return first..<max(first, end)
  }
}

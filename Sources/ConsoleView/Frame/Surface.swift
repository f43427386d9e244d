import ConsoleCore

/// Something that can be drawn on: a whole frame, or a part of one with an origin of its own.
///
/// Writing outside is ignored and never traps.
package protocol Surface {
  var width: Int { get }
  var height: Int { get }

  /// The cell at a place; blank outside.
  subscript(x: Int, y: Int) -> Cell { get }

  /// Puts one cell; a wide glyph takes the next place, too, and is left out where that does not fit.
  mutating func put(_ cell: Cell, x: Int, y: Int)

  /// Changes role or flags of a cell and leaves its glyph alone.
  mutating func restyle(x: Int, y: Int, _ change: (inout Cell) -> Void)

  /// Draws on a part, whose top left corner is (0, 0) inside.
  @discardableResult
  mutating func inside<Result>(_ rect: Rect, _ draw: (inout Canvas) -> Result) -> Result
}

extension Surface {
  package var area: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  /// Writes `text` from (x, y) to the right, in `limit` columns at most.
  ///
  /// A text that begins left of the surface shows what reaches into it. Nothing marks that a text was cut: clip it
  /// first where that matters.
  ///
  /// - Returns: the columns that the text took, as far as `limit` let it, seen or not.
  @discardableResult
  package mutating func write(
    _ text: SafeText, x: Int, y: Int, width limit: Int = .max, role: StyleRole = .text, flags: CellFlags = []
  ) -> Int {
    guard y >= 0 && y < height else { return min(text.columns, max(0, limit)) }
    var column = 0
    var pending: Glyph?
    var pendingColumns = 0
    for scalar in text.string.unicodeScalars {
      let columns = TerminalWidth.columns(of: scalar)
      if columns == 0 {
        pending?.combine(scalar)
        continue
      }
      if let glyph = pending { put(Cell(glyph, role: role, flags: flags), x: x + column - pendingColumns, y: y) }
      pending = nil
      if column + columns > limit { return column }
      pending = Glyph(scalar)
      pendingColumns = columns
      column += columns
    }
    if let glyph = pending { put(Cell(glyph, role: role, flags: flags), x: x + column - pendingColumns, y: y) }
    return column
  }

  /// Fills a rectangle with one cell.
  package mutating func fill(_ rect: Rect, with cell: Cell = .blank) {
    let part = rect.intersection(area)
    let step = max(1, cell.glyph.columns)
    for y in part.y..<part.maxY {
      for x in stride(from: part.x, to: part.maxX, by: step) { put(cell, x: x, y: y) }
    }
  }

  /// Changes role or flags of all cells of a rectangle, for cursor rows and marks.
  package mutating func restyle(_ rect: Rect, _ change: (inout Cell) -> Void) {
    let part = rect.intersection(area)
    for y in part.y..<part.maxY {
      for x in part.x..<part.maxX { restyle(x: x, y: y, change) }
    }
  }
}

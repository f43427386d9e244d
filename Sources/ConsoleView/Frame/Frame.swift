import ConsoleCore

/// One picture of the console: cells in memory, without colours and without a terminal.
///
/// Everything that draws does so through `Surface`; a place outside the picture is ignored, so that no view has to know
/// how small the terminal is.
package struct Frame: Equatable, Sendable {
  package let width: Int
  package let height: Int
  /// Row by row.
  package private(set) var cells: [Cell]
  /// Where the terminal's cursor is shown, for prompts; hidden where nil.
  package var cursor: Position?

  /// A column and a row.
  package struct Position: Hashable, Sendable {
    package var x: Int
    package var y: Int

    package init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }
  }

  /// An empty picture. Negative sizes count as zero.
  package init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: .blank, count: self.width * self.height)
  }

  package var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  /// The cell at a place; blank outside the picture.
  package subscript(x: Int, y: Int) -> Cell {
    bounds.contains(x: x, y: y) ? cells[y * width + x] : .blank
  }

  /// All rows as lines of text, for a file or a table.
  ///
  /// - Parameter isUTF8: whether the reader knows more than ASCII.
  package func text(isUTF8: Bool = true) -> String {
    let rows = (0..<height).map { row -> String in
      guard !isUTF8 else { return text(row: row) }
      return String(decoding: text(row: row).unicodeScalars.flatMap(Frame.ascii), as: UTF8.self)
    }
    return rows.joined(separator: "\n")
  }

  private static func ascii(_ scalar: Unicode.Scalar) -> [UInt8] {
    Array(repeating: GlyphFallback.ascii(for: scalar), count: TerminalWidth.columns(of: scalar))
  }

  /// The text of one row, without the spaces at its end.
  package func text(row: Int) -> String {
    guard row >= 0 && row < height else { return "" }
    var text = String.UnicodeScalarView()
    for cell in cells[(row * width)..<((row + 1) * width)] where !cell.glyph.isContinuation {
      text.append(cell.glyph.base)
      text.append(contentsOf: cell.glyph.marks)
    }
    var line = Substring(String(text))
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

extension Frame: Surface {
  package mutating func put(_ cell: Cell, x: Int, y: Int) {
    guard bounds.contains(x: x, y: y) else { return }
    let index = y * width + x
    let columns = cell.glyph.columns
    guard columns > 0 && x + columns <= width else { return }
    release(index, x: x)
    if columns == 2 { release(index + 1, x: x + 1) }
    cells[index] = cell
    if columns == 2 { cells[index + 1] = Cell(.continuation, role: cell.role, flags: cell.flags) }
  }

  package mutating func restyle(x: Int, y: Int, _ change: (inout Cell) -> Void) {
    guard bounds.contains(x: x, y: y) else { return }
    let glyph = cells[y * width + x].glyph
    change(&cells[y * width + x])
    cells[y * width + x].glyph = glyph
  }

  @discardableResult
  package mutating func inside<Result>(_ rect: Rect, _ draw: (inout Canvas) -> Result) -> Result {
    var canvas = Canvas(frame: self, area: rect)
    // The canvas owns the cells while it draws; otherwise the first write would copy the picture.
    cells = []
    let result = draw(&canvas)
    self = canvas.frame
    return result
  }

  /// Before a cell is overwritten: the other half of a wide glyph must not stay behind.
  private mutating func release(_ index: Int, x: Int) {
    if cells[index].glyph.isContinuation {
      if x > 0 { cells[index - 1].glyph = .space }
      cells[index].glyph = .space
    } else if x + 1 < width && cells[index + 1].glyph.isContinuation {
      cells[index + 1].glyph = .space
    }
  }
}

/// A part of a frame with its own origin: what is drawn outside of it is ignored.
package struct Canvas: Surface {
  /// The picture that is drawn on.
  package private(set) var frame: Frame
  /// Where the origin lies in the picture; may reach beyond it.
  private let area: Rect
  /// What may be written, in the picture's coordinates.
  private let clip: Rect

  init(frame: Frame, area: Rect) {
    self.frame = frame
    self.area = area
    clip = area.intersection(frame.bounds)
  }

  private init(frame: Frame, area: Rect, clip: Rect) {
    self.frame = frame
    self.area = area
    self.clip = clip
  }

  package var width: Int { area.width }
  package var height: Int { area.height }

  package mutating func put(_ cell: Cell, x: Int, y: Int) {
    let columns = cell.glyph.columns
    guard clip.contains(x: area.x + x, y: area.y + y), area.x + x + columns <= clip.maxX else { return }
    frame.put(cell, x: area.x + x, y: area.y + y)
  }

  package mutating func restyle(x: Int, y: Int, _ change: (inout Cell) -> Void) {
    guard clip.contains(x: area.x + x, y: area.y + y) else { return }
    frame.restyle(x: area.x + x, y: area.y + y, change)
  }

  package subscript(x: Int, y: Int) -> Cell {
    clip.contains(x: area.x + x, y: area.y + y) ? frame[area.x + x, area.y + y] : .blank
  }

  @discardableResult
  package mutating func inside<Result>(_ rect: Rect, _ draw: (inout Canvas) -> Result) -> Result {
    let inner = Rect(x: area.x + rect.x, y: area.y + rect.y, width: rect.width, height: rect.height)
    var canvas = Canvas(frame: frame, area: inner, clip: inner.intersection(clip))
    frame = Frame(width: 0, height: 0)
    let result = draw(&canvas)
    frame = canvas.frame
    return result
  }

  /// Shows the terminal's cursor at a place of this part, for prompts.
  package mutating func showCursor(x: Int, y: Int) {
    guard clip.contains(x: area.x + x, y: area.y + y) else { return }
    frame.cursor = Frame.Position(x: area.x + x, y: area.y + y)
  }
}

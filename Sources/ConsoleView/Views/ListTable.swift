import ConsoleCore
import EngineCore

/// A list: its titles, the rows in sight, and more about the row under the cursor.
enum ListTable {
  /// Room for the mark at the beginning of a row.
  private static let margin = 2

  static func draw(_ model: ConsoleModel, _ kind: ViewKind, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let list = model[list: kind]
    guard !list.rows.isEmpty else {
      EmptyList.draw(model, list, on: &canvas)
      return
    }
    let columns = ColumnLayout(
      ListColumns.columns(of: kind), x: margin, width: canvas.width - margin - 1, isWide: list.isWide)
    drawTitles(columns, sort: list.sort, on: &canvas)
    let clock = model.clock
    let height = layout.listHeight
    for line in 0..<height {
      let index = list.top + line
      guard index < list.rows.count else { break }
      draw(list.rows[index], columns, clock, y: line + 1, on: &canvas)
      let isCursor = index == list.cursor
      if list.isMarked(at: index) {
        canvas.put(Cell("◆", role: .tableMarked), x: 0, y: line + 1)
        canvas.restyle(Rect(x: 0, y: line + 1, width: canvas.width, height: 1)) { $0.flags.insert(.strong) }
      }
      if isCursor {
        canvas.restyle(Rect(x: 0, y: line + 1, width: canvas.width, height: 1)) { $0.flags.insert(.selected) }
      }
    }
    guard layout.previewRows > 0, let current = list.current else { return }
    let preview = Rect(x: 0, y: canvas.height - layout.previewRows, width: canvas.width, height: layout.previewRows)
    canvas.inside(preview) { RowPreview.draw(current, clock, on: &$0) }
  }

  private static func drawTitles(_ columns: ColumnLayout, sort: SortColumn, on canvas: inout Canvas) {
    for place in columns.placed {
      let isSorted = sort != .natural && place.column.sort == sort
      let title = isSorted ? place.column.title + "▾" : place.column.title
      canvas.write(
        title.fitted(to: place.width, alignment: place.column.alignment), x: place.x, y: 0,
        role: isSorted ? .tableHeaderSorted : .tableHeader)
    }
  }

  private static func draw(_ row: ListRow, _ columns: ColumnLayout, _ clock: ClockText, y: Int, on canvas: inout Canvas)
  {
    for place in columns.placed {
      let line = place.column.cell(row, clock).clipped(to: place.width)
      let indent =
        switch place.column.alignment {
        case .left: 0
        case .right: place.width - line.columns
        case .centre: (place.width - line.columns) / 2
        }
      canvas.write(line, x: place.x + indent, y: y, width: place.width)
    }
  }
}

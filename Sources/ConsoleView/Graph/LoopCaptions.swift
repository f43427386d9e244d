/// Finds places for the conditions of flows that lead back: on a level run of their own line, else beside an upright
/// one, else beside a level one; shortened where nothing longer fits.
struct LoopCaptions {
  /// A condition and its first cell.
  struct Place: Sendable {
    var text: GraphText
    var start: GraphPoint
    /// Whether it stands on the line, with a space on both sides.
    var isOnLine: Bool
  }

  /// The narrowest that a shortened condition may become.
  static let narrowest = 3

  /// The place of a condition, marked as covered; nil if even the narrowest fits nowhere.
  ///
  /// - Parameter slot: cells at the beginning of the line that badges may want.
  static func place(
    _ caption: String, of path: GraphPath, slot: Int, metrics: GraphMetrics, on raster: inout GraphRaster
  ) -> Place? {
    let cells = path.cells
    let full = metrics.condition(caption)
    for limit in stride(from: full.columns, through: min(full.columns, narrowest), by: -1) {
      let text = GraphText(caption, limit: limit, columns: metrics.columns)
      let found =
        onLine(text, Array(cells.dropFirst(slot)), raster) ?? besideUpright(text, cells, raster)
        ?? besideLevel(text, cells, raster)
      guard let found else { continue }
      let margin = found.isOnLine ? 1 : 0
      raster.cover(
        GraphRect(x: found.start.x - margin, y: found.start.y, width: text.columns + 2 * margin, height: 1))
      return Place(text: text, start: found.start, isOnLine: found.isOnLine)
    }
    return nil
  }

  private typealias Found = (start: GraphPoint, isOnLine: Bool)

  private static func onLine(_ text: GraphText, _ cells: [GraphPoint], _ raster: GraphRaster) -> Found? {
    // A piece of line stays visible on both sides of the words.
    let needed = text.columns + 4
    var run = [GraphPoint]()
    for cell in cells {
      if let last = run.last, last.y != cell.y { run = [] }
      if raster.isLevelLine(cell) { run.append(cell) } else { run = [] }
      if run.count == needed, let left = run.map(\.x).min() { return (GraphPoint(x: left + 2, y: cell.y), true) }
    }
    return nil
  }

  private static func besideUpright(_ text: GraphText, _ cells: [GraphPoint], _ raster: GraphRaster) -> Found? {
    for (cell, next) in zip(cells, cells.dropFirst()) where cell.x == next.x {
      for row in [cell.y, next.y] {
        for left in [cell.x + 2, cell.x - 1 - text.columns] {
          if isFree(from: left - 1, through: left + text.columns, row: row, except: cell.x, raster) {
            return (GraphPoint(x: left, y: row), false)
          }
        }
      }
    }
    return nil
  }

  private static func besideLevel(_ text: GraphText, _ cells: [GraphPoint], _ raster: GraphRaster) -> Found? {
    for (cell, next) in zip(cells, cells.dropFirst()) where cell.y == next.y {
      for row in [cell.y - 1, cell.y + 1]
      where isFree(from: cell.x - 1, through: cell.x + text.columns, row: row, except: nil, raster) {
        return (GraphPoint(x: cell.x, y: row), false)
      }
    }
    return nil
  }

  private static func isFree(
    from first: Int, through last: Int, row: Int, except column: Int?, _ raster: GraphRaster
  ) -> Bool {
    (first...last).allSatisfy { x in
      if x == column { return true }
      let isMargin = x == first || x == last
      return (isMargin && (x < 0 || x >= raster.width)) || raster.isFree(GraphPoint(x: x, y: row))
    }
  }
}

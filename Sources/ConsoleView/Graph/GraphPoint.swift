/// A cell of the picture: columns from the left, rows from the top, both from zero.
package struct GraphPoint: Sendable, Hashable {
  /// The column.
  package var x: Int
  /// The row.
  package var y: Int

  /// The cell at this column and row.
  package init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

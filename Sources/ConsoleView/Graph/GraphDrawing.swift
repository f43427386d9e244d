/// A picture of a graph, ready to be painted on a screen.
package struct GraphDrawing: Sendable, Equatable {
  /// One character of the picture.
  package struct Cell: Sendable, Equatable {
    /// The column of its left half, from the left of the picture.
    package var x: Int
    /// The row, from the top of the picture.
    package var y: Int
    /// What is shown: one or two columns wide.
    package var glyph: Character
    /// What it means.
    package var style: GraphStyle
  }

  /// Columns of the picture; no cell reaches beyond.
  package var width: Int
  /// Rows of the picture; no cell reaches beyond.
  package var height: Int
  /// What to paint, in this order: a later cell replaces an earlier one. Cells not named are empty.
  package var cells: [Cell]
}

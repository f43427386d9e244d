/// How a graph is to be drawn.
package struct GraphForm: Sendable, Hashable {
  /// Where the flow runs.
  package enum Direction: Sendable, Hashable, CaseIterable {
    /// From the top to the bottom: fits 80 columns.
    case topDown
    /// From the left to the right: fits few rows.
    case leftToRight
  }

  /// How much room a node takes.
  package enum Density: Sendable, Hashable, CaseIterable {
    /// One row a node.
    case compact
    /// A box of three rows a node.
    case boxed
  }

  /// Where the flow runs.
  package var direction: Direction
  /// How much room a node takes.
  package var density: Density
  /// The widest label of a node in columns; longer ones end in an ellipsis.
  package var labelColumns: Int
  /// The widest condition of a flow in columns; longer ones end in an ellipsis.
  package var conditionColumns: Int

  /// A form; limits below 3 columns count as 3.
  package init(
    direction: Direction = .topDown, density: Density = .compact, labelColumns: Int = 24, conditionColumns: Int = 16
  ) {
    self.direction = direction
    self.density = density
    self.labelColumns = max(3, labelColumns)
    self.conditionColumns = max(3, conditionColumns)
  }
}

/// A node in the picture: where its words and its badges go.
struct PlacedNode: Sendable {
  /// The node's id in the model.
  var id: Int
  /// The node's cells, with padding and border.
  var rect: GraphRect
  var symbol: Character
  var label: GraphText
  /// The first cell of the symbol.
  var start: GraphPoint
  /// The first cell that badges may have.
  var badgeStart: GraphPoint
  /// Columns that badges may have.
  var badgeRoom: Int
  /// Whether badges end at the end of their room instead of starting at its start.
  var badgesAreTrailing: Bool
  /// The head of a loop that enters where the badges start; it moves behind them.
  var head: Character?
}

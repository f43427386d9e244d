/// A line on the screen.
struct GraphPath: Sendable, Equatable {
  /// The edges of the model; more than one where several lead back the same way.
  var edges: [Int]
  /// The cells where it turns, with both ends.
  var corners: [GraphPoint]
  /// The direction in which it leaves its source: one arm.
  var leaving: GraphArms
  /// The direction in which it arrives at its target: one arm.
  var arriving: GraphArms
  /// Whether an arrowhead stands at its end.
  var hasHead: Bool
  /// Whether it leads back.
  var isLoop: Bool
  /// The condition to be placed on a way back.
  var caption: String?

  /// Every cell of the line from the source's border to the target's.
  var cells: [GraphPoint] {
    guard var point = corners.first else { return [] }
    var cells = [point]
    for corner in corners.dropFirst() {
      while point != corner {
        point.x += (corner.x - point.x).signum()
        point.y += (corner.y - point.y).signum()
        cells.append(point)
      }
    }
    return cells
  }
}

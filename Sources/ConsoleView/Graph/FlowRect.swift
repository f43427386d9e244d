/// A rectangle in the axes of the flow.
struct FlowRect: Sendable, Hashable {
  /// The cell nearest to the origin.
  var origin: FlowPoint
  /// The extent along the flow.
  var length: Int
  /// The extent across the flow.
  var breadth: Int

  init(along: Int, across: Int, length: Int, breadth: Int) {
    origin = FlowPoint(along: along, across: across)
    self.length = length
    self.breadth = breadth
  }

  /// This rectangle seen from an origin that lies `offset` before the present one.
  func moved(by offset: FlowPoint) -> FlowRect {
    var moved = self
    moved.origin = origin.moved(by: offset)
    return moved
  }
}

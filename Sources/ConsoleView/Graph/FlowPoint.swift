/// A cell in the axes of the flow: the layout is computed once for both directions and turned at the end.
struct FlowPoint: Sendable, Hashable {
  /// The distance along the flow: rows when it runs down, columns when it runs to the right.
  var along: Int
  /// The distance across the flow.
  var across: Int

  /// This cell seen from an origin that lies `offset` before the present one.
  func moved(by offset: FlowPoint) -> FlowPoint {
    FlowPoint(along: along + offset.along, across: across + offset.across)
  }
}

/// Where a line goes at one of its ends, in the axes of the flow.
enum FlowHeading: Sendable {
  /// With the flow.
  case forth
  /// To the side of greater `across`.
  case high
  /// To the side of lesser `across`.
  case low
}

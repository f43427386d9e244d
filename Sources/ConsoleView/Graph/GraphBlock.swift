/// One member of a scope with all that is attached to it, as the layered layout sees it: a rectangle with one entry and
/// an exit for the member and for each of its boundary events.
struct GraphBlock {
  /// Where lines of one node leave.
  struct Port {
    /// The node: the member itself or one of its boundary events.
    var node: Int
    /// Where the line crosses the far edge of the block.
    var across: Int
    /// Corners of the line inside the block, from the node's border to the far edge; empty when the line starts beyond
    /// the far edge.
    var lead: [FlowPoint] = []
    /// Where the line leaves the node.
    var heading = FlowHeading.forth
    /// The sides by which a loop can leave or enter the node without a detour.
    var side: SideDoor
  }

  /// Where a loop touches a node from the side.
  struct SideDoor {
    /// The cell along the flow.
    var along: Int
    /// The first cell outside on the side of lesser `across`; nil when something is in the way.
    var low: Int?
    /// The first cell outside on the side of greater `across`; nil when something is in the way.
    var high: Int?
    /// Cells beyond `high` that badges may want.
    var slot: Int
  }

  /// The member of the scope.
  var node: Int
  /// The extent along the flow with everything attached.
  var length: Int
  /// The extent across the flow with everything attached.
  var breadth: Int
  /// Where the flow enters, across.
  var anchor: Int
  /// The member's exit first, then those of its boundary events in document order.
  var ports: [Port]
  /// The rectangles of the member and of its boundary events.
  var places: [ScopePicture.Place]
  /// What a subprocess frames, and where.
  var inner: (picture: ScopePicture, offset: FlowPoint)?
}

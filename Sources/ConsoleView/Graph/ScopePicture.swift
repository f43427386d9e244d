/// The finished layout of one scope, in the axes of the flow.
struct ScopePicture {
  /// A line from node to node.
  struct Path {
    /// The edges of the model; more than one where several lead back the same way.
    var edges: [Int]
    /// The cells where it turns, with both ends; runs between are straight.
    var corners: [FlowPoint]
    /// Where it leaves its source.
    var leaving: FlowHeading
    /// Where it enters its target.
    var arriving: FlowHeading
    /// Whether it leads back.
    var isLoop: Bool
    /// The condition to be placed on a way back.
    var caption: String?
  }

  /// A node or a boundary event.
  struct Place {
    var node: Int
    var rect: FlowRect
    /// Where the flow enters, across, from the rectangle's edge.
    var anchor = 0

    /// This place seen from an origin that lies `offset` before the present one.
    func moved(by offset: FlowPoint) -> Place {
      Place(node: node, rect: rect.moved(by: offset), anchor: anchor)
    }
  }

  /// The extent along the flow.
  var length = 0
  /// The extent across the flow.
  var breadth = 0
  /// Where the first node's flow enters, across.
  var anchor = 0
  /// The rectangles of nodes and boundary events; a frame comes before what it holds.
  var places: [Place] = []
  var paths: [Path] = []
  /// Conditions of flows that lead forward, each with its first cell.
  var captions: [(edge: Int, text: GraphText, start: FlowPoint)] = []

  /// Adds what a frame holds.
  mutating func embed(_ inner: ScopePicture, at offset: FlowPoint) {
    places += inner.places.map { $0.moved(by: offset) }
    captions += inner.captions.map { ($0.edge, $0.text, $0.start.moved(by: offset)) }
    paths += inner.paths.map { path in
      var moved = path
      moved.corners = path.corners.map { $0.moved(by: offset) }
      return moved
    }
  }
}

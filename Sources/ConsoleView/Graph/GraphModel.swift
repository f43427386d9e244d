/// A process definition as a graph: what the layout, the picture and the outline are computed from.
///
/// The order of both arrays is the order of the document and decides every tie, so that the same definition gives the
/// same picture in every run. Edges whose ends are unknown are left out; an edge that leaves or enters a subprocess
/// from inside is drawn at its frame.
package struct GraphModel: Sendable, Equatable {
  /// The nodes in document order.
  package var nodes: [GraphNode]
  /// The flows in document order.
  package var edges: [GraphEdge]

  /// A graph of these nodes and flows.
  package init(nodes: [GraphNode], edges: [GraphEdge]) {
    self.nodes = nodes
    self.edges = edges
  }
}

/// One node of a process graph, as the picture needs it.
package struct GraphNode: Sendable, Equatable {
  /// Unique in the model; what badges, selection and questions to the layout refer to.
  package var id: Int
  /// Text that is safe to show already; clipped to the form's limit.
  package var label: String
  /// Decides the symbol.
  package var kind: GraphNodeKind
  /// The subprocess around the node; nil at the top. An unknown id or a circle counts as nil.
  package var parent: Int?
  /// The host of a boundary event, in whose scope it is drawn; nil for other nodes.
  package var attachedTo: Int?
  /// Whether a boundary event ends its host; means nothing for other nodes.
  package var interrupting: Bool

  /// A node at the top of the process unless told otherwise.
  package init(
    id: Int, label: String, kind: GraphNodeKind, parent: Int? = nil, attachedTo: Int? = nil,
    interrupting: Bool = true
  ) {
    self.id = id
    self.label = label
    self.kind = kind
    self.parent = parent
    self.attachedTo = attachedTo
    self.interrupting = interrupting
  }
}

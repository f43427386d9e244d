/// One flow of a process graph.
package struct GraphEdge: Sendable, Equatable {
  /// The id of the node that the flow leaves.
  package var from: Int
  /// The id of the node that the flow enters; entering a boundary event means entering its host.
  package var to: Int
  /// The condition in short, safe to show already; clipped to the form's limit.
  package var label: String?
  /// Whether the flow is taken when no condition holds; shown as `else` when it has no label.
  package var isDefault: Bool

  /// An unconditional flow unless told otherwise.
  package init(from: Int, to: Int, label: String? = nil, isDefault: Bool = false) {
    self.from = from
    self.to = to
    self.label = label
    self.isDefault = isDefault
  }

  /// The words beside the line, nil when there are none.
  var caption: String? {
    if let label, !label.isEmpty { return label }
    return isDefault ? "else" : nil
  }
}

/// Something that stands in the block of a process: a node with what it leads to.
///
/// Elements follow each other: one that says nothing else leads to the next one of its block, the last one to the end.
public protocol ProcessElement: Sendable {
  /// The node so far. Its branches are filled in by the block where the element says nothing.
  var draft: NodeDraft { get set }
}

extension ProcessElement {
  /// Leads to another node than the next one of the block; `"end"` is the plain end.
  public func next(_ id: String) -> Self {
    with { $0.branches = [BranchDraft(to: id)] }
  }

  /// Gives the node the name that people read.
  public func named(_ name: String) -> Self {
    with { $0.name = name }
  }

  func with(_ change: (inout NodeDraft) -> Void) -> Self {
    var copy = self
    change(&copy.draft)
    return copy
  }
}

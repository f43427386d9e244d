/// An open scope: a place in which tokens flow, with variables of its own.
public struct ScopeInstance: Sendable, Hashable, Identifiable {
  /// Unique within the instance.
  public let id: ScopeID
  /// The node that it belongs to.
  public let node: NodeIndex
  /// The scope around it.
  public let parent: ScopeID
  /// The token at the node on whose behalf it is open: it waits for this scope, or, for an iteration, for the loop
  /// around it.
  public let token: TokenID
  /// What it is open for.
  public let kind: Kind

  /// What a scope is open for. Raw values are what stores hold; they never change.
  public enum Kind: Int, Sendable, Hashable, CaseIterable {
    /// One entry into a subprocess.
    case subprocess = 0
    /// All of a loop or multi-instance: its iterations lie inside it. Its own variables are the loop's bookkeeping, and
    /// no expression sees them.
    case loop = 1
    /// One round of a loop or one instance of a multi-instance; in it one token executes the node proper.
    case iteration = 2
    /// One entry into an event subprocess.
    case eventSubprocess = 3

    /// The word used in views and JSON.
    public var name: String {
      switch self {
      case .subprocess: "subprocess"
      case .loop: "loop"
      case .iteration: "iteration"
      case .eventSubprocess: "event subprocess"
      }
    }
  }

  /// Makes a scope instance.
  public init(id: ScopeID, node: NodeIndex, parent: ScopeID, token: TokenID, kind: Kind = .subprocess) {
    self.id = id
    self.node = node
    self.parent = parent
    self.token = token
    self.kind = kind
  }
}

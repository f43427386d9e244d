import EngineCore

/// Where a ready token waits: the tokens of one node of one deployed version, in one mode, all wait for the same
/// handler.
///
/// An engine reads ready tokens lane by lane, so that a million of one lane hide none of another.
public struct ReadyLane: Sendable, Hashable, Comparable {
  /// The deployed version.
  public let definition: DefinitionID
  /// The node.
  public let node: NodeIndex
  /// Forward, or undoing.
  public let mode: TokenMode

  /// Names a lane.
  public init(definition: DefinitionID, node: NodeIndex, mode: TokenMode) {
    self.definition = definition
    self.node = node
    self.mode = mode
  }

  /// Whether one comes before the other.
  public static func < (left: ReadyLane, right: ReadyLane) -> Bool {
    (left.definition, left.node, left.mode.rawValue) < (right.definition, right.node, right.mode.rawValue)
  }
}

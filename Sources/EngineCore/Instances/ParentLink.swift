/// Who called an instance: the token of another one that waits for its end.
public struct ParentLink: Sendable, Hashable {
  /// The instance that called.
  public let instance: InstanceID
  /// The token that waits there.
  public let token: TokenID
  /// How many calls lie above this instance: 1 for a child of an instance that nobody called.
  public let depth: Int

  /// Names a caller.
  public init(instance: InstanceID, token: TokenID, depth: Int) {
    self.instance = instance
    self.token = token
    self.depth = depth
  }
}

/// What the engine starts for a call activity, in the same unit of work.
public struct ChildStart: Sendable, Hashable {
  /// The number that the child gets.
  public let child: InstanceID
  /// Who calls it.
  public let parent: ParentLink
  /// The key of its process.
  public let process: String
  /// The version; nil for the newest.
  public let version: Int?
  /// Its business key.
  public let businessKey: String?
  /// Its variables.
  public let variables: Context
}

/// One instance as lists show it.
public struct InstanceSummary: Sendable, Hashable {
  /// Unique in its store.
  public var id: InstanceID
  /// The name that the outside world has for it.
  public var businessKey: String?
  /// The deployed version it runs.
  public var definition: DefinitionID
  /// The key of its process.
  public var process: String
  /// The version of its process.
  public var processVersion: Int
  /// Where it is in its life.
  public var state: InstanceState
  /// Whether it is suspended.
  public var isSuspended: Bool
  /// Whether an invariant broke.
  public var isCorrupted: Bool
  /// How many units have been committed; targets of verbs are (id, version) pairs.
  public var version: Int64
  /// Where its live tokens stand, at most `maximumTokens` of them, ascending.
  public var tokens: [TokenSummary]
  /// How many live tokens there are.
  public var tokenCount: Int
  /// When it was started.
  public var createdAt: Timestamp
  /// When it last changed.
  public var updatedAt: Timestamp
  /// When it came to its end.
  public var endedAt: Timestamp?
  /// When its next timer falls due.
  public var nextTimer: Timestamp?
  /// How many incidents are open.
  public var incidentCount: Int

  /// How many tokens a summary lists.
  public static let maximumTokens = 8

  /// Makes a summary.
  public init(
    id: InstanceID, businessKey: String?, definition: DefinitionID, process: String, processVersion: Int,
    state: InstanceState, isSuspended: Bool = false, isCorrupted: Bool = false, version: Int64,
    tokens: [TokenSummary] = [], tokenCount: Int = 0, createdAt: Timestamp, updatedAt: Timestamp,
    endedAt: Timestamp? = nil, nextTimer: Timestamp? = nil, incidentCount: Int = 0
  ) {
    self.id = id
    self.businessKey = businessKey
    self.definition = definition
    self.process = process
    self.processVersion = processVersion
    self.state = state
    self.isSuspended = isSuspended
    self.isCorrupted = isCorrupted
    self.version = version
    self.tokens = tokens
    self.tokenCount = tokenCount
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.endedAt = endedAt
    self.nextTimer = nextTimer
    self.incidentCount = incidentCount
  }
}

/// One live token as lists show it.
public struct TokenSummary: Sendable, Hashable {
  /// Unique within its instance.
  public var id: TokenID
  /// The identifier of the node where it stands.
  public var node: String
  /// Where it is in its life.
  public var state: TokenState
  /// Forward or compensation.
  public var mode: TokenMode
  /// How often its work was started.
  public var attempt: Int

  /// Makes a summary.
  public init(id: TokenID, node: String, state: TokenState, mode: TokenMode, attempt: Int) {
    self.id = id
    self.node = node
    self.state = state
    self.mode = mode
    self.attempt = attempt
  }
}

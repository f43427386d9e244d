/// Something that an instance waits for besides time: a message, a signal, or a condition on its variables.
///
/// It lives as long as its token waits or is watched; one of an event subprocess as long as the scope around that.
public struct Subscription: Sendable, Hashable, Identifiable {
  /// Unique within the instance.
  public let id: SubscriptionID
  /// The token that waits for it or is watched; `.none` when it would start an event subprocess.
  public let token: TokenID
  /// The scope whose variables it sees.
  public let scope: ScopeID
  /// The event that catches: a catch event, a boundary event or an event subprocess.
  public let node: NodeIndex
  /// What is waited for.
  public let kind: Kind
  /// The name of the message or signal; empty for a condition.
  public let name: String
  /// What tells this instance from others that wait for the same message.
  public let correlationKey: String?
  /// When it was opened.
  public let openedAt: Timestamp
  /// Whether the condition held when it was last looked at; it fires when that becomes true.
  public var holds: Bool

  /// What is waited for. Raw values are what stores hold; they never change.
  public enum Kind: Int, Sendable, Hashable, Codable, CaseIterable {
    /// A message, for one receiver.
    case message = 1
    /// A signal, for everybody.
    case signal = 2
    /// Variables that make a condition true.
    case condition = 3

    /// The word used in views and JSON.
    public var name: String {
      switch self {
      case .message: "message"
      case .signal: "signal"
      case .condition: "condition"
      }
    }
  }

  /// Makes a subscription that has just been opened.
  public init(
    id: SubscriptionID, token: TokenID, scope: ScopeID, node: NodeIndex, kind: Kind, name: String = "",
    correlationKey: String? = nil, openedAt: Timestamp, holds: Bool = false
  ) {
    self.id = id
    self.token = token
    self.scope = scope
    self.node = node
    self.kind = kind
    self.name = name
    self.correlationKey = correlationKey
    self.openedAt = openedAt
    self.holds = holds
  }
}

/// What comes to a subscription.
public struct EventDelivery: Sendable, Hashable {
  /// Names the message or signal once and for all.
  public let event: String
  /// The variables that come with it; output mappings see them as `message` or `signal`.
  public let variables: Context

  /// Makes a delivery.
  public init(event: String, variables: Context = Context()) {
    self.event = event
    self.variables = variables
  }
}

/// A message as an instance throws it or somebody outside sends it.
public struct OutgoingMessage: Sendable, Hashable {
  /// The name of the message.
  public let name: String
  /// Whom it is for; nil where the name alone is enough.
  public let correlationKey: String?
  /// The variables that go with it.
  public let variables: Context
  /// How long it waits for somebody when nobody waits for it yet.
  public let timeToLive: Duration

  /// Makes a message.
  public init(
    name: String, correlationKey: String? = nil, variables: Context = Context(), timeToLive: Duration = .zero
  ) {
    self.name = name
    self.correlationKey = correlationKey
    self.variables = variables
    self.timeToLive = timeToLive
  }
}

/// How the value of an expression becomes a correlation key.
public enum CorrelationKey {
  /// Text as it is, numbers and truth values as their text. Nil for what names nothing: null, lists and contexts.
  public static func text(of value: Value) -> String? {
    switch value {
    case .string(let text): text
    case .number, .boolean: value.description
    case .null, .list, .context: nil
    }
  }
}

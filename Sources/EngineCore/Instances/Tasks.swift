/// Work that waits for a person. It lives as long as its token waits.
public struct UserTask: Sendable, Hashable {
  /// The waiting token; one task per token.
  public let token: TokenID
  /// Who shall do it; nil means anyone.
  public var assignee: String?
  /// Who may do it.
  public var candidates: [String]
  /// When it should be done; shown, never enforced.
  public var due: Timestamp?
  /// When it was created.
  public let createdAt: Timestamp

  /// Makes a task.
  public init(token: TokenID, assignee: String?, candidates: [String], due: Timestamp?, createdAt: Timestamp) {
    self.token = token
    self.assignee = assignee
    self.candidates = candidates
    self.due = due
    self.createdAt = createdAt
  }
}

/// Work that waits for somebody outside. It lives as long as its token waits.
///
/// The token's `attempt` is the fencing number: each lock raises it, and a report with an older one is refused. A
/// handler that asks to wait leaves such a task too: with a reference, and held by that handler until somebody
/// completes it.
public struct ExternalTask: Sendable, Hashable {
  /// The waiting token; one task per token.
  public let token: TokenID
  /// The queue that workers fetch from.
  public let topic: String
  /// Who holds it; nil when it is free.
  public var worker: String?
  /// When it may be fetched: at once when free, when its lease ends while it is locked.
  public var availableAt: Timestamp
  /// When it was created.
  public let createdAt: Timestamp
  /// What the work is called where it goes on, once whoever held the task has handed it over; nobody can fetch it then.
  public var reference: String?

  /// Makes a free task.
  public init(token: TokenID, topic: String, createdAt: Timestamp) {
    self.token = token
    self.topic = topic
    self.createdAt = createdAt
    worker = nil
    availableAt = createdAt
  }
}

/// Something that only a person can move.
public struct Incident: Sendable, Hashable, Identifiable {
  /// Unique within the instance.
  public let id: IncidentID
  /// The token that it keeps.
  public let token: TokenID
  /// What kind of trouble it is.
  public let kind: Kind
  /// The error code, as the handler or the engine named it.
  public let code: String
  /// One sentence for the person on call.
  public let message: String
  /// When it was raised.
  public let raisedAt: Timestamp

  /// What kind of trouble an incident is. Raw values are what stores hold; they never change.
  public enum Kind: Int, Sendable, Hashable, CaseIterable {
    /// The work failed and its retries are used up.
    case workFailed = 1
    /// An expression or a gateway of the definition could not decide, or a timer could not be set.
    case expressionFailed = 2
    /// A compensation failed: its run has halted.
    case compensationFailed = 3
    /// It is unknown whether the step happened, and compensation must know.
    case inDoubt = 4
    /// The engine died too often while this step was executing.
    case crashLoop = 5

    /// The word used in views and JSON.
    public var name: String {
      switch self {
      case .workFailed: "work failed"
      case .expressionFailed: "expression failed"
      case .compensationFailed: "compensation failed"
      case .inDoubt: "in doubt"
      case .crashLoop: "crash loop"
      }
    }
  }

  /// Makes an incident.
  public init(id: IncidentID, token: TokenID, kind: Kind, code: String, message: String, raisedAt: Timestamp) {
    self.id = id
    self.token = token
    self.kind = kind
    self.code = code
    self.message = message
    self.raisedAt = raisedAt
  }
}

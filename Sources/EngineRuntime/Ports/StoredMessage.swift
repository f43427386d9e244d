import EngineCore

/// A message or a signal on its way, as a row of the store.
public struct StoredMessage: Sendable, Hashable {
  /// The number of its row; ascending in the order in which messages were committed. Zero before it has one.
  public var id: Int64
  /// Names the message once and for all.
  public var event: String
  /// A message for one receiver, or a signal for everybody.
  public var kind: Subscription.Kind
  /// The name.
  public var name: String
  /// Whom a message is for.
  public var correlationKey: String?
  /// What goes with it.
  public var variables: Context
  /// When it was sent.
  public var sentAt: Timestamp
  /// Until when a message waits for somebody.
  public var expiresAt: Timestamp
  /// How far it is.
  public var phase: Phase
  /// Signals are for the subscriptions up to this place: those that were open when it was sent. The store says which.
  public var bound: Int64
  /// Signals have come to the subscriptions up to this place; below zero before they have started anything.
  public var cursor: Int64

  /// How far a message is. Raw values are what stores hold; they never change.
  public enum Phase: Int, Sendable, Hashable, CaseIterable {
    /// The engine has yet to find out who waits for it.
    case waiting = 0
    /// Nobody waited for it: it waits for somebody until it expires.
    case buffered = 1

    /// The word used in views and JSON.
    public var name: String {
      switch self {
      case .waiting: "waiting"
      case .buffered: "buffered"
      }
    }
  }

  /// Makes a message that has no row yet.
  public init(
    id: Int64 = 0, event: String, kind: Subscription.Kind, name: String, correlationKey: String? = nil,
    variables: Context, sentAt: Timestamp, expiresAt: Timestamp, phase: Phase, bound: Int64 = 0, cursor: Int64 = -1
  ) {
    self.id = id
    self.event = event
    self.kind = kind
    self.name = name
    self.correlationKey = correlationKey
    self.variables = variables
    self.sentAt = sentAt
    self.expiresAt = expiresAt
    self.phase = phase
    self.bound = bound
    self.cursor = cursor
  }

  /// What a unit of work has thrown, in order.
  public static func thrown(by unit: UnitOfWork) -> [StoredMessage] {
    guard unit.changes.hasThrown else { return [] }
    let origin = String(unit.instance.createdAt.microseconds, radix: 36) + "-\(unit.instance.id)-e"
    return unit.entries.compactMap { entry in
      switch entry.event {
      case .messageThrown(_, _, let message):
        StoredMessage(
          event: origin + String(entry.sequence), kind: .message, name: message.name,
          correlationKey: message.correlationKey, variables: message.variables, sentAt: entry.at,
          expiresAt: entry.at + message.timeToLive, phase: .waiting)
      case .signalThrown(_, _, let name, let variables):
        StoredMessage(
          event: origin + String(entry.sequence), kind: .signal, name: name, variables: variables, sentAt: entry.at,
          expiresAt: entry.at, phase: .waiting)
      default: nil
      }
    }
  }
}

/// What is written about a message.
public enum MessageWrite: Sendable {
  /// It is new. A signal's bound is set by the store, to the newest subscription there is.
  case insert(StoredMessage)
  /// Nobody waits for it: it waits.
  case buffer(Int64)
  /// A signal has come to the subscriptions up to a place.
  case advance(Int64, cursor: Int64)
  /// They have found their receiver or their end.
  case remove([Int64])
}

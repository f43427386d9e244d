import DequeModule
import EngineCore

/// What an engine loop knows of messages on their way; the store has the messages themselves.
struct MessageDesk {
  /// A name and key for which somebody waits from now on.
  struct Awaited {
    let name: String
    let correlationKey: String?
  }

  /// Whether the store may hold messages or signals that nobody has looked at.
  var hasWaiting = true
  /// Subscriptions that were opened lately: their message may have been there before them.
  var awaited = Deque<Awaited>()
  /// How far the buffer has been looked through since the engine began; nil when that is over.
  var bufferCursor: Int64? = 0
  /// When the next buffered message expires, as far as known.
  var nextExpiry: Timestamp?
  var knowsNextExpiry = false
  /// The newest version of each process; nil when they have to be read.
  var startable: [DeployedDefinition]?

  /// How many messages, or receivers of a signal, are taken up at once.
  static let limit = 100

  /// Whether there is something to do at once.
  var isBusy: Bool { hasWaiting || !awaited.isEmpty || bufferCursor != nil || !knowsNextExpiry }
}

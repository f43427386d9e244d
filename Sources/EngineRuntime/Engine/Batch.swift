import EngineCore

/// The units that one turn gathers for one commit.
struct Batch {
  /// Where a write comes from; a batch that fails is made anew from these, one by one.
  enum Source {
    case message(Message)
    case foreign(CommandRecord)
    case timer(TimerPosition)
    case ready(TokenPosition)
    case orphan(TokenPosition)
  }

  /// One write with what follows once it is durable.
  struct Item {
    var write: StoreWrite
    var instance: InstanceID?
    var effects: [Effect] = []
    var reply: (@Sendable (CommandReply) -> Void)?
    var answer: CommandAnswer?
    /// The place of its source in the batch.
    fileprivate(set) var source = 0
  }

  /// What the turn has taken up, in order; one source can make several writes.
  private(set) var sources: [Source] = []

  var items: [Item] = []
  /// Handlers that will begin when the batch is durable.
  var startingHandlers = 0
  /// Idempotency keys that are decided in this batch.
  var keys: Set<String> = []

  /// Whatever is appended from here on comes from this source.
  mutating func take(_ source: Source) { sources.append(source) }

  mutating func append(_ item: Item) {
    var item = item
    item.source = sources.count - 1
    items.append(item)
    for case .startWork in item.effects { startingHandlers += 1 }
  }
}

/// Why something could not be done in a turn.
enum TurnError: Error {
  /// The rules do not allow it.
  case rejected(Rejection)
  /// The store could not read what it needs.
  case failed(StoreFailure)
}

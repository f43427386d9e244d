import EngineCore

/// The units that one turn gathers for one commit.
struct Batch {
  /// Where a write comes from; a batch that fails is made anew from these, one by one.
  enum Source {
    case message(Message)
    indirect case foreign(CommandRecord)
    case timer(TimerPosition)
    case startTimer(StartTimer)
    case ready(TokenPosition)
    case orphan(TokenPosition)
    case thrown(StoredMessage)
    case buffered(StoredMessage)
    case expired([Int64])
    case outlived(InstanceID)
    case follower(DefinitionHold)
    case oldCommands([Int64])
    /// An instance in which an invariant is broken.
    case broken(InstanceID, String)
  }

  /// What came to nothing while instances were as these items made them, which were not written.
  func idleSources(about items: some Sequence<Item>) -> [Source] {
    let instances = Set(items.compactMap(\.instance))
    let busy = Set(self.items.map(\.source))
    return sources.indices.filter { place in
      !busy.contains(place) && sources[place].instance.map(instances.contains) ?? false
    }.map { sources[$0] }
  }

  /// Something that a batch does once.
  enum Key: Hashable {
    /// The command with an idempotency key.
    case command(String)
    /// A deployment of a process.
    case deployment(String)
    /// The start of a process by its timers.
    case start(String)
    /// A message or signal.
    case message(Int64)
    /// A definition being suspended or resumed.
    case hold(DefinitionID)
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
  /// Answers that need nothing written: told with the rest of the batch, so that whoever asks is answered once even
  /// when the batch fails and its sources are made anew.
  var answers: [(reply: @Sendable (CommandReply) -> Void, answer: CommandAnswer)] = []
  /// Handlers that will begin when the batch is durable.
  private(set) var use: HandlerUse
  /// What is decided in this batch, and must not be decided in it again.
  var keys: Set<Key> = []

  init(limits: [String: Int]) { use = HandlerUse(limits: limits) }

  /// Whatever is appended from here on comes from this source.
  mutating func take(_ source: Source) { sources.append(source) }

  /// The newest source, which has made nothing, is no longer part of the batch: it is dealt with elsewhere, and must
  /// not come again when the batch fails.
  mutating func putOff() -> Source { sources.removeLast() }

  /// Takes back what the newest source has made so far: it fails whole. The answer is what was taken back.
  mutating func takeBack() -> [Item] {
    takeBack(from: items.lastIndex { $0.source != sources.count - 1 }.map { $0 + 1 } ?? items.startIndex)
  }

  /// Takes back what the newest source has made from a place on. The answer is what was taken back.
  mutating func takeBack(from first: Int) -> [Item] {
    let taken = Array(items[first...])
    items.removeSubrange(first...)
    for item in taken { count(item, times: -1) }
    return taken
  }

  /// What the newest item about an instance makes of it; nil when no item is about it, or the newest deletes it.
  /// O(items).
  ///
  /// - Parameter unwritten: The places of items that do not count.
  func newest(leavingOut unwritten: [Range<Int>] = []) -> (InstanceID) -> UnitOfWork? {
    { [items] id in
      let place = items.indices.last { place in
        items[place].instance == id && !unwritten.contains { $0.contains(place) }
      }
      guard let place, case .unit(let unit) = items[place].write else { return nil }
      return unit
    }
  }

  /// The places of the items of each source, in order: what one source makes is written whole or not at all.
  var groups: [Range<Int>] {
    var groups: [Range<Int>] = []
    groups.reserveCapacity(items.count)
    var first = 0
    for index in items.indices where index + 1 == items.count || items[index + 1].source != items[index].source {
      groups.append(first..<index + 1)
      first = index + 1
    }
    return groups
  }

  /// The items of one group as a write.
  func write(of group: Range<Int>) -> StoreWrite {
    group.count == 1 ? items[group.lowerBound].write : .together(items[group].map(\.write))
  }

  mutating func append(_ item: Item) {
    var item = item
    item.source = sources.count - 1
    items.append(item)
    count(item, times: 1)
  }

  private mutating func count(_ item: Item, times sign: Int) {
    guard case .unit(let unit) = item.write else { return }
    for case .startWork(let invocation) in item.effects {
      use.add(invocation.handler, of: unit.instance.definition, times: sign)
    }
  }
}

extension Batch.Source {
  /// The instance that it moves by itself: nobody would come again with it.
  fileprivate var instance: InstanceID? {
    switch self {
    case .message(.workFinished(let work, _, _)): work.instance
    case .timer(let position): position.instance
    case .ready(let position), .orphan(let position): position.instance
    case .message(.command), .message(.published), .message(.archived), .foreign, .startTimer, .thrown, .buffered,
      .expired, .outlived, .follower, .oldCommands, .broken:
      nil
    }
  }
}

/// Why something could not be done in a turn.
enum TurnError: Error {
  /// The rules do not allow it.
  case rejected(Rejection)
  /// The store could not read what it needs.
  case failed(StoreFailure)
  /// An invariant of an instance is broken, as the sentence says.
  case broken(InstanceID, String)
}

import EngineCore
import EngineRuntime
import Synchronization

/// An engine loop driven by hand: the test decides when time passes, when a turn is made and what handlers report.
final class EngineHarness: WorkRunner {
  let store: TestStore
  let clock = ManualClock()
  private(set) var loop: EngineLoop!
  private let mailbox = Mutex<[Message]>([])
  private(set) var started: [(work: WorkKey, context: ActivityContext)] = []
  private(set) var stopped: [WorkKey] = []
  /// The portions that were handed to the archive.
  private(set) var archived: [(instances: [ArchivedInstance], portion: ArchivePortion)] = []
  /// The batches that were handed to the sink.
  private(set) var handedOver: [[PublishedEvent]] = []
  /// How many of the first that were started are done, for tests that end the oldest.
  var finishedWork = 0
  let observer = RecordingObserver()
  private let replies = ReplyLog()

  init(
    store: TestStore = TestStore(), over other: (any EngineStore)? = nil, handlers: [String] = ["a", "b", "undo-a"],
    lane: (any CommitLane)? = nil, configure: (inout EngineConfiguration) -> Void = { _ in }
  ) throws {
    self.store = store
    var registry = HandlerRegistry()
    for name in handlers { registry.register(name) { _ in .completed(result: .null) } }
    var configuration = EngineConfiguration()
    configure(&configuration)
    loop = EngineLoop(
      store: other ?? store, handlers: registry, configuration: configuration, clock: clock,
      holder: LeaseHolder(engine: "test", host: "here", path: "store", process: 1), observer: observer, runner: self,
      lane: lane,
      takeMessages: { [unowned self] limit in
        mailbox.withLock { messages in
          let taken = Array(messages.prefix(limit))
          messages.removeFirst(taken.count)
          return taken
        }
      })
    try loop.open()
  }

  func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext) {
    started.append((work, context))
  }

  func stop(_ work: WorkKey, immediately: Bool) { stopped.append(work) }

  func finished(_ work: WorkKey) {}

  func publish(_ events: [PublishedEvent], to sink: any EventSink) { handedOver.append(events) }

  func archive(_ instances: [ArchivedInstance], as portion: ArchivePortion, in archive: any InstanceArchive) {
    archived.append((instances, portion))
  }

  /// The archive keeps the newest portion, or says why not.
  func keepPortion(_ failure: ArchiveFailure? = nil) {
    guard let portion = archived.last?.portion else { return }
    mailbox.withLock { $0.append(.archived(ArchiveReceipt(portion, failure: failure))) }
  }

  /// The sink takes the newest batch, or says why not.
  func takeBatch(_ failure: SinkFailure? = nil) {
    guard let last = handedOver.last?.last?.id else { return }
    mailbox.withLock { $0.append(.published(SinkReceipt(last: last, failure: failure))) }
  }

  func post(_ verb: Verb, key: String = "") {
    let issuer = Issuer(user: "test", host: "here", source: "api")
    let command = OperatorCommand(key: key, verb: verb, issuer: issuer)
    let replies = replies
    mailbox.withLock { $0.append(.command(command, reply: { replies.add($0) })) }
  }

  func report(_ node: String, _ outcome: WorkOutcome = .completed(result: .null), note: String? = nil) {
    guard let index = started.lastIndex(where: { $0.context.node == node }) else { return }
    report(started[index].work, outcome, note: note)
  }

  func report(_ work: WorkKey, _ outcome: WorkOutcome, note: String? = nil) {
    mailbox.withLock { $0.append(.workFinished(work, outcome, note: note)) }
  }

  /// Makes turns until nothing more happens by itself.
  func settle() {
    var turnsWithoutWork = 0
    for _ in 0..<1_000 where turnsWithoutWork < 4 {
      turnsWithoutWork = loop.turn() == .zero ? 0 : turnsWithoutWork + 1
    }
  }

  /// The answers so far, in words.
  var answers: [String] { replies.words }

  var nodesStarted: [String] { started.map(\.context.node) }

  func instance(_ id: Int64 = 1) -> ProcessInstance? {
    store.state.withLock { $0.instances[InstanceID(id)] }
  }
}

/// A clock that stands still until it is set.
final class ManualClock: EngineClock {
  private let time = Mutex((now: Timestamp(microseconds: 1_000_000_000), elapsed: Duration.zero))
  func now() -> Timestamp { time.withLock { $0.now } }
  func elapsed() -> Duration { time.withLock { $0.elapsed } }

  /// Time passes.
  func advance(by duration: Duration) {
    time.withLock { time in
      time.now = time.now + duration
      time.elapsed += duration
    }
  }

  /// Somebody sets the clock; no time passes.
  func jump(by duration: Duration) { time.withLock { $0.now = $0.now + duration } }
}

/// Remembers what an engine told it.
final class RecordingObserver: EngineObserver {
  private let storage = Mutex<(notices: [EngineNotice], units: Int)>(([], 0))
  func committed(_ units: [UnitOfWork]) { storage.withLock { $0.units += units.count } }
  func noticed(_ notice: EngineNotice) { storage.withLock { $0.notices.append(notice) } }
  var notices: [EngineNotice] { storage.withLock { $0.notices } }
}

extension ProcessDefinition {
  /// `a` then `b`, each by the handler of its name; `a` is undone by `undo-a`.
  static func sequence(
    _ key: String = "seq", priority: Int = 0, first: String = "a", retry: RetryPolicy = .never,
    timeout: Duration? = nil
  ) -> Self {
    let undo = Compensation(work: .handler(name: "undo-a", configuration: .literal(.null)))
    let nodes = [
      NodeDefinition(
        id: first,
        kind: .activity(
          Activity(
            work: .handler(name: first, configuration: .literal(.null)), retry: retry, timeout: timeout,
            compensation: undo))),
      NodeDefinition(
        id: "b", kind: .activity(Activity(work: .handler(name: "b", configuration: .literal(.null)), retry: retry))),
    ]
    let flow = SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 1))
    return ProcessDefinition(
      key: key, saga: .global, policy: OperatingPolicy(priority: priority), nodes: nodes, flows: [flow],
      start: NodeIndex(rawValue: 0))
  }
}

extension ProcessDefinition {
  /// One task for a worker that fetches it.
  static func task(_ key: String = "seq", topic: String = "paint") -> Self {
    let work = NodeDefinition(id: "work", kind: .activity(Activity(work: .external(ExternalWork(topic: topic)))))
    return ProcessDefinition(key: key, nodes: [work], flows: [], start: NodeIndex(rawValue: 0))
  }
}

/// Remembers answers in words: `done`, the reason of a refusal, or the kind of a failure.
final class ReplyLog: Sendable {
  private let storage = Mutex<[String]>([])

  func add(_ reply: CommandReply) {
    let word =
      switch reply {
      case .answered(.done): "done"
      case .answered(.refused(let rejection)): rejection.reason.rawValue
      case .failed(let failure): failure.kind.rawValue
      }
    storage.withLock { $0.append(word) }
  }

  var words: [String] { storage.withLock { $0 } }
}

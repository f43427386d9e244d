import EngineCore
import EngineRuntime
import EngineStorage
import Synchronization

/// A real engine loop without its thread, on a store in memory and a clock that is set by hand.
///
/// Whoever owns it decides when time passes, what handlers report, and when the engine dies. Not thread-safe.
package final class EngineStage {
  package let clock = StageClock()
  package private(set) var store = MemoryStore()
  /// What was committed, in order, by all engines.
  package private(set) var histories: [InstanceID: [HistoryEntry]] = [:]
  package private(set) var notices: [EngineNotice] = []
  private var runner = StageRunner()
  private var loop: EngineLoop?
  private let observer = StageObserver()
  private let mailbox = StageMailbox()
  private var handlers: [String]
  private let configuration: EngineConfiguration

  /// Begins with an empty store and an engine on it.
  package init(handlers: [String], configuration: EngineConfiguration = EngineConfiguration()) throws {
    self.handlers = handlers
    self.configuration = configuration
    try open()
  }

  private func open() throws {
    var registry = HandlerRegistry()
    for name in handlers { registry.register(name) { _ in .completed(result: .null) } }
    runner = StageRunner()
    let mailbox = mailbox
    let loop = EngineLoop(
      store: store, handlers: registry, configuration: configuration, clock: clock,
      holder: LeaseHolder(engine: "stage", host: "here", path: "memory", process: 1), observer: observer,
      runner: runner, takeMessages: { mailbox.take($0) })
    self.loop = loop
    try loop.open()
  }

  /// What handlers of the present engine were asked for, in order.
  package var attempts: [StageAttempt] { runner.attempts }

  /// The latest attempt of a token under the present engine.
  package func attempt(of token: TokenID, in instance: InstanceID) -> StageAttempt? {
    runner.attempts.last { $0.work.token == token && $0.work.instance == instance }
  }

  /// A handler reports.
  package func report(_ work: WorkKey, _ outcome: WorkOutcome) {
    runner.note(reportOf: work)
    mailbox.post(.workFinished(work, outcome))
  }

  /// Asks for something; `settle` lets it happen, and `reply` is called with the answer.
  package func post(
    _ verb: Verb, key: String = "", reason: String? = nil, reply: @escaping @Sendable (CommandReply) -> Void
  ) {
    let issuer = Issuer(user: "test", host: "here", source: "api")
    mailbox.post(.command(OperatorCommand(key: key, verb: verb, issuer: issuer, reason: reason), reply: reply))
  }

  /// Asks for something, lets it happen, and gives the answer; nil when there was none.
  @discardableResult
  package func perform(_ verb: Verb, key: String = "", reason: String? = nil) -> CommandReply? {
    let answer = Box()
    post(verb, key: key, reason: reason) { answer.set($0) }
    settle()
    return answer.value
  }

  private final class Box: Sendable {
    private let storage = Mutex<CommandReply?>(nil)
    var value: CommandReply? { storage.withLock { $0 } }
    func set(_ reply: CommandReply) { storage.withLock { $0 = reply } }
  }

  /// Makes turns until nothing more happens by itself.
  package func settle() {
    guard let loop else { return }
    for _ in 0..<Self.turns {
      // What has to be tried again is tried after a pause, which need not pass here.
      let wait = loop.turn()
      if wait != .zero, wait != configuration.storeRetry { break }
    }
    for unit in observer.takeUnits() { histories[unit.instance.id, default: []] += unit.entries }
    notices += observer.takeNotices()
  }

  /// The most turns that one thing may need.
  private static let turns = 1_000

  /// The engine dies: what it was doing is lost, and what was asked for but not yet taken up.
  package func kill() {
    loop = nil
    mailbox.clear()
    runner = StageRunner()
  }

  /// Another engine takes over, with the same handlers or others.
  package func recover(handlers: [String]? = nil) throws {
    kill()
    self.handlers = handlers ?? self.handlers
    store = MemoryStore(sharing: store)
    try open()
    settle()
  }

  /// An instance as it is stored.
  package func instance(_ id: InstanceID) throws -> ProcessInstance? { try store.loadInstance(id) }
}

/// One attempt that a handler was asked for.
package struct StageAttempt {
  package let work: WorkKey
  package let context: ActivityContext
  /// Whether it was asked to stop.
  package fileprivate(set) var isStopped = false
  /// Whether it was stopped without being asked, or before it had done what it was asked.
  package fileprivate(set) var isStoppedAtOnce = false
  package fileprivate(set) var hasReported = false
}

/// Notes what handlers are asked for, and does nothing.
private final class StageRunner: WorkRunner {
  private(set) var attempts: [StageAttempt] = []

  func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext) {
    attempts.append(StageAttempt(work: work, context: context))
  }

  func stop(_ work: WorkKey, immediately: Bool) {
    for index in attempts.indices where attempts[index].work == work {
      attempts[index].isStopped = true
      if immediately { attempts[index].isStoppedAtOnce = true }
    }
  }

  func finished(_ work: WorkKey) {}

  func note(reportOf work: WorkKey) {
    for index in attempts.indices where attempts[index].work == work { attempts[index].hasReported = true }
  }
}

/// A clock that stands still until it is set.
package final class StageClock: EngineClock {
  /// When every stage begins.
  package static let start = Timestamp(microseconds: 1_767_225_600_000_000)
  private let time = Mutex(start)

  package func now() -> Timestamp { time.withLock { $0 } }
  package func set(to instant: Timestamp) { time.withLock { $0 = instant } }
  package func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

private final class StageMailbox: Sendable {
  private let messages = Mutex<[Message]>([])

  func post(_ message: Message) { messages.withLock { $0.append(message) } }
  func clear() { messages.withLock { $0 = [] } }

  func take(_ limit: Int) -> [Message] {
    messages.withLock { messages in
      let taken = Array(messages.prefix(limit))
      messages.removeFirst(taken.count)
      return taken
    }
  }
}

/// Keeps what an engine tells until it is asked for.
private final class StageObserver: EngineObserver {
  private let units = Mutex<[UnitOfWork]>([])
  private let notices = Mutex<[EngineNotice]>([])

  func committed(_ units: [UnitOfWork]) { self.units.withLock { $0 += units } }
  func noticed(_ notice: EngineNotice) { notices.withLock { $0.append(notice) } }

  func takeUnits() -> [UnitOfWork] {
    units.withLock { units in
      defer { units = [] }
      return units
    }
  }

  func takeNotices() -> [EngineNotice] {
    notices.withLock { notices in
      defer { notices = [] }
      return notices
    }
  }
}

import EngineCore
import EngineRuntime

/// One life of an engine's process: the real loop, with handlers and messages in the simulation's hands.
final class SimulatedEngine: WorkRunner {
  /// A handler that has begun.
  struct Work {
    let key: WorkKey
    let context: ActivityContext
    let handler: String?
    var isAskedToStop = false
  }

  let name: String
  let store: FaultyStore
  private(set) var loop: EngineLoop?
  /// The handlers that have not reported, in the order in which they began.
  private(set) var works: [Work] = []
  /// Messages that have not been taken.
  private(set) var messages: [Message] = []
  /// Events that were handed to the sink, which has not answered.
  private var publication: [PublishedEvent]?
  /// Instances that were handed to the archive, which has not answered.
  private var portion: ArchivePortion?
  /// Is told of each handler that begins; the answer is the handler's name.
  var began: (WorkKey, ActivityContext) -> String? = { _, _ in nil }

  init(
    _ name: String, store: FaultyStore, clock: SimulatedClock, handlers: HandlerRegistry, seed: UInt64,
    limits: (inout EngineConfiguration) -> Void, rules: @escaping StepRules, lane: (any CommitLane)?
  ) {
    self.name = name
    self.store = store
    var configuration = EngineConfiguration()
    configuration.seed = seed
    limits(&configuration)
    let holder = LeaseHolder(engine: name, host: name, path: "/store", process: 1)
    loop = EngineLoop(
      store: store, handlers: handlers, configuration: configuration, clock: clock, holder: holder, observer: nil,
      runner: self, rules: rules, lane: lane, takeMessages: { [unowned self] in self.take($0) })
  }

  private func take(_ limit: Int) -> [Message] {
    let taken = Array(messages.prefix(limit))
    messages.removeFirst(taken.count)
    return taken
  }

  func post(_ message: Message) { messages.append(message) }

  func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext) {
    guard !store.isCrashed else { return }
    let name = began(work, context)
    works.append(Work(key: work, context: context, handler: name))
  }

  func stop(_ work: WorkKey, immediately: Bool) {
    for index in works.indices where works[index].key == work { works[index].isAskedToStop = true }
  }

  func finished(_ work: WorkKey) {}

  func publish(_ events: [PublishedEvent], to sink: any EventSink) {
    precondition(publication == nil, "a batch was handed to the sink while another one is there")
    publication = events
  }

  func archive(_ instances: [ArchivedInstance], as portion: ArchivePortion, in archive: any InstanceArchive) {
    precondition(self.portion == nil, "a portion was handed to the archive while another one is there")
    self.portion = portion
  }

  /// Whether a sink or an archive has something of this engine.
  var isDelivering: Bool { publication != nil || portion != nil }

  /// Takes the batch that is with the sink.
  func takePublication() -> [PublishedEvent]? {
    defer { publication = nil }
    return publication
  }

  /// Takes the portion that is with the archive.
  func takePortion() -> ArchivePortion? {
    defer { portion = nil }
    return portion
  }

  /// Takes a handler that reports.
  func takeWork(at index: Int) -> Work { works.remove(at: index) }

  /// The process is gone, with all that it had in memory.
  func kill() {
    store.crash()
    store.releaseHost()
    loop = nil
    messages = []
  }
}

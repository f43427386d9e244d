import EngineCore
import EngineRuntime
import Synchronization

/// A real engine loop on a store under test, with a clock that is set by hand and handlers that never report.
package final class TimedEngine: WorkRunner {
  /// When every test begins, a second before midnight.
  package static let start = Timestamp(microseconds: 1_767_225_599_000_000)

  package let clock: HandClock
  private var loop: EngineLoop?
  /// The instances whose handlers were begun, with the node, in order.
  package private(set) var begun: [String] = []
  private let mailbox = Mutex<[Message]>([])

  /// Takes the store over.
  package init(_ store: any EngineStore, clock: HandClock = HandClock()) throws {
    self.clock = clock
    var registry = HandlerRegistry()
    for name in ["work", "remind"] { registry.register(name) { _ in .completed(result: .null) } }
    let loop = EngineLoop(
      store: store, handlers: registry, configuration: EngineConfiguration(), clock: clock,
      holder: LeaseHolder(engine: "timed", host: "here", path: "store", process: 1), observer: nil, runner: self,
      takeMessages: { [unowned self] limit in
        mailbox.withLock { messages in
          let taken = Array(messages.prefix(limit))
          messages.removeFirst(taken.count)
          return taken
        }
      })
    self.loop = loop
    try loop.open()
    settle()
  }

  package func start(_ work: WorkKey, _ handler: any ActivityHandler, _ context: ActivityContext) {
    begun.append("\(work.instance):\(context.node)")
  }

  package func stop(_ work: WorkKey, immediately: Bool) {}
  package func finished(_ work: WorkKey) {}

  /// Asks for something and lets it happen. Without a key no row of the store tells of it.
  package func perform(_ verb: Verb, key: String = "") {
    let issuer = Issuer(user: "test", host: "here", source: "api")
    let command = OperatorCommand(key: key, verb: verb, issuer: issuer)
    mailbox.withLock { $0.append(.command(command, reply: { _ in })) }
    settle()
  }

  /// Starts instances of processes that are deployed with it.
  package func run(_ definitions: ProcessDefinition...) {
    for definition in definitions {
      perform(.deploy(definition, folder: "/"))
      perform(.start(process: definition.key, version: nil, businessKey: nil, variables: Context()))
    }
  }

  /// Sets the clock, and lets happen what follows.
  package func setClock(to seconds: Int64) {
    clock.set(to: Self.start + .seconds(seconds))
    settle()
  }

  /// What was begun since this was last asked.
  package func takeBegun() -> [String] {
    defer { begun = [] }
    return begun
  }

  /// The engine ends in good order.
  package func close() {
    loop?.close()
    loop = nil
  }

  private func settle() {
    for _ in 0..<1_000 where loop?.turn() != .zero { return }
  }
}

/// A clock that stands still until it is set.
package final class HandClock: EngineClock {
  private let time = Mutex(TimedEngine.start)
  package init() {}
  package func now() -> Timestamp { time.withLock { $0 } }
  package func set(to instant: Timestamp) { time.withLock { $0 = instant } }
}

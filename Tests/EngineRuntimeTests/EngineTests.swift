import EngineCore
import EngineRuntime
import Synchronization
import Testing

@Suite("The engine with its thread and real handlers")
struct EngineTests {
  @Test("runs many instances to their end, concurrently, and stops in good order")
  func manyInstances() async throws {
    let store = TestStore()
    let count = Mutex(0)
    var handlers = HandlerRegistry()
    for name in ["a", "b"] {
      handlers.register(name) { _ in
        count.withLock { $0 += 1 }
        return .completed(result: .null)
      }
    }
    let follower = EndCounter(expected: 200)
    let engine = Engine(
      store: store, handlers: handlers, clock: TickingClock(),
      holder: LeaseHolder(engine: "test", host: "here", path: "store", process: 1), observer: follower)
    try await engine.start()
    let issuer = Issuer(user: "test", host: "here", source: "api")
    _ = try await engine.perform(
      OperatorCommand(key: "deploy", verb: .deploy(.sequence(), folder: "/"), issuer: issuer))
    try await withThrowingTaskGroup(of: CommandAnswer.self) { group in
      for index in 0..<200 {
        group.addTask {
          let verb = Verb.start(process: "seq", version: nil, businessKey: "\(index)", variables: Context())
          return try await engine.perform(OperatorCommand(key: "", verb: verb, issuer: issuer))
        }
      }
      try await group.waitForAll()
    }
    await follower.ended()
    await engine.stop()
    #expect(count.withLock { $0 } == 400)
    #expect(store.state.withLock { $0.instances.values.allSatisfy { $0.state == .completed } })
  }

  @Test("leaves no handler behind when it is stopped in full swing")
  func stoppedInFullSwing() async throws {
    let running = RunningHandlers()
    var handlers = HandlerRegistry()
    for name in ["a", "b"] {
      handlers.register(name) { _ in
        running.count.withLock { $0 += 1 }
        for _ in 0..<50 { await Task.yield() }
        running.count.withLock { $0 -= 1 }
        return .completed(result: .null)
      }
    }
    let issuer = Issuer(user: "test", host: "here", source: "api")
    for _ in 0..<20 {
      let engine = Engine(
        store: TestStore(), handlers: handlers, clock: TickingClock(),
        holder: LeaseHolder(engine: "test", host: "here", path: "store", process: 1))
      try await engine.start()
      _ = try await engine.perform(
        OperatorCommand(key: "deploy", verb: .deploy(.sequence(), folder: "/"), issuer: issuer))
      await withTaskGroup(of: Void.self) { group in
        for index in 0..<400 {
          group.addTask {
            let verb = Verb.start(process: "seq", version: nil, businessKey: nil, variables: Context())
            _ = try? await engine.perform(OperatorCommand(key: "", verb: verb, issuer: issuer))
            guard index == 200 else { return }
            await engine.stop()
            #expect(running.count.withLock { $0 } == 0)
          }
        }
      }
    }
  }

  @Test("that has stopped refuses what is asked of it, and can be started again")
  func stoppedAndStarted() async throws {
    var handlers = HandlerRegistry()
    for name in ["a", "b"] { handlers.register(name) { _ in .completed(result: .null) } }
    let follower = EndCounter(expected: 1)
    let engine = Engine(
      store: TestStore(), handlers: handlers, clock: TickingClock(),
      holder: LeaseHolder(engine: "test", host: "here", path: "store", process: 1), observer: follower)
    let issuer = Issuer(user: "test", host: "here", source: "api")
    let deployment = OperatorCommand(key: "deploy", verb: .deploy(.sequence(), folder: "/"), issuer: issuer)
    let start = OperatorCommand(
      key: "", verb: .start(process: "seq", version: nil, businessKey: nil, variables: Context()), issuer: issuer)
    try await engine.start()
    _ = try await engine.perform(deployment)
    await engine.stop()
    await #expect(throws: StoreFailure.self) { _ = try await engine.perform(start) }
    try await engine.start()
    _ = try await engine.perform(start)
    await follower.ended()
    await engine.stop()
  }
}

extension EngineTests {
  private var holder: LeaseHolder { LeaseHolder(engine: "test", host: "here", path: "store", process: 1) }
  private var issuer: Issuer { Issuer(user: "test", host: "here", source: "api") }

  private func command(_ verb: Verb) -> OperatorCommand { OperatorCommand(key: "", verb: verb, issuer: issuer) }

  private var start: OperatorCommand {
    command(.start(process: "seq", version: nil, businessKey: nil, variables: Context()))
  }

  @Test("whoever stops it while it is being stopped waits for the same end, and nobody is left without an answer")
  func stoppedTwice() async throws {
    var handlers = HandlerRegistry()
    for name in ["a", "b"] { handlers.register(name) { _ in .completed(result: .null) } }
    for _ in 0..<20 {
      let store = TestStore()
      let engine = Engine(store: store, handlers: handlers, clock: TickingClock(), holder: holder)
      try await engine.start()
      _ = try await engine.perform(command(.deploy(.sequence(), folder: "/")))
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<50 { group.addTask { _ = try? await engine.perform(self.start) } }
        for _ in 0..<2 {
          group.addTask {
            await engine.stop()
            #expect(await engine.lease == nil)
          }
        }
      }
      #expect(store.state.withLock { $0.epoch } == 1)
    }
  }

  @Test("that could not start says so to whoever waits for it")
  func failedStart() async throws {
    let store = TestStore()
    store.state.withLock { $0.isLeased = true }
    let engine = Engine(store: store, handlers: HandlerRegistry(), clock: TickingClock(), holder: holder)
    await #expect(throws: StoreFailure.self) { try await engine.start() }
    let failure = await #expect(throws: StoreFailure.self) { _ = try await engine.perform(start) }
    #expect(failure?.kind == .leaseLost)
  }

  @Test("that is stopped while it prepares does not begin")
  func stoppedWhilePreparing() async throws {
    let engine = Engine(store: TestStore(), handlers: HandlerRegistry(), clock: TickingClock(), holder: holder)
    await #expect(throws: StoreFailure.self) { try await engine.start { await engine.stop() } }
    #expect(await engine.lease == nil)
  }

  @Test("stores everything that was reported while it is being stopped")
  func manyReportsAtTheEnd() async throws {
    let gate = Gate()
    var handlers = HandlerRegistry()
    handlers.register("a") { _ in
      await gate.pass()
      return .completed(result: .null)
    }
    handlers.register("b") { _ in .completed(result: .null) }
    let store = TestStore()
    var configuration = EngineConfiguration()
    configuration.concurrentHandlers = 1_000
    let engine = Engine(
      store: store, handlers: handlers, configuration: configuration, clock: TickingClock(), holder: holder)
    try await engine.start()
    _ = try await engine.perform(command(.deploy(.sequence(), folder: "/")))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<900 { group.addTask { _ = try? await engine.perform(self.start) } }
    }
    await gate.waitForArrivals(900)
    async let stop: Void = engine.stop()
    gate.open()
    await stop
    let areAllDone = store.state.withLock { state in
      state.instances.values.allSatisfy { $0.tokens.allSatisfy { $0.node == NodeIndex(rawValue: 1) } }
    }
    #expect(areAllDone)
  }

  @Test("that stops in the midst of a step, as often as it likes, is no engine that died over it")
  func stoppedInMidstOfAStep() async throws {
    let store = TestStore()
    for stop in 1...7 {
      let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
      var handlers = HandlerRegistry()
      handlers.register("a") { _ in
        hasBegun.finish()
        try? await Task.sleep(for: .seconds(3600))  // nosleep: it waits to be cancelled
        return .cancelled
      }
      let engine = Engine(store: store, handlers: handlers, clock: TickingClock(), holder: holder)
      try await engine.start()
      if stop == 1 {
        _ = try await engine.perform(command(.deploy(.sequence(), folder: "/")))
        _ = try await engine.perform(start)
      }
      for await _ in begun {}
      await engine.stop(grace: .zero)
      let token = store.state.withLock { $0.instances[InstanceID(1)]?.tokens.first }
      #expect(token?.attempt == stop)
      #expect(token?.state == .ready)
      #expect(token?.crashes == 0)
    }
  }

  @Test("does not wait for ever for a handler that does not heed that it is cancelled")
  func deafHandler() async throws {
    let gate = Gate()
    var handlers = HandlerRegistry()
    handlers.register("a") { _ in
      await gate.pass()
      return .completed(result: .null)
    }
    let engine = Engine(store: TestStore(), handlers: handlers, clock: TickingClock(), holder: holder)
    try await engine.start()
    _ = try await engine.perform(command(.deploy(.sequence(), folder: "/")))
    _ = try await engine.perform(start)
    await gate.waitForArrivals(1)
    await engine.stop(grace: .zero)
    #expect(await engine.lease == nil)
    gate.open()
  }
}

/// Where handlers wait until the test lets them pass.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrivals = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
    var watching: [(Int, CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  func pass() async {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state in
        state.arrivals += 1
        var ready = state.watching.filter { $0.0 <= state.arrivals }.map(\.1)
        state.watching.removeAll { $0.0 <= state.arrivals }
        if state.isOpen { ready.append(continuation) } else { state.waiting.append(continuation) }
        return ready
      }
      for continuation in ready { continuation.resume() }
    }
  }

  func waitForArrivals(_ number: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.arrivals < number { state.watching.append((number, continuation)) }
        return state.arrivals >= number
      }
      if isThere { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

/// How many handlers are at work.
final class RunningHandlers: Sendable {
  let count = Mutex(0)
}

/// Tells when a number of instances have come to their end.
final class EndCounter: EngineObserver {
  private let left: Mutex<Int>
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init(expected: Int) {
    left = Mutex(expected)
    (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  }

  func committed(_ units: [UnitOfWork]) {
    let ended = units.filter(\.instance.state.isEnd).count
    let rest = left.withLock { left in
      left -= ended
      return left
    }
    if rest == 0 { continuation.finish() }
  }

  func noticed(_ notice: EngineNotice) {}

  func ended() async { for await _ in stream {} }
}

/// A clock that goes on by a millisecond each time somebody looks at it.
final class TickingClock: EngineClock {
  private let time = Mutex(Int64(1_000_000_000))
  func now() -> Timestamp {
    Timestamp(
      microseconds: time.withLock { time in
        time += 1000
        return time
      })
  }
}

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

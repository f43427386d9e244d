import EngineCore
import Synchronization
import Testing

@testable import EngineRuntime

@Suite("The crews that run handlers")
struct HandlerCrewsTests {
  /// What the crews have reported, in order of arrival.
  private final class Reports: Sendable {
    let outcomes = Mutex<[(WorkKey, WorkOutcome)]>([])

    func take(_ message: Message) {
      if case .workFinished(let work, let outcome, let note) = message {
        outcomes.withLock { $0.append((work, outcome)) }
        notes.withLock { $0.append(note) }
      }
    }

    let notes = Mutex<[String?]>([])
    var keys: [WorkKey] { outcomes.withLock { $0.map(\.0) } }
  }

  private struct Handler: ActivityHandler {
    let body: @Sendable (ActivityContext) async -> WorkOutcome
    func execute(_ context: ActivityContext) async -> WorkOutcome { await body(context) }
  }

  private func job(
    _ number: Int64, _ body: @escaping @Sendable (ActivityContext) async -> WorkOutcome
  ) -> HandlerCrews.Job {
    HandlerCrews.Job(
      work: WorkKey(instance: InstanceID(number), token: TokenID(1), attempt: 1), handler: Handler(body: body),
      context: ActivityContext(instance: InstanceID(number), process: "p@1", node: "n", idempotencyKey: "\(number)"))
  }

  @Test("every handler reports exactly once, whether it waits or not")
  func once() async {
    let reports = Reports()
    let crews = HandlerCrews { reports.take($0) }
    for round in 0..<20 {
      crews.begin(
        (0..<50).map { index in
          job(Int64(round * 50 + index)) { context in
            if context.instance.rawValue % 3 == 0 { await Task.yield() }
            return .completed(result: .null)
          }
        })
    }
    await crews.rest(grace: .seconds(60))
    #expect(reports.keys.map(\.instance.rawValue).sorted() == Array(0..<1000))
  }

  @Test("the latest note of a handler comes with its report, whether it waits or not", arguments: [false, true])
  func notes(waits: Bool) async {
    let reports = Reports()
    let runner = TaskRunner { reports.take($0) }
    let handler = Handler { context in
      guard context.attempt == 1 else { return .completed(result: .null) }
      context.note("first")
      if waits { await Task.yield() }
      context.note("second")
      return .failed(Failure(code: "E", message: "m"))
    }
    for attempt in 1...2 {
      let work = WorkKey(instance: InstanceID(1), token: TokenID(1), attempt: attempt)
      let context = ActivityContext(
        instance: InstanceID(1), process: "p@1", node: "n", attempt: attempt, idempotencyKey: "1")
      runner.start(work, handler, context)
      runner.startGathered()
      await runner.crews.rest(grace: .seconds(60))
    }
    #expect(reports.notes.withLock { $0 } == ["second", nil])
    #expect(runner.crews.notes.take(of: reports.keys[0]) == nil)
  }

  @Test("a handler that is stopped at once hears of it, however late it says what to do then")
  func stoppedAtOnce() async {
    let heard = Mutex<[String]>([])
    let crews = HandlerCrews { _ in }
    let (waiting, begun) = AsyncStream.makeStream(of: Void.self)
    let (isStopped, stopped) = AsyncStream.makeStream(of: Void.self)
    let work = WorkKey(instance: InstanceID(1), token: TokenID(1), attempt: 1)
    let context = ActivityContext(instance: InstanceID(1), process: "p@1", node: "n", idempotencyKey: "1")
    let handler = Handler { context in
      context.whenStoppedAtOnce { heard.withLock { $0.append("at once") } }
      begun.finish()
      for await _ in isStopped {}
      context.whenStoppedAtOnce { heard.withLock { $0.append("too late") } }
      return .cancelled
    }
    crews.begin([HandlerCrews.Job(work: work, handler: handler, context: context.hearing(at: crews.stops, as: work))])
    for await _ in waiting {}
    crews.cancel(work, immediately: true)
    stopped.finish()
    await crews.rest(grace: .seconds(60))
    #expect(heard.withLock { $0 } == ["at once", "too late"])
    crews.forget(work)
    crews.stops.leave({ heard.withLock { $0.append("again") } }, for: work)
    #expect(heard.withLock { $0.count } == 2)
  }

  @Test("a handler that is only asked to stop is not stopped at once")
  func asked() async {
    let isHeard = Mutex(false)
    let crews = HandlerCrews { _ in }
    let work = WorkKey(instance: InstanceID(1), token: TokenID(1), attempt: 1)
    let context = ActivityContext(instance: InstanceID(1), process: "p@1", node: "n", idempotencyKey: "1")
    let handler = Handler { context in
      context.whenStoppedAtOnce { isHeard.withLock { $0 = true } }
      try? await Task.sleep(for: .seconds(3600))  // nosleep: it waits to be cancelled
      return .cancelled
    }
    crews.begin([HandlerCrews.Job(work: work, handler: handler, context: context.hearing(at: crews.stops, as: work))])
    crews.cancel(work, immediately: false)
    await crews.rest(grace: .seconds(60))
    #expect(!isHeard.withLock { $0 })
  }

  @Test("a handler that waits is cancelled when it is stopped")
  func stopped() async {
    let reports = Reports()
    let crews = HandlerCrews { reports.take($0) }
    let (waiting, begun) = AsyncStream.makeStream(of: Void.self)
    let held = job(1) { _ in
      begun.finish()
      try? await Task.sleep(for: .seconds(3600))  // nosleep: it waits to be cancelled
      return Task.isCancelled ? .cancelled : .completed(result: .null)
    }
    crews.begin([held])
    for await _ in waiting {}
    crews.cancel(held.work)
    await crews.rest(grace: .seconds(60))
    #expect(reports.outcomes.withLock { $0.map(\.1) } == [.cancelled])
  }

  @Test("a handler that was stopped before it could begin finds itself cancelled")
  func stoppedBefore() async {
    let reports = Reports()
    let crews = HandlerCrews { reports.take($0) }
    let late = job(1) { _ in Task.isCancelled ? .cancelled : .completed(result: .null) }
    crews.cancel(late.work)
    crews.begin([late])
    await crews.rest(grace: .seconds(60))
    #expect(reports.outcomes.withLock { $0.map(\.1) } == [.cancelled])
    crews.forget(late.work)
    crews.begin([late])
    await crews.rest(grace: .seconds(60))
    #expect(reports.outcomes.withLock { $0.map(\.1) } == [.cancelled, .completed(result: .null)])
  }

  @Test("what has not ended within the grace is cancelled")
  func grace() async {
    let reports = Reports()
    let crews = HandlerCrews { reports.take($0) }
    crews.begin([
      job(1) { _ in
        try? await Task.sleep(for: .seconds(3600))  // nosleep: it waits to be cancelled
        return Task.isCancelled ? .cancelled : .completed(result: .null)
      }
    ])
    await crews.rest(grace: .zero)
    #expect(reports.outcomes.withLock { $0.map(\.1) } == [.cancelled])
  }

  @Test("resting ends at once when nothing runs")
  func nothing() async {
    let crews = HandlerCrews { _ in }
    await crews.rest(grace: .seconds(60))
  }
}

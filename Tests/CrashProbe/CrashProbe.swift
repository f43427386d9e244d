import EngineCore
import EngineRuntime
import EngineTestKit
import Glibc
import SQLiteAdapter

/// A program that embeds the engine and may die at a given moment: `CrashProbe STORE LOG ORDERS [MOMENT]`.
///
/// It starts so many instances of a saga, each under a key of its own, and ends when all of them have ended; the last
/// line says how many moments it could have died at. Started again after its death it goes on where it stood.
@main
struct CrashProbe {
  static func main() async throws {
    let words = CommandLine.arguments
    guard words.count >= 4, let orders = Int(words[3]) else {
      print("usage: CrashProbe STORE LOG ORDERS [MOMENT]")
      exit(2)
    }
    let mortality = Mortality(at: words.count > 4 ? Int(words[4]) : nil)
    let store = MortalStore(try SQLiteStore(path: words[1]), mortality)
    let commits = CommitStream()
    let engine = Engine(
      store: store, path: words[1], handlers: handlers(WorkLog(path: words[2]), mortality), observer: commits)
    try await engine.start()
    try await engine.deploy(try saga())
    var open: Set<InstanceID> = []
    for order in 0..<orders {
      let variables: Context = ["ok": .boolean(order % 3 == 1)]
      open.insert(try await engine.start(process: "order", variables: variables, once: "order-\(order)"))
    }
    try await wait(for: open, of: engine, commits, store: words[1])
    await engine.stop()
    print(mortality.moments)
  }

  /// Waits until instances have ended: some did in an earlier life.
  private static func wait(
    for ids: Set<InstanceID>, of engine: Engine, _ commits: CommitStream, store path: String
  ) async throws {
    var open = ids
    let reader = try SQLiteReader(path: path)
    for id in ids.sorted() {
      let stored = try reader.read { (rows) throws(StoreFailure) in try rows.loadInstance(id) }
      guard let instance = stored else { continue }
      if instance.state.isEnd { open.remove(id) }
      try await retryAfterDeaths(instance, by: engine)
    }
    guard !open.isEmpty else { return }
    for await unit in commits.units {
      if unit.instance.state.isEnd { open.remove(unit.instance.id) }
      if open.isEmpty { return }
      try await retryAfterDeaths(unit.instance, by: engine)
    }
  }

  /// On a slow machine this program dies five times in one step: an operator, who knows why, has it tried again.
  private static func retryAfterDeaths(_ instance: ProcessInstance, by engine: Engine) async throws {
    for incident in instance.incidents where incident.kind == .crashLoop {
      let verb = Verb.retry(instance.id, token: incident.token)
      let issuer = Issuer(user: "test", host: "here", source: "api")
      // The same incident is met again in the unit after it, and may be over by then.
      _ = try? await engine.perform(OperatorCommand(key: "", verb: verb, issuer: issuer))
    }
  }

  private static func saga() throws -> ProcessDefinition {
    try ProcessDefinition("order", saga: .global) {
      Service("first", handler: "work").compensate(handler: "undo")
      Fork("both", to: "left", "pause")
      Service("left", handler: "work").compensate(handler: "undo").next("merge")
      Wait("pause", for: .milliseconds(5))
      Scope("inner") {
        Service("right", handler: "work").compensate(handler: "undo")
        Service("flaky", handler: "flaky").retry(3, backoff: .milliseconds(5)).compensate(handler: "undo")
      }
      .next("merge")
      Join("merge")
      Service("last", handler: "last").input("ok", "=ok")
    }
  }

  private static func handlers(_ log: WorkLog, _ mortality: Mortality) -> HandlerRegistry {
    var registry = HandlerRegistry()
    func register(_ name: String, _ outcome: @escaping @Sendable (ActivityContext) -> WorkOutcome) {
      registry.register(name) { context in
        mortality.moment()
        log.note(begin: true, context)
        mortality.moment()
        let outcome = outcome(context)
        if case .completed = outcome { log.note(begin: false, context) }
        mortality.moment()
        return outcome
      }
    }
    register("work") { _ in .completed(result: .null) }
    register("undo") { _ in .completed(result: .null) }
    register("flaky") { context in
      context.attempt == 1 ? .failed(Failure(code: "FLAKY", message: "not yet")) : .completed(result: .null)
    }
    register("last") { context in
      context.variables["ok"] == .boolean(true)
        ? .completed(result: .null) : .failed(Failure(code: "NO", message: "no", isRetryable: false))
    }
    return registry
  }
}

import EngineCore
import EngineRuntime
import Testing

@Suite("Idempotency keys")
struct IdempotencyTests {
  private func running(_ definitions: [ProcessDefinition] = [.sequence()]) throws -> EngineHarness {
    let engine = try EngineHarness()
    for definition in definitions { engine.post(.deploy(definition, folder: "/")) }
    engine.settle()
    return engine
  }

  private let start = Verb.start(process: "seq", version: nil, businessKey: nil, variables: Context())

  private func postFromOutside(_ verb: Verb, key: String, _ engine: EngineHarness) {
    engine.store.post(
      OperatorCommand(key: key, verb: verb, issuer: Issuer(user: "ops", host: "here", source: "cli")))
  }

  private func instances(_ engine: EngineHarness) -> Int { engine.store.state.withLock { $0.instances.count } }

  @Test("a key that somebody outside has used before is answered with what came of that")
  func outsideFirst() throws {
    let engine = try running()
    postFromOutside(start, key: "order-7", engine)
    engine.post(start, key: "order-7")
    engine.settle()
    #expect(instances(engine) == 1)
    #expect(engine.answers.last == "done")
    #expect(engine.store.state.withLock { $0.commands.count { $0.command.key == "order-7" } } == 1)
  }

  @Test("a refusal is the first answer as well, after a restart and when it would be done by now")
  func refusals() throws {
    let old = try running([])
    old.post(start, key: "order-7")
    old.settle()
    #expect(old.answers.last == "definitionUnknown")
    let engine = try EngineHarness(store: old.store)
    engine.post(.deploy(.sequence(), folder: "/"))
    engine.settle()
    engine.post(start, key: "order-7")
    engine.settle()
    #expect(engine.answers == ["done", "definitionUnknown"])
    #expect(instances(engine) == 0)
  }

  @Test("every command that is repeated is done once", arguments: ["suspend", "cancel", "set", "complete", "fetch"])
  func everyVerb(name: String) throws {
    let engine = try running([.task()])
    engine.post(start)
    engine.settle()
    let id = InstanceID(1)
    let verb: Verb =
      switch name {
      case "suspend": .suspend(id)
      case "cancel": .cancel(id)
      case "set": .setVariables(id, changes: [VariableChange(name: "n", value: 1)])
      case "complete": .finishTask(id, token: TokenID(1), outcome: .completed(result: .null), fence: nil)
      default: .fetchTasks(topic: "paint", worker: "w", limit: 1, lease: nil)
      }
    engine.post(verb, key: "once")
    engine.settle()
    let version = engine.instance()?.version
    engine.post(verb, key: "once")
    engine.settle()
    let next = try EngineHarness(store: engine.store)
    next.post(verb, key: "once")
    next.settle()
    #expect(engine.answers.suffix(2) == ["done", "done"])
    #expect(next.answers == ["done"])
    #expect(engine.instance()?.version == version)
  }

  @Test("a row from outside whose unit conflicts is decided once")
  func conflictOfARow() throws {
    let engine = try running()
    engine.store.state.withLock { $0.conflicting = [InstanceID(1)] }
    postFromOutside(start, key: "order-7", engine)
    engine.settle()
    #expect(instances(engine) == 1)
    #expect(engine.observer.notices.filter { $0 != .leaseTaken(epoch: 1) }.count == 1)
    #expect(engine.store.state.withLock { $0.commands.filter { $0.command.key == "order-7" }.map(\.answer) } != [nil])
  }

  @Test("a key that belongs to another command is refused, and the first answer stays")
  func otherCommand() throws {
    let engine = try EngineHarness()
    engine.post(.deploy(.sequence(), folder: "/"), key: "deploy")
    engine.settle()
    let start = Verb.start(process: "seq", version: nil, businessKey: nil, variables: Context())
    engine.post(start, key: "k")
    engine.settle()
    engine.post(.suspend(InstanceID(1)), key: "k")
    engine.post(start, key: "k")
    engine.settle()
    #expect(engine.answers == ["done", "done", "keyReused", "done"])
    #expect(engine.instance()?.isSuspended == false)
    #expect(engine.instance(2) == nil)
  }

  @Test("an engine that only applies commands fires no timer and deletes nothing")
  func commandsAlone() throws {
    let first = try EngineHarness()
    first.post(.deploy(try ProcessDefinition("pause") { Wait("wait", for: .seconds(5)) }, folder: "/"))
    first.settle()
    for _ in 1...2 { first.post(.start(process: "pause", version: nil, businessKey: nil, variables: Context())) }
    first.settle()
    first.post(.cancel(InstanceID(2)))
    first.settle()
    let second = try EngineHarness(store: first.store) { configuration in
      configuration.runsHandlers = false
      configuration.retention = RetentionPolicy(duration: .zero)
    }
    second.clock.advance(by: .seconds(3600))
    second.settle()
    #expect(second.instance(1)?.timers.count == 1)
    #expect(second.instance(2)?.state == .cancelled)
    #expect(second.loop.turn() != .zero)
    second.post(.cancel(InstanceID(1)))
    second.settle()
    #expect(second.instance(1)?.state == .cancelled)
  }
}

import DefinitionFormats
import EngineCore
import EngineRuntime
import EngineStorage
import Foundation
import Testing

/// The examples of the page "Extending the engine": they are built and run here, and the page quotes them.
@Suite("Examples of extensions")
struct ExtensionExampleTests {
  static let extensions = {
    var extensions = StepExtensions()
    extensions.nodes["sort"] = ParcelSorter()
    extensions.retries["fibonacci"] = Fibonacci()
    extensions.languages["pointer"] = PointerLanguage()
    return extensions
  }()

  static let definition = """
    process: parcels
    nodes:
      sorting:
        custom: sort
        with: {limit: =limit}
        output: {heavy: =result.heavy}
        next: [freight, parcel]
      freight:
        service: greet
        with: {name: '=@pointer /drivers/0'}
        retry: {attempts: 4, backoff: 1s, policy: fibonacci}
        next: end
      parcel: {service: greet, with: {name: =postman}, next: end}
    """

  private func read(_ text: String = definition) throws -> ProcessDefinition {
    try DefinitionReader.read(text, file: "parcels.yaml", handlers: ["greet"], extensions: Self.extensions)
  }

  /// What becomes of an instance by steps alone: where its tokens stand, and what it has learnt.
  private func run(_ variables: Context) throws -> ProcessInstance {
    let instance = ProcessInstance(
      id: InstanceID(1), definition: DefinitionID(1), createdAt: Timestamp(microseconds: 0))
    let context = StepContext(
      definition: try read(), now: Timestamp(microseconds: 0), epoch: 1, freeSlots: 9, extensions: Self.extensions)
    return try step(instance, .start(businessKey: nil, variables: variables), in: context).instance
  }

  @Test("a custom node sends the token where its rule says, and keeps what it found")
  func customNode() throws {
    let light = try run(["weight": 5, "limit": 30])
    #expect(light.tokens.map { try! read()[$0.node].id } == ["parcel"])
    #expect(light.variables[.root]["heavy"] == false)
    let heavy = try run(["weight": 50, "limit": 30, "drivers": ["anna"]])
    #expect(heavy.tokens.map { try! read()[$0.node].id } == ["freight"])
    #expect(heavy.variables[.root]["heavy"] == true)
  }

  @Test("an error of a custom node is an error like any other")
  func customError() throws {
    let instance = try run(["limit": 30])
    #expect(instance.incidents.map(\.code) == ["NO_WEIGHT"])
  }

  @Test("a token at a custom node that this engine does not have waits for an engine that has it")
  func absentRule() throws {
    let instance = ProcessInstance(
      id: InstanceID(1), definition: DefinitionID(1), createdAt: Timestamp(microseconds: 0))
    let context = StepContext(definition: try read(), now: Timestamp(microseconds: 0), epoch: 1, freeSlots: 9)
    let started = try step(instance, .start(businessKey: nil, variables: ["weight": 5, "limit": 3]), in: context)
    #expect(started.instance.tokens.map(\.state) == [.ready])
    var knowing = context
    knowing.extensions = Self.extensions
    let claimed = try step(started.instance, .claim(started.instance.tokens[0].id), in: knowing)
    #expect(claimed.instance.variables[.root]["heavy"] == true)
  }

  @Test("a retry rule says how long the pauses are, and when to give up")
  func retryRule() throws {
    let rule = Fibonacci()
    let policy = RetryPolicy(attempts: 9, backoff: .seconds(2), maximum: .seconds(9), rule: "fibonacci")
    let busy = Failure(code: "BUSY", message: "not now")
    let pauses = (1...6).map { failures in
      rule.pause(after: RetryContext(failure: busy, failures: failures, policy: policy, chance: 0))
    }
    #expect(pauses == [2, 2, 4, 6, 9, 9].map { .seconds($0) })
    var instance = try run(["weight": 50, "limit": 30, "drivers": ["anna"]])
    var context = StepContext(
      definition: try read(), now: Timestamp(microseconds: 0), epoch: 1, freeSlots: 9, extensions: Self.extensions)
    for (attempt, pause) in [(1, 1), (2, 1), (3, 2)] as [(Int, Int64)] {
      let token = instance.tokens[0].id
      instance = try step(instance, .finishWork(token, attempt: attempt, outcome: .failed(busy)), in: context).instance
      let timer = try #require(instance.timers.first)
      #expect(timer.due == context.now + .seconds(pause))
      context.now = timer.due
      instance = try step(instance, .fireTimer(timer.id), in: context).instance
    }
    let gone = Failure(code: "GONE", message: "moved away")
    instance = try step(
      instance, .finishWork(instance.tokens[0].id, attempt: 4, outcome: .failed(gone)), in: context
    ).instance
    #expect(instance.incidents.map(\.code) == ["GONE"])
  }

  @Test("expressions of another language are evaluated by its evaluator, and only in steps that have it")
  func language() throws {
    let expression = try Expression("@pointer /order/lines/1/price")
    #expect(throws: ExpressionError.self) { try expression.evaluate(in: Context()) }
    #expect(expression.source == "@pointer /order/lines/1/price")
    let condition = try read(
      """
      process: p
      nodes:
        check: {choose: [{if: '=@pointer /order/paid', next: done}, {else: end}]}
        done: {user: anna, next: end}
      """)
    let instance = ProcessInstance(
      id: InstanceID(1), definition: DefinitionID(1), createdAt: Timestamp(microseconds: 0))
    let context = StepContext(
      definition: condition, now: Timestamp(microseconds: 0), epoch: 1, extensions: Self.extensions)
    let paid: Context = ["order": ["paid": true]]
    let started = try step(instance, .start(businessKey: nil, variables: paid), in: context)
    #expect(started.instance.userTasks.count == 1)
    #expect(try ProcessDefinition(canonicalJSON: condition.canonicalJSON) == condition)
  }

  @Test(
    "names that nobody has registered are told when a definition is read",
    arguments: [
      ("custom: sort", "custom: sorted", "`sorting` wants the rule `sorted`, which nobody has registered"),
      ("policy: fibonacci", "policy: fib", "wants the retry policy `fib`, which nobody has registered"),
      ("@pointer /", "@pinter /", "in the language `pinter`, which nobody has registered"),
      ("@pointer /", "@pointer ", "the expression in `pointer` is wrong: a path begins with a slash"),
      ("{limit: =limit}", "{limit: high}", "`sorting`: `limit` must be a whole number"),
    ])
  func unknownNames(name: String, replacement: String, says: String) {
    let text = Self.definition.replacing(name, with: replacement)
    let error = #expect(throws: DefinitionErrors.self) { try read(text) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "nothing")")
  }

  @Test("an engine runs them all")
  func engine() async throws {
    let greeted = GreetedNames()
    var handlers = HandlerRegistry()
    handlers["greet"] = Greeter { greeted.add($0) }
    var configuration = EngineConfiguration()
    configuration.extensions = Self.extensions
    let engine = Engine(
      store: MemoryStore(), handlers: handlers, configuration: configuration, clock: SystemClock(),
      holder: LeaseHolder(engine: "example", host: "here", path: "memory", process: 1), observer: greeted)
    try await engine.start()
    try await engine.deploy(read())
    _ = try await engine.start(process: "parcels", variables: ["weight": 50, "limit": 30, "drivers": ["anna"]])
    await greeted.ended()
    await engine.stop()
    #expect(greeted.names == ["anna"])
  }

  @Test("work that goes on elsewhere waits for whoever completes it")
  func courier() async throws {
    let desk = CourierDesk()
    var handlers = HandlerRegistry()
    handlers["courier"] = Courier { _, _, _ in "parcel 9" }
    let engine = Engine(store: MemoryStore(), path: "memory", handlers: handlers, observer: desk)
    try await engine.start()
    let text = "process: p\nnodes: {bring: {service: courier, next: end}}"
    try await engine.deploy(DefinitionReader.read(text, file: "p.yaml"))
    let started = try await engine.start(process: "p")
    let waiting = await desk.next()
    #expect(waiting?.instance == started)
    if let token = waiting?.token {
      try await engine.report(.completed(result: ["signedBy": "Ada"]), of: token, in: started, attempt: 1)
    }
    await engine.stop()
    #expect(desk.ended == [started])
  }

  @Test("the page quotes the examples as they are")
  func page() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let sources = here.deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
    let page = try String(
      contentsOf: sources.appending(path: "EngineRuntime/EngineRuntime.docc/Extending.md"), encoding: .utf8)
    for name in ["ParcelSorter", "Greeter", "Courier", "Fibonacci", "PointerLanguage"] {
      let example = try String(contentsOf: here.appending(path: "\(name).swift"), encoding: .utf8)
      #expect(page.contains("```swift\n\(example)```"), "the page does not quote \(name).swift as it is")
    }
    #expect(page.contains("```yaml\n\(Self.definition)\n```"))
  }
}

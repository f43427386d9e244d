import DefinitionFormats
import EngineCore
import Testing

@Suite("The sample of the interfaces page")
struct SampleTests {
  private let definition: ProcessDefinition

  init() throws {
    definition = try DefinitionReader.read(Samples.orderFulfilment, file: "sample.yaml", handlers: ["exec", "log"])
  }

  private func node(_ id: String) throws -> NodeDefinition {
    definition[try #require(definition.index(of: id), "no node \(id)")]
  }

  @Test("has its nodes in document order, boundary events behind their node, the plain end last")
  func nodes() {
    #expect(
      definition.nodes.map(\.id) == [
        "reserve", "check", "approve", "approve.after-1h", "approve.error-REJECTED", "both", "charge", "pack", "merge",
        "remind", "refused", "end",
      ])
    #expect(definition.key == "order-fulfilment")
    #expect(definition.name == "Order fulfilment")
    #expect(definition.saga == .global)
    #expect(definition[definition.start].id == "reserve")
  }

  @Test("has its flows in document order")
  func flows() {
    let flows = definition.flows.map { flow in
      "\(definition[flow.source].id) → \(definition[flow.target].id)" + (flow.condition.map { " if \($0)" } ?? "")
    }
    #expect(
      flows == [
        "reserve → check", "check → approve if amount > 1000", "check → both", "approve → both",
        "approve.after-1h → remind", "approve.error-REJECTED → refused", "both → charge", "both → pack",
        "charge → merge", "pack → merge", "merge → end", "remind → end",
      ])
  }

  @Test("runs a command that is retried, limited and undone")
  func reserve() throws {
    let reserve = try #require(try node("reserve").activity)
    #expect(reserve.work == .handler(name: "exec", configuration: .literal(["./reserve.sh"])))
    #expect(reserve.outputs == [Mapping(target: "reservation", template: .expression(try Expression("result.id")))])
    #expect(reserve.retry == RetryPolicy(attempts: 3, backoff: .seconds(1), factor: 2, maximum: .seconds(30)))
    #expect(reserve.timeout == .seconds(10))
    #expect(
      reserve.compensation
        == Compensation(work: .handler(name: "exec", configuration: .literal(["./release.sh"]))))
  }

  @Test("chooses, forks, joins and waits")
  func gateways() throws {
    #expect(try node("check").kind == .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 2)))
    #expect(try node("both").kind == .parallelGateway)
    #expect(try !node("both").isJoin)
    #expect(try node("merge").isJoin)
    #expect(try node("pack").kind == .catchEvent(.timer(.delay(.seconds(2)))))
    #expect(try node("refused").kind == .end(.error(code: "REJECTED")))
    #expect(try node("end").kind == .end(.plain))
  }

  @Test("asks a person, with two boundary events")
  func approve() throws {
    let approve = try #require(definition.index(of: "approve"))
    #expect(
      definition[approve].activity?.work
        == .user(UserWork(assignee: .expression(try Expression("owner")), due: .seconds(7200))))
    let timer = BoundaryEvent(host: approve, trigger: .timer(.delay(.seconds(3600))), isInterrupting: false)
    #expect(try node("approve.after-1h").kind == .boundary(timer))
    let error = BoundaryEvent(host: approve, trigger: .error(code: "REJECTED"), isInterrupting: true)
    #expect(try node("approve.error-REJECTED").kind == .boundary(error))
    #expect(definition[approve].boundaryEvents.map(\.rawValue) == [3, 4])
  }

  @Test("has external work whose attempts are a retry policy")
  func charge() throws {
    let charge = try #require(try node("charge").activity)
    #expect(charge.work == .external(ExternalWork(topic: "payment", lease: .seconds(30))))
    #expect(charge.retry == RetryPolicy(attempts: 3))
    #expect(charge.compensation == Compensation(work: .external(ExternalWork(topic: "refund"))))
  }

  @Test("logs a quoted expression")
  func remind() throws {
    let template = try ValueTemplate(["message": "=\"still waiting for \" + owner"])
    #expect(try node("remind").activity?.work == .handler(name: "log", configuration: template))
    #expect(template.expressions.count == 1)
  }

  @Test("equals the same process built in Swift")
  func builder() throws {
    let built = try ProcessDefinition("order-fulfilment", name: "Order fulfilment", saga: .global) {
      Run("reserve", "./reserve.sh")
        .output("reservation", "=result.id")
        .retry(3, backoff: .seconds(1), factor: 2, max: .seconds(30))
        .timeout(.seconds(10))
        .compensate(run: "./release.sh")
      Choose("check") {
        When("amount > 1000", next: "approve")
        Otherwise("both")
      }
      User("approve", assignee: "=owner", due: .seconds(7200))
        .after(.seconds(3600), interrupting: false, next: "remind")
        .onError("REJECTED", next: "refused")
      Fork("both", to: "charge", "pack")
      External("charge", topic: "payment", lease: .seconds(30))
        .retry(3)
        .compensate(topic: "refund")
        .next("merge")
      Wait("pack", for: .seconds(2))
      Join("merge").next("end")
      Service("remind", handler: "log", with: ["message": "=\"still waiting for \" + owner"]).next("end")
      End("refused", error: "REJECTED")
    }
    #expect(built == definition)
    #expect(built.canonicalJSON == definition.canonicalJSON)
  }
}

@Suite("A definition that uses every key")
struct EverythingTests {
  private let definition: ProcessDefinition

  init() throws { definition = try DefinitionReader.read(Samples.everything, file: "everything.yaml") }

  @Test("is laid out with its subprocess inside, and an end for each scope that leads to one")
  func layout() {
    #expect(
      definition.nodes.map(\.id) == [
        "first", "second", "caught", "second.after", "second.after-2", "third", "third.error-BROKEN", "inner-wait",
        "inner-choice", "inner-end", "third.end", "fourth", "fifth", "sixth", "seventh",
        "seventh.error", "eighth", "ninth", "last", "end",
      ])
    #expect(definition[definition.start].id == "second")
    #expect(definition.saga == SagaPolicy(scope: .local, onCompensationFailure: .continue))
    #expect(
      definition.nodes.filter { $0.parent != nil }.map(\.id) == [
        "inner-wait", "inner-choice", "inner-end", "third.end",
      ])
    guard case .subprocess(let third) = definition.nodes[5].kind else {
      Issue.record("`third` is no subprocess")
      return
    }
    #expect(definition[third.start].id == "inner-wait")
    #expect(third.saga == .local)
  }

  @Test("keeps texts that look like something else, and reads what JSON calls a value")
  func values() throws {
    let outputs = try #require(definition.nodes[0].activity?.outputs)
    #expect(outputs.map(\.target) == ["a", "b", "c", "text"])
    #expect(outputs[0].template == .literal(1))
    #expect(outputs[1].template == .expression(try Expression("a")))
    #expect(outputs[3].template == .literal("=no expression"))
    let half = try Value(json: "1.50")
    #expect(outputs[2].template == (try ValueTemplate([true, .null, "=x", ["d": half]])))
  }

  @Test("catches any error, waits for an expression and until a date")
  func events() throws {
    let host = NodeIndex(rawValue: 1)
    #expect(definition.nodes[1].activity?.work == .user(UserWork(assignee: .literal("grace"))))
    #expect(definition.nodes[2].kind == .boundary(BoundaryEvent(host: host, trigger: .error(code: nil))))
    #expect(definition.nodes[2].name == "Caught")
    let date = try #require(Timestamp(iso8601: "2026-12-24T18:00:00Z"))
    #expect(definition.nodes[4].kind == .boundary(BoundaryEvent(host: host, trigger: .timer(.date(date)))))
  }
}

import EngineCore
import Testing

@Suite("Processes built in Swift")
struct ProcessBuilderTests {
  @Test("become the graph that they read like")
  func order() throws {
    let order = try ProcessDefinition("order", name: "Order", saga: .global, handlers: ["reserve", "release", "log"]) {
      Service("reserve", handler: "reserve", with: ["shelf": "=shelf"])
        .output("reservation", "=result.id")
        .retry(3, backoff: .seconds(1), factor: 2, max: .seconds(30))
        .timeout(.seconds(10))
        .compensate(handler: "release")
      Choose("check") {
        When("amount > 1000", next: "approve")
        Otherwise("both")
      }
      User("approve", assignee: "=owner", due: .seconds(7200))
        .after(.seconds(3600), interrupting: false, next: "remind")
        .onError("REJECTED", next: "refused")
        .next("both")
      Fork("both", to: "charge", "pack")
      External("charge", topic: "payment", lease: .seconds(30))
        .compensate(topic: "refund")
        .next("merge")
      Wait("pack", for: .seconds(2))
      Join("merge").next("end")
      Service("remind", handler: "log").next("end")
      End("refused", error: "REJECTED")
    }
    #expect(
      order.nodes.map(\.id) == [
        "reserve", "check", "approve", "approve.after-1h", "approve.error-REJECTED", "both", "charge", "pack", "merge",
        "remind", "refused", "end",
      ])
    #expect(
      order.flows.map { "\(order[$0.source].id) → \(order[$0.target].id)" } == [
        "reserve → check", "check → approve", "check → both", "approve → both", "approve.after-1h → remind",
        "approve.error-REJECTED → refused", "both → charge", "both → pack", "charge → merge", "pack → merge",
        "merge → end", "remind → end",
      ])
    #expect(order.saga == .global)
    #expect(order[order.start].id == "reserve")
    let reserve = try #require(order.nodes[0].activity)
    #expect(reserve.retry.attempts == 3)
    #expect(reserve.compensation?.work == .handler(name: "release", configuration: .literal(.null)))
    #expect(order.nodes[1].kind == .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 2)))
  }

  @Test("lead from each element to the next and from the last one to the end")
  func sequence() throws {
    let process = try ProcessDefinition("sequence") {
      Assign("a", ["x": 1, "y": "=x"])
      for round in 1...2 { Run("run-\(round)", "./run.sh", "=x") }
      Wait("until", until: "=date")
    }
    #expect(process.flows.map { process[$0.target].id } == ["run-1", "run-2", "until", "end"])
    #expect(process.nodes[0].activity?.outputs.map(\.target) == ["x", "y"])
  }

  @Test("have subprocesses with an end, variables and a compensation of their own")
  func scopes() throws {
    let process = try ProcessDefinition("outer", start: "trip") {
      Scope("trip", saga: .local) {
        Service("hotel", handler: "book").compensate(handler: "cancel")
        Service("train", handler: "book")
      }
      .input("city", "=destination")
      .onError(next: "home")
      .compensate(run: "./refund.sh", retry: RetryPolicy(attempts: 2))
      End.terminate("home")
    }
    #expect(process.nodes.map(\.id) == ["trip", "trip.error", "hotel", "train", "trip.end", "home"])
    guard case .subprocess(let trip) = process.nodes[0].kind else {
      Issue.record("`trip` is no subprocess")
      return
    }
    #expect(process[trip.start].id == "hotel")
    #expect(trip.saga == .local)
    #expect(trip.inputs.map(\.target) == ["city"])
    #expect(trip.compensation?.retry.attempts == 2)
    #expect(process.nodes[2...4].allSatisfy { $0.parent == NodeIndex(rawValue: 0) })
    #expect(process.nodes[5].kind == .end(.terminate))
  }

  @Test("are refused with everything that is wrong with them")
  func refused() {
    let error = #expect(throws: InvalidDefinition.self) {
      try ProcessDefinition("broken", handlers: ["log"]) {
        Service("a", handler: "lgo").output("x", "=1 +")
        Choose("b") {
          When("amount >", next: "a")
          Otherwise("nowhere")
        }
        Fork("c", to: "a")
      }
    }
    #expect(
      error?.issues.map(\.rule) == [
        .badExpression, .badExpression, .unknownTarget, .singleBranch, .unknownHandler,
      ])
    #expect(
      error?.description.split(separator: "\n").first
        == "broken: `a` has a bad expression, 1 +: expected a value, but the expression ends, at column 4.")
  }
}

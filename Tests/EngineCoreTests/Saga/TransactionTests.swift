import EngineCore
import Testing

@Suite("A cancel end event undoes its transaction and leaves it through the cancel boundary event")
struct TransactionTests {
  private func booking(order: CompensationOrder = .strict) throws -> TestRun {
    var process = TestProcess()
    process.step("before")
    process.scope(
      "booking", saga: SagaPolicy(scope: .none, order: order), isTransaction: true)
    process.add("fork", .parallelGateway, in: "booking")
    process.step("hotel", in: "booking")
    process.step("flight", in: "booking")
    try process.service("check", in: "booking")
    process.add("cancel", .end(.cancel), in: "booking")
    process.catching("cancelled", .cancel, on: "booking")
    process.catching("late", .timer(.delay(.seconds(60))), on: "booking")
    try process.service("sorry")
    try process.service("too-late")
    try process.service("travel")
    process.link("before", "booking", "travel")
    process.fork("fork", to: "hotel", "flight", "check")
    process.link("check", "cancel")
    process.link("cancelled", "sorry")
    process.link("late", "too-late")
    return try TestRun(process)
  }

  @Test("forward work ends with its grace, what completed is undone in reverse, then the cancel event goes off")
  func cancelling() throws {
    var run = try booking()
    try run.finishAll("before", "hotel", "check")
    #expect(run.places == ["booking:waiting", "flight:executing"])
    try run.finish("flight")
    #expect(try run.undoAll() == [["flight"], ["hotel"]])
    #expect(run.places == ["sorry:executing"])
    #expect(run.instance.state == .running)
    #expect(run.instance.records.filter { $0.state == .pending }.count == 1)
    try run.finish("sorry")
    #expect(run.instance.state == .completed)
  }

  @Test("a hazard: a compensation that fails halts with an incident, and nothing goes on before it is moved")
  func hazard() throws {
    var run = try booking()
    try run.finishAll("before", "hotel", "flight", "check")
    try run.fail("flight")
    #expect(run.places == ["booking:waiting", "flight:failed"])
    #expect(run.kinds("flight") == [.compensationFailed])
    try run.perform(.retry(nil))
    #expect(try run.undoAll() == [["flight"], ["hotel"]])
    #expect(run.places == ["sorry:executing"])
  }

  @Test("other boundary events of the transaction no longer go off once it is being cancelled")
  func noLongerWatched() throws {
    var run = try booking()
    try run.finishAll("before", "hotel", "flight")
    #expect(run.instance.timers.count == 1)
    try run.finish("check")
    #expect(run.instance.timers.isEmpty)
  }

  @Test("a transaction can ask for causal order")
  func causal() throws {
    var run = try booking(order: .causal)
    try run.finishAll("before", "hotel", "flight", "check")
    #expect(try run.undoAll() == [["flight", "hotel"]])
  }

  @Test("a cancel end event inside of a subprocess cancels the transaction around that")
  func nested() throws {
    var process = TestProcess()
    process.scope("booking", isTransaction: true)
    process.step("hotel", in: "booking")
    process.scope("inner", in: "booking")
    process.step("seat", in: "inner")
    process.add("cancel", .end(.cancel), in: "inner")
    process.catching("cancelled", .cancel, on: "booking")
    try process.service("sorry")
    process.link("hotel", "inner")
    process.link("seat", "cancel")
    process.link("cancelled", "sorry")
    var run = try TestRun(process)
    try run.finishAll("hotel", "seat")
    #expect(try run.undoAll() == [["seat"], ["hotel"]])
    #expect(run.places == ["sorry:executing"])
  }

  @Test("a transaction for each of several items is cancelled as a whole, and left once")
  func repeated() throws {
    var process = TestProcess()
    process.scope("booking", isTransaction: true)
    process.step("hotel", in: "booking")
    try process.service("check", in: "booking")
    process.add("cancel", .end(.cancel), in: "booking")
    process.catching("cancelled", .cancel, on: "booking")
    try process.service("sorry")
    process.link("hotel", "check", "cancel")
    process.link("cancelled", "sorry")
    process.loop("booking", .multiInstance(MultiInstance(items: .count(try Expression("2")))))
    var run = try TestRun(process)
    try run.finishAll("hotel", "hotel", "check")
    try run.finish("check")
    #expect(try run.undoAll() == [["hotel"], ["hotel"]])
    #expect(run.places == ["sorry:executing"])
    #expect(run.instance.scopes.isEmpty)
    try run.finish("sorry")
    #expect(run.instance.state == .completed)
  }

  @Test("a transaction that completes leaves its records to its parent")
  func completed() throws {
    var process = TestProcess()
    process.scope("booking", isTransaction: true)
    process.step("hotel", in: "booking")
    try process.service("last")
    process.link("booking", "last")
    process.saga = .global
    var run = try TestRun(process)
    try run.finish("hotel")
    try run.fail("last")
    #expect(try run.undoAll() == [["hotel"]])
    #expect(run.instance.state == .compensated)
  }
}

import DefinitionFormats
import EngineCore
import Testing

@Suite("Loops, multi-instances and forks with conditions")
struct LoopDefinitionTests {
  @Test("read the same from YAML as they are built in Swift")
  func equalToBuilt() throws {
    let read = try DefinitionReader.read(Samples.loops, file: "loops.yaml", handlers: ["charge", "log"])
    let built = try ProcessDefinition("loops", handlers: ["charge", "log"]) {
      Fork("ways") {
        Always("log")
        When("orders != null", next: "charge")
        Otherwise("poll")
      }
      Service("log", handler: "log").forEach("=orders").next("merge")
      Service("charge", handler: "charge")
        .forEach(
          "orders", as: "order", sequential: true, until: "count(paid) > 2", collect: "paid", value: "=result.amount"
        )
        .next("merge")
      External("poll", topic: "status")
        .output("state", "=result")
        .repeatUntil("state = \"done\"", atMost: 10)
      Join("merge", .taken)
      Scope("batch") {
        Assign("step", ["n": "=n + 1"]).repeatWhile("loopCounter < 3")
      }
      .times("4")
    }
    #expect(read == built)
    #expect(read.canonicalJSON == built.canonicalJSON)
    #expect(try ProcessDefinition(canonicalJSON: read.canonicalJSON) == read)
  }

  @Test("a fork with conditions is an inclusive gateway, and a join of what was taken too")
  func gateways() throws {
    let read = try DefinitionReader.read(Samples.loops, file: "loops.yaml", handlers: ["charge", "log"])
    let ways = read[try #require(read.index(of: "ways"))]
    #expect(ways.kind == .inclusiveGateway(defaultFlow: FlowIndex(rawValue: 2)))
    #expect(read[try #require(read.index(of: "merge"))].isInclusiveJoin)
  }

  @Test(
    "say what is wrong with them",
    arguments: [
      ("a: {service: log, for: {as: x}, next: end}", "f:3: `for` has neither `each` nor `times`."),
      ("a: {service: log, for: {each: =x, times: 2}, next: end}", "f:3: `for` has both `each` and `times`."),
      ("a: {service: log, for: orders, next: end}", "f:3: the list of `for` must be an expression, and this is"),
      ("a: {service: log, for: {each: =x, collect: {}}, next: end}", "f:3: `collect` gathers one value"),
      ("a: {service: log, for: {each: =x, as: a b}, next: end}", "f:3: `a` sets `a b`, which no expression could"),
      ("a: {service: log, for: =x, repeat: {while: =y}, next: end}", "f:3: the node `a` has both `for` and `repeat`."),
      ("a: {service: log, repeat: {atMost: 3}, next: end}", "f:3: `repeat` has neither `while` nor `until`."),
      (
        "a: {service: log, repeat: {while: =x, atMost: 20000}, next: end}",
        "f:3: `a` is repeated at most 20000 times, which must lie between 1 and 10000."
      ),
      ("a: {wait: 1s, for: =x, next: end}", "f:3: `for` has no meaning at a `wait`."),
      ("a: {join: some, next: end}", "f:3: `join` is neither `all` nor `taken`."),
      ("a: {fork: [{if: =x, next: b}, {if: =y, next: end}]}\n  b: {wait: 1s, next: end}", "f:3: no condition of `a`"),
      ("a: {fork: [{else: end}, {else: b}]}\n  b: {wait: 1s, next: end}", "f:3: the fork `a` has 2 defaults"),
    ])
  func mistakes(nodes: String, said: String) {
    let error = #expect(throws: DefinitionErrors.self) {
      try DefinitionReader.read("process: p\nnodes:\n  \(nodes)", file: "f", handlers: ["log"])
    }
    #expect(error?.description.hasPrefix(said) == true, "\(error?.description ?? "")")
  }
}

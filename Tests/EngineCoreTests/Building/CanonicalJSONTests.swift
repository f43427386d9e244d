import EngineCore
import Testing

@Suite("The canonical text of a definition")
struct CanonicalJSONTests {
  private func process(price: Value = 1) throws -> ProcessDefinition {
    try ProcessDefinition("order", saga: SagaPolicy(scope: .local, onCompensationFailure: .continue)) {
      Service("a", handler: "log", with: ["list": [1, "=x", ["y": .null]], "price": price, "ratio": "=1/3"])
        .retry(2, backoff: .milliseconds(1500), factor: 1.5, jitter: 0.25, errors: ["X"])
        .onError(next: "sub")
        .after(.seconds(1), interrupting: false, next: "end")
      Scope("sub") {
        User("u", assignee: "=owner", candidates: ["a", "b"], due: .seconds(1), form: ["field": "=kept as it is"])
          .compensate(topic: "undo")
        Wait("w", until: "=when")
      }
      Choose("c") {
        When("x > 1", next: "e")
        Otherwise("end")
      }
      End("e", error: "BROKEN")
    }
  }

  @Test("reads back as the same definition, connections included")
  func roundTrip() throws {
    let definition = try process()
    let again = try ProcessDefinition(canonicalJSON: definition.canonicalJSON)
    #expect(again == definition)
    #expect(again.nodes[0].boundaryEvents.count == 2)
    #expect(again.canonicalJSON == definition.canonicalJSON)
  }

  @Test("differs where definitions differ, and only there")
  func difference() throws {
    #expect(try process().canonicalJSON == process().canonicalJSON)
    #expect(try process(price: 2).canonicalJSON != process().canonicalJSON)
  }

  @Test("keeps numbers exactly")
  func numbers() throws {
    let precise = try Value(json: "0.1234567890123456789012345678901234")
    let definition = try process(price: precise)
    #expect(definition.canonicalJSON.contains("0.1234567890123456789012345678901234"))
    #expect(try ProcessDefinition(canonicalJSON: definition.canonicalJSON) == definition)
  }

  @Test("is answered with a sentence when it is something else", arguments: ["", "{}", "[1", #"{"key": 1}"#])
  func garbage(text: String) {
    let error = #expect(throws: DefinitionTextError.self) { try ProcessDefinition(canonicalJSON: text) }
    #expect(error?.description.hasPrefix("the stored definition cannot be read: ") ?? false)
  }

  @Test("of a definition with numbers that are not finite is text all the same")
  func notFinite() {
    let activity = Activity(work: .script, retry: RetryPolicy(attempts: 1, factor: .infinity, jitter: .nan))
    let nodes = [NodeDefinition(id: "a", kind: .activity(activity))]
    let definition = ProcessDefinition(key: "x", nodes: nodes, flows: [], start: NodeIndex(rawValue: 0))
    #expect(definition.canonicalJSON.contains("\"nan\""))
  }
}

import EngineCore
import EngineStorage
import EngineTestKit
import Testing

@Suite("Rules of history that need no store")
struct HistoryRulesTests {
  private let definition: ProcessDefinition

  init() throws { definition = try ContractProcess.order() }

  /// What is wrong with one unit of these events.
  private func findings(_ events: ProcessEvent...) throws -> [String] {
    var rules = HistoryRules(definition: definition)
    var instance = ProcessInstance(
      id: InstanceID(1), definition: DefinitionID(1), createdAt: Timestamp(microseconds: 0))
    for event in events {
      let entry = HistoryEntry(sequence: instance.sequence + 1, at: Timestamp(microseconds: 0), event: event)
      rules.note(entry, before: instance)
      try apply(entry, to: &instance)
    }
    return rules.endUnit(after: instance)
  }

  @Test("what an attempt noted is kept with what came of it")
  func notes() throws {
    let token = TokenID(1)
    let arrival = ProcessEvent.tokenArrived(
      TokenArrival(token: token, node: definition.start, scope: .root, flow: nil, state: .executing, epoch: 1))
    let noted = ProcessEvent.attemptNoted(token: token, attempt: 1, text: "careful")
    #expect(
      try findings(.processStarted(businessKey: nil), arrival, noted)
        == ["attempt 1 of token 1 noted something, but nothing came of it"])
    #expect(
      try findings(
        .processStarted(businessKey: nil), arrival, .processSuspended(byDefinition: false), noted,
        .outcomeDeferred(token: token, outcome: .cancelled)) == [])
    #expect(
      try findings(.processStarted(businessKey: nil), arrival, noted, .tokenReady(token: token, cause: .engineStopped))
        == [])
  }
}

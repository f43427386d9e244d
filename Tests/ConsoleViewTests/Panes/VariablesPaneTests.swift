import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

@Suite("The variables pane")
struct VariablesPaneTests {
  @Test("shows each variable with the change that set it")
  func origins() throws {
    #expect(
      try Stories.stuckOrder().pane(.variables).plain == """
          amount: 250                                                     start 10:00:00
        ▾ customer: 2 names                                               start 10:00:00
            card_token: ••••••
            name: "Ada"
          reservation: "R-9"                                            reserve 10:00:01
        """)
  }

  @Test("closes what is open, and shows it in short, still without secrets")
  func closed() throws {
    let customer = VariablePath(owner: .scope(.root), name: "customer")
    let plain = try Stories.stuckOrder().pane(.variables, state: PaneState(toggled: [.variable(customer)])).plain
    #expect(plain.contains(#"▸ customer: {"card_token":"••••••","name":"Ada"}"#))
    #expect(!plain.contains("    name"))
  }

  @Test("tells an operator's change from a node's, also in the same instant")
  func operatorChange() throws {
    var story = InstanceFixture(FixtureDefinitions.order)
    try story.begin(["amount": 1])
    try story.run("reserve", outputs: ["reservation": "R-9"])
    try story.set(["amount": 2])
    story.commands = [
      AuditRow(
        id: 1, issuedAt: story.now, decidedAt: story.now, verb: "set", instance: InstanceID(7),
        issuer: Issuer(user: "ada", host: "pluto", source: "console"), reason: nil, outcome: "done",
        versionBefore: 1, versionAfter: 2)
    ]
    let origins = InstanceStory(story.detail).origins
    #expect(origins.origin(of: "amount", in: .root)?.cause == .operatorCommand(user: "ada"))
    #expect(origins.origin(of: "reservation", in: .root)?.cause == .node(try story.node("reserve"), TokenID(2)))
    story.commands = []
    #expect(
      InstanceStory(story.detail).origins.origin(of: "amount", in: .root)?.cause == .operatorCommand(user: nil))
  }

  @Test("keeps the variables of a subprocess apart and names what opened it")
  func scopes() throws {
    var story = InstanceFixture(FixtureDefinitions.nested)
    try story.begin(["order": 1])
    let pick = try story.arrive("pick", from: "begin")
    let scope = ScopeID(story.instance.nextID)
    try story.emit(
      .scopeEntered(scope: scope, node: try story.node("pick"), parent: .root, token: pick, kind: .subprocess),
      .tokenWaiting(token: pick, reason: .scope(scope)))
    try story.set(["shelf": 4], in: scope)
    #expect(
      story.pane(.variables, width: 60).plain == """
          order: 1                                    start 10:00:00
        inside pick
          shelf: 4                                     pick 10:00:00
        """)
  }

  @Test("says that a change lies before the history at hand")
  func olderHistory() throws {
    var detail = try Stories.stuckOrder().detail
    detail.history = Array(detail.history.suffix(3))
    detail.hasOlderHistory = true
    let input = PaneInput(story: InstanceStory(detail), now: InstanceFixture.start)
    #expect(InstancePanes.content(.variables, input, PaneState(), width: 80).plain.contains("set earlier"))
  }

  @Test("cuts a list that is longer than anyone reads, and says so")
  func longLists() throws {
    var story = InstanceFixture(FixtureDefinitions.order)
    try story.begin(["list": .list((1...600).map { Value($0) })])
    let path = VariablePath(owner: .scope(.root), name: "list")
    let plain = story.pane(.variables, state: PaneState(toggled: [.variable(path)])).plain
    #expect(plain.hasSuffix("… 100 more"))
  }
}

import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

@Suite("The graph pane")
struct GraphPaneTests {
  @Test("shows where tokens and timers stand, what has passed, and looks at the token")
  func fulfilment() throws {
    let content = try Stories.fulfilment().pane(.graph)
    let rows = content.plain.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.first == "○ begin ✓")
    #expect(rows.contains { $0.contains("◨ payment ✓") && $0.contains("◷ cool ✓") })
    #expect(rows.contains { $0.contains("□ approve ●1") })
    #expect(rows.contains { $0.contains("◷ remind ◷") })
    #expect(rows.contains { $0.hasSuffix("◎ nudged") })
    #expect(content.focus.map { rows[$0.line].contains("approve") } == true)
  }

  @Test("counts live tokens, failures and timers for each node")
  func badges() throws {
    let stuck = GraphBadge.badges(of: InstanceStory(try Stories.stuckOrder().detail))
    #expect(stuck[3] == GraphBadge(failed: 1))
    #expect(stuck[1] == GraphBadge(passed: true))
    #expect(stuck[4] == nil)
    let halted = GraphBadge.badges(of: InstanceStory(try Stories.haltedCompensation().detail))
    #expect(halted[2] == GraphBadge(failed: 1, compensating: true, passed: true))
    let fulfilment = GraphBadge.badges(of: InstanceStory(try Stories.fulfilment().detail))
    #expect(fulfilment[5] == GraphBadge(tokens: 1))
    #expect(fulfilment[6] == GraphBadge(timers: 1))
  }

  @Test("makes each row lead to a node, the one where something happens before the others")
  func subjects() throws {
    let content = try Stories.stuckOrder().pane(.graph)
    let rows = content.lines.filter { $0.subject == .node(NodeIndex(rawValue: 3)) }
    #expect(rows.map(\.line.text.string) == ["■ charge ✗1"])
  }

  @Test("maps every kind of node, its scope, its host and its conditions")
  func model() throws {
    let nested = GraphModel(FixtureDefinitions.nested)
    #expect(nested.nodes.map(\.kind) == [.start, .subprocess, .service, .service, .end])
    #expect(nested.nodes.map(\.parent) == [nil, nil, 1, 1, nil])
    let parallel = GraphModel(FixtureDefinitions.parallel)
    #expect(
      parallel.nodes.map(\.kind) == [
        .start, .parallel, .external, .timer, .parallel, .user, .boundaryTimer, .service, .end, .end,
      ])
    #expect(parallel.nodes[6].attachedTo == 5)
    #expect(!parallel.nodes[6].interrupting)
    let choice = ProcessDefinition(
      key: "choice",
      nodes: [
        NodeDefinition(id: "check", kind: .exclusiveGateway(defaultFlow: FlowIndex(rawValue: 1))),
        NodeDefinition(id: "yes", kind: .end(.plain)), NodeDefinition(id: "no", kind: .end(.error(code: "E"))),
      ],
      flows: [
        SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 1), condition: try Expression("amount > 9")),
        SequenceFlow(from: NodeIndex(rawValue: 0), to: NodeIndex(rawValue: 2)),
      ],
      start: NodeIndex(rawValue: 0))
    let model = GraphModel(choice)
    #expect(model.nodes.map(\.kind) == [.exclusive, .end, .endError])
    #expect(model.edges.map(\.label) == ["amount > 9", nil])
    #expect(model.edges.map(\.isDefault) == [false, true])
  }

  @Test("runs to the right only where it fits no other way")
  func direction() {
    #expect(GraphPane.layout(FixtureDefinitions.parallel, width: 80).form.direction == .topDown)
    #expect(GraphPane.layout(FixtureDefinitions.parallel, width: 5).form.direction == .topDown)
  }
}

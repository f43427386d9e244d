import Testing

@testable import ConsoleView

/// Models that a definition would never give, and that must have a picture all the same.
@Suite("Pictures of odd models")
struct GraphOddModelTests {
  @Test("No nodes give an empty picture")
  func empty() {
    let layout = GraphLayout(GraphModel(nodes: [], edges: []))
    #expect(layout.width == 0 && layout.height == 0)
    #expect(layout.draw(width: 80, height: 24).cells == [])
    #expect(GraphOutline(GraphModel(nodes: [], edges: [])).lines == [])
  }

  @Test("What the model says wrongly counts as not said", arguments: GraphLayoutTests.forms)
  func wrong(form: GraphForm) {
    let model = GraphModel(
      nodes: [
        GraphNode(id: 1, label: "a", kind: .subprocess, parent: 2),
        GraphNode(id: 2, label: "b", kind: .subprocess, parent: 1),
        GraphNode(id: 3, label: "c", kind: .service, parent: 3),
        GraphNode(id: 4, label: "d", kind: .service, parent: 99),
        GraphNode(id: 5, label: "e", kind: .boundaryTimer, attachedTo: 5),
        GraphNode(id: 6, label: "f", kind: .boundaryTimer, attachedTo: 4),
        GraphNode(id: 7, label: "g", kind: .boundaryTimer, attachedTo: 6),
        GraphNode(id: 8, label: "h", kind: .service, parent: 6),
      ],
      edges: [
        GraphEdge(from: 1, to: 2), GraphEdge(from: 2, to: 3), GraphEdge(from: 3, to: 6), GraphEdge(from: 6, to: 7),
        GraphEdge(from: 7, to: 8), GraphEdge(from: 8, to: 6),
      ])
    #expect(GraphChecks(model, form: form).problems == [])
    #expect(GraphOutline(model).lines.compactMap(\.node).sorted() == Array(1...8))
  }

  @Test("An edge without a known end is left out")
  func unknownEnd() {
    let model = GraphModel(
      nodes: [GraphNode(id: 1, label: "a", kind: .start), GraphNode(id: 2, label: "b", kind: .end)],
      edges: [GraphEdge(from: 1, to: 2), GraphEdge(from: 1, to: 3), GraphEdge(from: 3, to: 2)])
    #expect(GraphChecks.picture(GraphLayout(model).draw()) == "○ a\n│\n◎ b")
  }

  @Test("A flow out of a subprocess is drawn from its frame")
  func crossingScopes() {
    let model = GraphModel(
      nodes: [
        GraphNode(id: 1, label: "outer", kind: .subprocess),
        GraphNode(id: 2, label: "inner", kind: .service, parent: 1),
        GraphNode(id: 3, label: "after", kind: .service),
      ],
      edges: [GraphEdge(from: 2, to: 3)])
    #expect(
      GraphChecks.picture(GraphLayout(model).draw()) == """
        ╭ ▣ outer ────────╮
        │ ■ inner         │
        ╰─┬───────────────╯
          │
          ■ after
        """)
  }

  @Test("Nodes that nothing connects stand side by side")
  func unconnected() {
    let model = GraphModel(
      nodes: [GraphNode(id: 1, label: "a", kind: .service), GraphNode(id: 2, label: "b", kind: .service)], edges: [])
    #expect(GraphChecks.picture(GraphLayout(model).draw()) == "■ a       ■ b")
  }

  @Test("Conditions of flows that lead back the same way stand together")
  func loopsTogether() {
    let model = GraphModel(
      nodes: [GraphNode(id: 1, label: "poll", kind: .exclusive)],
      edges: [GraphEdge(from: 1, to: 1, label: "busy"), GraphEdge(from: 1, to: 1, isDefault: true)])
    #expect(
      GraphChecks.picture(GraphLayout(model).draw()) == """
        ◆ poll ◀────┐
        └───────────┘ busy · else
        """)
  }

  @Test("A chain of thousands of nodes needs no more stack than a short one")
  func longChain() {
    let nodes = (0..<3000).map { GraphNode(id: $0, label: "n\($0)", kind: .service) }
    let edges = (1..<3000).map { GraphEdge(from: $0 - 1, to: $0) }
    let model = GraphModel(nodes: nodes, edges: edges)
    #expect(GraphLayout(model).height == 5999)
    #expect(GraphOutline(model).lines.count == 3000)
  }
}

import Testing

@testable import ConsoleView

@Suite("Layouts of process graphs")
struct GraphLayoutTests {
  static let forms = GraphForm.Density.allCases.flatMap { density in
    GraphForm.Direction.allCases.map { GraphForm(direction: $0, density: density) }
  }

  @Test("Of random graphs no nodes overlap, no line touches a node, and every line is whole", arguments: forms)
  func randomGraphs(form: GraphForm) {
    // Other graphs for every form: what holds for one form usually holds for all.
    let first = UInt64(Self.forms.firstIndex(of: form) ?? 0) * 60
    for seed in first..<(first + 60) {
      let model = RandomGraph.model(seed: seed)
      #expect(GraphChecks(model, form: form).problems == [], "seed \(seed)")
    }
  }

  @Test("Flows that cross scopes are drawn at the frames", arguments: forms)
  func crossingScopes(form: GraphForm) {
    for seed in UInt64(500)..<515 {
      let model = RandomGraph.model(seed: seed, crossesScopes: true)
      #expect(GraphChecks(model, form: form).problems == [], "seed \(seed)")
    }
  }

  @Test("The same graph gives the same picture", arguments: forms)
  func sameAgain(form: GraphForm) {
    for seed in UInt64(0)..<5 {
      let model = RandomGraph.model(seed: seed)
      #expect(GraphLayout(model, form: form).draw() == GraphLayout(model, form: form).draw(), "seed \(seed)")
    }
  }

  @Test("Badges never move a node or a line, and never leave the picture", arguments: forms)
  func badgesMoveNothing(form: GraphForm) {
    let badge = GraphBadge(tokens: 123_456, timers: 12, failed: 99, compensating: true, passed: true)
    for seed in UInt64(0)..<5 {
      let model = RandomGraph.model(seed: seed)
      let layout = GraphLayout(model, form: form)
      let badges = Dictionary(uniqueKeysWithValues: model.nodes.map { ($0.id, badge) })
      let plain = GraphChecks.grid(layout.draw())
      let marked = GraphChecks.grid(layout.draw(badges: badges))
      for (y, row) in plain.enumerated() {
        for (x, glyph) in row.enumerated() where "│┌┐└┘├┤┬┴▼▲▶".contains(glyph) {
          let isNode = layout.nodes.contains { $0.rect.contains(GraphPoint(x: x, y: y)) }
          if !isNode { #expect(marked[y][x] == glyph, "seed \(seed) at \(x),\(y)") }
        }
      }
    }
  }

  @Test("A window shows the part of the picture under it", arguments: forms)
  func window(form: GraphForm) {
    let layout = GraphLayout(GraphExamples.order, form: form)
    let whole = GraphChecks.grid(layout.draw(badges: GraphExamples.orderBadges))
    let scroll = GraphPoint(x: 5, y: 3)
    let part = GraphChecks.grid(layout.draw(badges: GraphExamples.orderBadges, scroll: scroll, width: 30, height: 10))
    for y in 0..<10 {
      for x in 0..<30 {
        let isInside = y + 3 < layout.height && x + 5 < layout.width
        #expect(part[y][x] == (isInside ? whole[y + 3][x + 5] : " "))
      }
    }
  }

  @Test("Beyond the picture a window is empty")
  func windowBeyond() {
    let layout = GraphLayout(GraphExamples.order)
    let cells = [GraphPoint(x: 500, y: 0), GraphPoint(x: 0, y: 500), GraphPoint(x: -500, y: -500)].map {
      layout.draw(scroll: $0, width: 80, height: 24).cells
    }
    #expect(cells == [[], [], []])
  }

  @Test("Scrolling to a node moves no further than it must")
  func following() throws {
    let layout = GraphLayout(GraphExamples.order)
    let stay = layout.scroll(showing: 1, from: GraphPoint(x: 0, y: 0), width: 40, height: 6)
    #expect(stay == GraphPoint(x: 0, y: 0))
    let down = layout.scroll(showing: 7, from: stay, width: 40, height: 6)
    let rect = try #require(layout.rect(of: 7))
    #expect(down.x == 0)
    #expect(rect.y >= down.y && rect.maxY < down.y + 6 + 1)
    #expect(layout.scroll(showing: 7, from: down, width: 40, height: 6) == down)
  }

  @Test("A node is found by its cell, a boundary event before its host")
  func nodeAtCell() throws {
    let layout = GraphLayout(GraphExamples.boundary, form: GraphForm(density: .boxed))
    let event = try #require(layout.rect(of: 22))
    #expect(layout.node(at: GraphPoint(x: event.x + 2, y: event.y)) == 22)
    let host = try #require(layout.rect(of: 2))
    #expect(layout.node(at: GraphPoint(x: host.x, y: host.y)) == 2)
    #expect(layout.node(at: GraphPoint(x: layout.width, y: 0)) == nil)
    #expect(layout.rect(of: 77) == nil)
  }

  @Test("Long labels and conditions end in an ellipsis")
  func longWords() {
    let words = String(repeating: "lorem ", count: 40)
    let model = GraphModel(
      nodes: [GraphNode(id: 1, label: words, kind: .exclusive), GraphNode(id: 2, label: "b", kind: .end)],
      edges: [GraphEdge(from: 1, to: 2, label: words)])
    let picture = GraphChecks.picture(GraphLayout(model, form: GraphForm(labelColumns: 12, conditionColumns: 8)).draw())
    #expect(
      picture == """
        ◆ lorem lorem…
        │ lorem l…
        ◎ b
        """)
  }

  @Test("Wide characters take the columns that the terminal gives them")
  func wideCharacters() {
    let model = GraphModel(
      nodes: [GraphNode(id: 1, label: "注文を受ける", kind: .start), GraphNode(id: 2, label: "b", kind: .end)],
      edges: [GraphEdge(from: 1, to: 2)])
    let form = GraphForm(density: .boxed, labelColumns: 9)
    let layout = GraphLayout(model, form: form) { $0.isASCII || $0 == "…" ? 1 : 2 }
    let label = layout.draw().cells.filter { $0.y == 1 && $0.style == .node }
    #expect(label.map(\.glyph) == ["○", " ", "注", "文", "を", "受", "…"])
    #expect(label.map(\.x) == [2, 3, 4, 6, 8, 10, 12])
    #expect(layout.rect(of: 1)?.width == 15)
  }

  @Test("The node under the cursor and what happens in nodes have styles")
  func styles() {
    let layout = GraphLayout(GraphExamples.sequence, form: GraphForm(density: .boxed))
    let badges = [1: GraphBadge(passed: true), 2: GraphBadge(tokens: 1, failed: 1), 3: GraphBadge(compensating: true)]
    let cells = layout.draw(badges: badges, selected: 4).cells
    func style(_ glyph: Character) -> GraphStyle? { cells.last { $0.glyph == glyph }?.style }
    #expect(style("○") == .done)
    #expect(style("■") == .failed)
    #expect(style("◨") == .compensating)
    #expect(style("◎") == .nodeSelected)
    #expect(style("●") == .token)
    #expect(style("▼") == .edge)
  }

  @Test("In plain characters the picture keeps its shape")
  func plainCharacters() {
    let drawing = GraphLayout(GraphExamples.loop).draw(badges: [2: GraphBadge(tokens: 1)], glyphs: .ascii)
    #expect(drawing.cells.allSatisfy { $0.glyph.isASCII })
    #expect(
      GraphChecks.picture(drawing) == """
        = prepare
        |
        = poll *1 <-- no -+
        |                 |
        ? ready? ---------+
        | yes
        = use
        |
        ) end
        """)
  }

  @Test("Every character of every kind and badge has a plain one")
  func allPlain() {
    let badge = GraphBadge(tokens: 1, timers: 2, failed: 1, compensating: true, passed: true)
    let glyphs = GraphNodeKind.allCases.map(\.symbol) + badge.marks(columns: 20).flatMap(\.text)
    #expect(glyphs.map(GraphGlyphs.ascii.shown).filter { !$0.isASCII } == [])
  }

  @Test(
    "Where room is short the least urgent marks go first",
    arguments: [(12, "●2 ◷ ✗1 ↶ ✓"), (4, "●2 ✗1"), (2, "✗1"), (1, "")])
  func urgentMarks(columns: Int, expected: String) {
    let badge = GraphBadge(tokens: 2, timers: 1, failed: 1, compensating: true, passed: true)
    #expect(badge.marks(columns: columns).map(\.text).joined(separator: " ") == expected)
  }

  @Test(
    "Large counts stay short",
    arguments: [(999, "●999"), (1000, "●1k"), (99_999, "●99k"), (100_000, "●.1m"), (500_000_000, "●99m")])
  func largeCounts(count: Int, expected: String) {
    #expect(GraphBadge(tokens: count).marks(columns: 4).map(\.text) == [expected])
  }
}

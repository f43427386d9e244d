import Testing

@testable import ConsoleView

@Suite("Outlines of process graphs")
struct GraphOutlineTests {
  private static func outline(_ model: GraphModel, badges: [Int: GraphBadge] = [:]) -> String {
    GraphOutline(model).text(badges: badges).joined(separator: "\n")
  }

  @Test("Branches are indented, jumps are named, and badges are words")
  func order() {
    #expect(
      Self.outline(GraphExamples.order, badges: GraphExamples.orderBadges) == """
        reserve, service, done
        check, choice, done
          if amount > 1000
            approve, user task, 1 token
              after 1h, timer, does not interrupt, timer pending
                remind, service
                → end
              REJECTED, error, interrupts
                refused, error end
            → both
          else → both
        both, parallel
          branch 1 of 2
            charge, external task
            → merge
          branch 2 of 2
            pack, timer
            → merge
        merge, parallel
        end, end
        """)
  }

  @Test("A loop says where it goes back to")
  func loop() {
    #expect(
      Self.outline(GraphExamples.loop) == """
        prepare, service
        poll, service
        ready?, choice
          if yes
            use, service
            end, end
          if no → back to poll
        """)
  }

  @Test("What a subprocess holds is indented under it")
  func nested() {
    #expect(
      Self.outline(GraphExamples.nested) == """
        reserve, service
        payment, subprocess
          charge, external task
          check, choice
            if risk > 7
              fraud review, subprocess
                ask bank, service
                decide, user task
              → paid
            else → paid
          paid, end
          after 1d, timer, interrupts
            give up, error end
        ship, service
        end, end
        """)
  }

  @Test("Every node of a random graph has one line, and every flow is a neighbour or a jump")
  func randomGraphs() {
    for seed in UInt64(0)..<150 {
      let model = RandomGraph.model(seed: seed)
      let lines = GraphOutline(model).lines
      #expect(lines.compactMap(\.node).sorted() == model.nodes.map(\.id).sorted(), "seed \(seed)")
      let jumps = lines.count { $0.node == nil && $0.text.contains("→ ") }
      #expect(jumps <= model.edges.count, "seed \(seed)")
    }
  }
}

import Testing

@testable import ConsoleView

@Suite("Choosing the form of a picture")
struct GraphFittingTests {
  private static func form(_ width: Int, _ height: Int, density: GraphForm.Density? = nil) -> GraphForm {
    GraphLayout.fitting(GraphExamples.order, density: density, width: width, height: height).form
  }

  @Test("Boxes are drawn where they fit")
  func boxes() {
    #expect(Self.form(80, 40) == GraphForm(density: .boxed))
  }

  @Test("In 80 columns and 24 rows it is compact and runs down")
  func small() {
    #expect(Self.form(80, 24) == GraphForm())
  }

  @Test("In few rows it runs to the right")
  func flat() {
    #expect(Self.form(160, 8) == GraphForm(direction: .leftToRight))
    #expect(Self.form(160, 20) == GraphForm(direction: .leftToRight, density: .boxed))
  }

  @Test("Labels are cut before anything lies outside")
  func narrow() {
    let words = "a label of quite some length"
    let model = GraphModel(
      nodes: (0..<4).map { GraphNode(id: $0, label: words, kind: .service) },
      edges: [GraphEdge(from: 0, to: 1), GraphEdge(from: 0, to: 2), GraphEdge(from: 0, to: 3)])
    let layout = GraphLayout.fitting(model, density: .compact, width: 64, height: 3)
    #expect(layout.width <= 64)
    #expect(layout.form == GraphForm(labelColumns: 12))
  }

  @Test("What fits nowhere runs down uncut, to be panned")
  func tooSmall() {
    #expect(Self.form(20, 5) == GraphForm())
    #expect(Self.form(20, 5, density: .boxed) == GraphForm(density: .boxed))
  }

  @Test("A picture that is only too tall is as wide as the window at most")
  func tooTall() {
    #expect(Self.form(60, 10) == GraphForm())
  }
}

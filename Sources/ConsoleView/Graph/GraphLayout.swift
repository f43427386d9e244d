/// The layout of a process graph: where every node, line and word stands in character cells.
///
/// It is computed once per version of a definition, for one form; it is the same in every run. After that a frame only
/// paints badges on it with `draw`. Nothing here reads a clock, chance or the order of a hash table.
package struct GraphLayout: Sendable {
  /// How it is drawn.
  package let form: GraphForm
  /// Columns of the whole picture, with room for badges.
  package let width: Int
  /// Rows of the whole picture.
  package let height: Int
  /// The nodes in the order in which they are painted: a frame before what it holds.
  let nodes: [PlacedNode]
  /// The lines.
  let paths: [GraphPath]
  /// The cells of the conditions, each with its edges.
  let captions: [(edges: [Int], rect: GraphRect)]
  /// What does not change from frame to frame, by row.
  let rows: [[GraphDrawing.Cell]]
  private let places: [Int: Int]

  /// Lays out a graph. Costs about n log n in nodes and lines; a hundred nodes take a few milliseconds.
  ///
  /// - Parameter columns: the columns of a character on the terminal.
  package init(_ model: GraphModel, form: GraphForm = GraphForm(), columns: (Character) -> Int = { _ in 1 }) {
    self = withoutActuallyEscaping(columns) { columns in
      let metrics = GraphMetrics(form: form, columns: columns)
      return GraphComposition(model, metrics: metrics).layout()
    }
  }

  init(
    form: GraphForm, width: Int, height: Int, nodes: [PlacedNode], paths: [GraphPath],
    captions: [(edges: [Int], rect: GraphRect)], rows: [[GraphDrawing.Cell]]
  ) {
    self.form = form
    self.width = width
    self.height = height
    self.nodes = nodes
    self.paths = paths
    self.captions = captions
    self.rows = rows
    places = Dictionary(nodes.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// The cells of a node, nil if the model had none with this id. A boundary event's row may lie in its host's box.
  package func rect(of id: Int) -> GraphRect? {
    places[id].map { nodes[$0].rect }
  }

  /// The innermost node at a cell of the picture.
  package func node(at point: GraphPoint) -> Int? {
    nodes.last { $0.rect.contains(point) }?.id
  }

  /// The offset that shows a node in a window of this size, changed as little as possible from the present one.
  package func scroll(showing id: Int, from scroll: GraphPoint, width: Int, height: Int) -> GraphPoint {
    guard let rect = rect(of: id) else { return scroll }
    return GraphPoint(
      x: Self.shown(rect.x, rect.maxX + 1, from: scroll.x, window: width, whole: self.width),
      y: Self.shown(rect.y - 1, rect.maxY + 1, from: scroll.y, window: height, whole: self.height))
  }

  private static func shown(_ first: Int, _ end: Int, from offset: Int, window: Int, whole: Int) -> Int {
    var offset = offset
    if end > offset + window { offset = end - window }
    if first < offset { offset = first }
    return max(0, min(offset, whole - window))
  }
}

@testable import ConsoleView

/// What must hold of every picture of every graph; each check gives sentences about what does not.
struct GraphChecks {
  let layout: GraphLayout
  let model: GraphModel
  private let hierarchy: GraphHierarchy
  private let grid: [[Character]]
  private let rects: [GraphRect]
  /// The cells of each edge's line.
  private var cells: [[GraphPoint]]

  init(_ model: GraphModel, form: GraphForm) {
    self.model = model
    let layout = GraphLayout(model, form: form)
    self.layout = layout
    hierarchy = GraphHierarchy(model)
    grid = Self.grid(layout.draw())
    rects = model.nodes.map { layout.rect(of: $0.id) ?? GraphRect(x: -1, y: -1, width: 0, height: 0) }
    cells = Array(repeating: [], count: model.edges.count)
    for path in layout.paths {
      for edge in path.edges { cells[edge] = path.cells }
    }
  }

  static func grid(_ drawing: GraphDrawing) -> [[Character]] {
    var grid = Array(repeating: Array(repeating: Character(" "), count: drawing.width), count: drawing.height)
    for cell in drawing.cells { grid[cell.y][cell.x] = cell.glyph }
    return grid
  }

  static func picture(_ drawing: GraphDrawing) -> String {
    grid(drawing).map { row in
      String(row.reversed().drop { $0 == " " }.reversed())
    }
    .joined(separator: "\n")
  }

  var problems: [String] {
    nodesApart() + inside() + linesOutsideNodes() + linesContinuous() + linesApart() + captions()
  }

  private func contains(_ outer: Int, _ inner: Int) -> Bool {
    if hierarchy.hosts[inner] == outer { return true }
    var above = hierarchy.parents[hierarchy.hosts[inner] ?? inner]
    while let index = above {
      if index == outer { return true }
      above = hierarchy.parents[index]
    }
    return false
  }

  private func nodesApart() -> [String] {
    model.nodes.indices.flatMap { first in
      model.nodes.indices.dropFirst(first + 1).compactMap { second in
        rects[first].overlaps(rects[second]) && !contains(first, second) && !contains(second, first)
          ? "nodes \(first) and \(second) overlap" : nil
      }
    }
  }

  private func inside() -> [String] {
    let whole = GraphRect(x: 0, y: 0, width: layout.width, height: layout.height)
    var problems = [String]()
    for node in layout.nodes {
      let rect = node.rect
      if rect.width <= 0 || rect.x < 0 || rect.y < 0 || rect.maxX > whole.maxX || rect.maxY > whole.maxY {
        problems.append("node \(node.id) reaches out of the picture")
      }
    }
    for path in layout.paths where !path.cells.allSatisfy(whole.contains) {
      problems.append("edges \(path.edges) run out of the picture")
    }
    if layout.nodes.count != model.nodes.count { problems.append("a node is missing") }
    if layout.paths.flatMap(\.edges).sorted() != Array(model.edges.indices) { problems.append("an edge is missing") }
    return problems
  }

  /// Every cell of a line lies in its own scope: in no node, in no other frame, on no border.
  private func linesOutsideNodes() -> [String] {
    var owner = Array(repeating: Array(repeating: Int?.none, count: layout.width), count: layout.height)
    let indexes = Dictionary(uniqueKeysWithValues: model.nodes.enumerated().map { ($0.element.id, $0.offset) })
    for node in layout.nodes {
      for y in node.rect.y..<node.rect.maxY {
        for x in node.rect.x..<node.rect.maxX { owner[y][x] = indexes[node.id] }
      }
    }
    var problems = [String]()
    for (scope, flows) in hierarchy.flows.enumerated() {
      let frame = scope == hierarchy.top ? nil : rects[scope]
      for flow in flows {
        let isOutside = cells[flow.edge].contains { cell in
          if owner[cell.y][cell.x] != (frame == nil ? nil : scope) { return true }
          guard let frame else { return false }
          return cell.x == frame.x || cell.x == frame.maxX - 1 || cell.y == frame.y || cell.y == frame.maxY - 1
        }
        if isOutside { problems.append("edge \(flow.edge) leaves its scope or runs through a node") }
      }
    }
    return problems
  }

  private func linesContinuous() -> [String] {
    var problems = [String]()
    for flow in hierarchy.flows.joined() {
      guard let path = layout.paths.first(where: { $0.edges.contains(flow.edge) }) else { continue }
      let cells = cells[flow.edge]
      guard let first = cells.first, let last = cells.last else {
        problems.append("edge \(flow.edge) has no line")
        continue
      }
      let before = path.leaving.opposite.neighbour(of: first)
      let body = flow.exit == flow.source ? [flow.source] + hierarchy.boundaries[flow.source] : [flow.exit]
      if !body.contains(where: { rects[$0].contains(before) }) {
        problems.append("edge \(flow.edge) does not start at its source")
      }
      if !rects[flow.target].contains(path.arriving.neighbour(of: last)) {
        problems.append("edge \(flow.edge) does not end at its target")
      }
      let words = layout.captions.filter { $0.edges.contains(flow.edge) }.map(\.rect)
      for (cell, next) in zip(cells, cells.dropFirst()) {
        let isLevel = cell.y == next.y
        let forth: GraphArms = isLevel ? (next.x > cell.x ? .right : .left) : (next.y > cell.y ? .down : .up)
        for (point, arm) in [(cell, forth), (next, forth.opposite)] {
          if words.contains(where: { $0.contains(point) }) { continue }
          let glyph = grid[point.y][point.x]
          let crossed = glyph == "│" && isLevel
          if !crossed, !(Self.armsOfGlyphs[glyph] ?? []).contains(arm) {
            problems.append("edge \(flow.edge) is broken at \(point.x),\(point.y): \(glyph)")
          }
        }
      }
    }
    return problems
  }

  private static let armsOfGlyphs: [Character: GraphArms] = {
    var arms: [Character: GraphArms] = ["▼": .all, "▲": .all, "▶": .all, "◀": .all]
    for raw in UInt8(1)...15 { arms[GraphGlyphs.line(GraphArms(rawValue: raw))] = GraphArms(rawValue: raw) }
    // An end of a straight line is drawn like its middle.
    arms["│"] = .upright
    arms["─"] = .across
    return arms
  }()

  /// Lines that have neither source nor target in common may cross, but never share a way or a corner.
  private func linesApart() -> [String] {
    var flows: [Int: GraphHierarchy.Flow] = [:]
    for flow in hierarchy.flows.joined() { flows[flow.edge] = flow }
    var users: [GraphPoint: [(edge: Int, arms: GraphArms)]] = [:]
    var problems = [String]()
    for path in layout.paths {
      let cells = path.cells
      var coming = path.leaving
      for (position, cell) in cells.enumerated() {
        var going = path.arriving
        if position + 1 < cells.count {
          let next = cells[position + 1]
          going = next.x > cell.x ? .right : next.x < cell.x ? .left : next.y > cell.y ? .down : .up
        }
        let arms: GraphArms = [coming.opposite, going]
        for other in users[cell] ?? [] {
          guard let edge = path.edges.first, let one = flows[edge], let two = flows[other.edge] else { continue }
          let related = one.exit == two.exit || one.target == two.target
          let crosses = (arms == .across && other.arms == .upright) || (arms == .upright && other.arms == .across)
          if !related, !crosses {
            problems.append("edges \(edge) and \(other.edge) run together at \(cell.x),\(cell.y)")
          }
        }
        if let edge = path.edges.first { users[cell, default: []].append((edge, arms)) }
        coming = going
      }
    }
    return problems
  }

  private func captions() -> [String] {
    var problems = [String]()
    for (edge, ends) in model.edges.enumerated() where ends.caption != nil {
      let isShown = layout.captions.contains { $0.edges.contains(edge) }
      if !isShown { problems.append("edge \(edge) lost its condition") }
    }
    for (index, caption) in layout.captions.enumerated() {
      for other in layout.captions.dropFirst(index + 1) where other.rect.overlaps(caption.rect) {
        problems.append("conditions of edges \(caption.edges) and \(other.edges) overlap")
      }
      for node in model.nodes.indices
      where rects[node].overlaps(caption.rect) && hierarchy.members[node].isEmpty {
        problems.append("the condition of edges \(caption.edges) lies on node \(node)")
      }
      for path in layout.paths where !path.edges.contains(where: caption.edges.contains) {
        if cells[path.edges[0]].contains(where: caption.rect.contains) {
          problems.append("edges \(path.edges) run through the condition of edges \(caption.edges)")
        }
      }
    }
    return problems
  }
}

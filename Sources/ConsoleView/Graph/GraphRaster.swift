/// The lines and borders of a picture as arms of cells.
///
/// Where lines join they show a tee or a corner. Where they merely cross, the upright one is drawn and the other passes
/// beneath it, so that a crossing is never taken for a junction.
struct GraphRaster {
  let width: Int
  let height: Int
  private var arms: [GraphArms]
  private var turns: [Bool]
  /// How many lines have the cell, at most 255.
  private var lines: [UInt8]
  private var borders: [GraphArms]
  private var isRound: [Bool]
  /// The direction of the head in each cell; empty where there is none.
  private var heads: [GraphArms]
  private var covered: [Bool]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    let count = width * height
    arms = Array(repeating: [], count: count)
    heads = arms
    turns = Array(repeating: false, count: count)
    lines = Array(repeating: 0, count: count)
    borders = Array(repeating: [], count: count)
    isRound = Array(repeating: false, count: count)
    covered = Array(repeating: false, count: count)
  }

  private func index(_ point: GraphPoint) -> Int? {
    point.x >= 0 && point.x < width && point.y >= 0 && point.y < height ? point.y * width + point.x : nil
  }

  /// Draws the border of a box or, with round corners, of a frame.
  mutating func addBorder(_ rect: GraphRect, isRound round: Bool) {
    for x in rect.x..<rect.maxX {
      for y in [rect.y, rect.maxY - 1] {
        var sides: GraphArms = []
        if x > rect.x { sides.insert(.left) }
        if x < rect.maxX - 1 { sides.insert(.right) }
        if x == rect.x || x == rect.maxX - 1 { sides.insert(y == rect.y ? .down : .up) }
        setBorder(GraphPoint(x: x, y: y), sides, round)
      }
    }
    for y in (rect.y + 1)..<(rect.maxY - 1) {
      setBorder(GraphPoint(x: rect.x, y: y), .upright, round)
      setBorder(GraphPoint(x: rect.maxX - 1, y: y), .upright, round)
    }
  }

  private mutating func setBorder(_ point: GraphPoint, _ sides: GraphArms, _ round: Bool) {
    guard let index = index(point) else { return }
    borders[index] = sides
    isRound[index] = round
  }

  /// Draws a line, with a tee in the borders at its ends unless a head stands before them.
  mutating func add(_ path: GraphPath) {
    let cells = path.cells
    guard let first = cells.first, let last = cells.last else { return }
    var coming = path.leaving
    for (position, cell) in cells.enumerated() {
      let going = position + 1 < cells.count ? Self.arm(from: cell, to: cells[position + 1]) : path.arriving
      guard let index = index(cell) else { continue }
      arms[index].formUnion([coming.opposite, going])
      if going != coming { turns[index] = true }
      if lines[index] < .max { lines[index] += 1 }
      coming = going
    }
    tee(path.leaving.opposite.neighbour(of: first), path.leaving)
    if path.hasHead {
      if let index = index(last) { heads[index] = path.arriving }
    } else {
      tee(path.arriving.neighbour(of: last), path.arriving.opposite)
    }
  }

  private mutating func tee(_ point: GraphPoint, _ arm: GraphArms) {
    guard let index = index(point), !borders[index].isEmpty else { return }
    borders[index].insert(arm)
  }

  private static func arm(from cell: GraphPoint, to next: GraphPoint) -> GraphArms {
    if next.x != cell.x { return next.x > cell.x ? .right : .left }
    return next.y > cell.y ? .down : .up
  }

  /// Marks cells as holding text.
  mutating func cover(_ rect: GraphRect) {
    for y in max(0, rect.y)..<max(0, min(height, rect.maxY)) {
      for x in max(0, rect.x)..<max(0, min(width, rect.maxX)) { covered[y * width + x] = true }
    }
  }

  /// Whether nothing at all is drawn in the cell.
  func isFree(_ point: GraphPoint) -> Bool {
    guard let index = index(point) else { return false }
    return arms[index].isEmpty && borders[index].isEmpty && !covered[index]
  }

  /// Whether the cell has a level piece of a single line and nothing else.
  func isLevelLine(_ point: GraphPoint) -> Bool {
    guard let index = index(point) else { return false }
    return arms[index] == .across && lines[index] == 1 && heads[index].isEmpty && !covered[index]
  }

  /// The head in a cell, if there is one.
  func head(_ point: GraphPoint) -> Character? {
    guard let index = index(point), !heads[index].isEmpty else { return nil }
    return heads[index].head
  }

  /// What is drawn in a cell, nil if that is nothing or words.
  func glyph(x: Int, y: Int) -> (glyph: Character, style: GraphStyle)? {
    let index = y * width + x
    if borders[index].rawValue != 0 {
      return (isRound[index] ? GraphGlyphs.frame(borders[index]) : GraphGlyphs.line(borders[index]), .frame)
    }
    if arms[index].rawValue == 0 || covered[index] { return nil }
    if heads[index].rawValue != 0 { return (heads[index].head, .edge) }
    if arms[index].rawValue == GraphArms.all.rawValue, !turns[index] { return ("│", .edge) }
    return (GraphGlyphs.line(arms[index]), .edge)
  }
}

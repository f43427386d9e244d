import ConsoleCore
import EngineCore

/// The process drawn in the terminal with its tokens on it.
package enum GraphPane {
  /// The layout of a process for a width; it depends on nothing else, so keep it as long as both stay.
  ///
  /// From the top to the bottom, unless only the other way fits.
  package static func layout(_ definition: ProcessDefinition, width: Int) -> GraphLayout {
    let model = GraphModel(definition)
    let columns = { (character: Character) in
      character.unicodeScalars.first.map { TerminalWidth.columns(of: $0) } ?? 0
    }
    let topDown = GraphLayout(model, form: GraphForm(direction: .topDown), columns: columns)
    guard topDown.width > width else { return topDown }
    let leftToRight = GraphLayout(model, form: GraphForm(direction: .leftToRight), columns: columns)
    return leftToRight.width <= width ? leftToRight : topDown
  }

  package static func content(_ input: PaneInput, _ state: PaneState, layout: GraphLayout) -> PaneContent {
    var selected: Int?
    if case .node(let node)? = state.selection { selected = node.rawValue }
    let badges = GraphBadge.badges(of: input.story)
    let drawing = layout.draw(badges: badges, selected: selected)
    var lines = Self.lines(drawing)
    for (row, node) in subjects(input, layout, badges, selected) where lines.indices.contains(row) {
      lines[row].subject = .node(NodeIndex(rawValue: node))
    }
    return PaneContent(lines: lines, focus: focus(input, layout))
  }

  /// The cells of a picture as lines; neighbours of one style become one text.
  private static func lines(_ drawing: GraphDrawing) -> [PaneLine] {
    let blank = GraphDrawing.Cell(x: 0, y: 0, glyph: " ", style: .edge)
    var rows = [[GraphDrawing.Cell?]](
      repeating: [GraphDrawing.Cell?](repeating: blank, count: drawing.width), count: drawing.height)
    for cell in drawing.cells {
      rows[cell.y][cell.x] = cell
      let isWide = cell.glyph.unicodeScalars.first.map { TerminalWidth.columns(of: $0) == 2 } ?? false
      if isWide, cell.x + 1 < drawing.width { rows[cell.y][cell.x + 1] = nil }
    }
    return rows.map { row in
      var line = PaneLine()
      var text = ""
      var style = GraphStyle.edge
      for cell in row.compactMap({ $0 }) {
        if cell.style != style {
          line.add(SafeText(untrusted: text), style.role)
          text = ""
          style = cell.style
        }
        text.append(cell.glyph)
      }
      while text.last == " " { text.removeLast() }
      line.add(SafeText(untrusted: text), style.role)
      return line
    }
  }

  /// The node that each row stands for: the chosen one, else one where something happens, else the first.
  private static func subjects(
    _ input: PaneInput, _ layout: GraphLayout, _ badges: [Int: GraphBadge], _ selected: Int?
  ) -> [(row: Int, node: Int)] {
    var best: [Int: (node: Int, rank: Int, x: Int)] = [:]
    for (index, node) in input.definition.nodes.enumerated() {
      guard let rect = layout.rect(of: index) else { continue }
      var isFrame = false
      if case .subprocess = node.kind { isFrame = true }
      let badge = badges[index] ?? GraphBadge()
      let isBusy = badge.tokens + badge.failed > 0 || badge.compensating
      let rank = index == selected ? 0 : isBusy ? 1 : 2
      for row in rect.y..<(isFrame ? rect.y + 1 : rect.maxY) {
        if let other = best[row], (other.rank, other.x) <= (rank, rect.x) { continue }
        best[row] = (index, rank, rect.x)
      }
    }
    return best.map { (row: $0.key, node: $0.value.node) }.sorted { $0.row < $1.row }
  }

  /// Where to look: at what has failed, else at the first token.
  private static func focus(_ input: PaneInput, _ layout: GraphLayout) -> PaneOutline.Place? {
    let tokens = input.instance.tokens
    guard let token = tokens.first(where: { $0.state == .failed }) ?? tokens.first,
      let rect = layout.rect(of: token.node.rawValue)
    else { return nil }
    return PaneOutline.Place(line: rect.y, column: rect.x)
  }
}

extension GraphStyle {
  fileprivate var role: StyleRole {
    switch self {
    case .node: .graphNode
    case .nodeSelected: .graphNodeSelected
    case .edge: .graphEdge
    case .edgeLabel: .graphLabel
    case .token: .graphToken
    case .failed: .graphFailed
    case .timer: .graphTimer
    case .done: .graphDone
    case .compensating: .graphCompensating
    case .frame: .border
    }
  }
}

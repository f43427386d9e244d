extension GraphLayout {
  /// The picture in a window over the layout.
  ///
  /// - Parameters:
  ///   - badges: what stands on the nodes, by id.
  ///   - selected: the node under the cursor.
  ///   - glyphs: what the terminal can show.
  ///   - scroll: the cell of the layout at the window's top left corner.
  ///   - width: columns of the window.
  ///   - height: rows of the window.
  package func draw(
    badges: [Int: GraphBadge] = [:], selected: Int? = nil, glyphs: GraphGlyphs = .unicode,
    scroll: GraphPoint = GraphPoint(x: 0, y: 0), width: Int, height: Int
  ) -> GraphDrawing {
    var canvas = Canvas(
      window: GraphRect(x: scroll.x, y: scroll.y, width: max(0, width), height: max(0, height)), glyphs: glyphs)
    let first = max(0, scroll.y)
    let end = min(rows.count, scroll.y + max(0, height))
    if first < end {
      for row in rows[first..<end] {
        for cell in row { canvas.put(cell.glyph, x: cell.x, y: cell.y, cell.style) }
      }
    }
    for node in nodes where node.rect.y < end && node.rect.maxY > first {
      paint(node, badges[node.id] ?? GraphBadge(), isSelected: node.id == selected, on: &canvas)
    }
    return GraphDrawing(width: max(0, width), height: max(0, height), cells: canvas.cells)
  }

  /// The whole picture.
  package func draw(
    badges: [Int: GraphBadge] = [:], selected: Int? = nil, glyphs: GraphGlyphs = .unicode
  ) -> GraphDrawing {
    draw(badges: badges, selected: selected, glyphs: glyphs, width: width, height: height)
  }

  private func paint(_ node: PlacedNode, _ badge: GraphBadge, isSelected: Bool, on canvas: inout Canvas) {
    let style = isSelected ? .nodeSelected : badge.style
    if node.rect.height > 1, badge.style != .node { paintBorder(of: node.rect, badge.style, on: &canvas) }
    var x = node.start.x
    let y = node.start.y
    // On a border the title stands free of the line.
    let isTitle = y == node.rect.y && node.rect.height > 1
    if isTitle { canvas.put(" ", x: x - 1, y: y, style) }
    canvas.put(node.symbol, x: x, y: y, style)
    x += 1
    if node.label.columns > 0 {
      canvas.put(" ", x: x, y: y, style)
      x += 1
      for (character, width) in zip(node.label.characters, node.label.widths) {
        canvas.put(character, x: x, y: y, style, width: width)
        x += width
      }
    }
    if isTitle { canvas.put(" ", x: x, y: y, style) }

    let marks = badge.marks(columns: node.badgeRoom)
    if marks.isEmpty { return }
    let packed = marks.reduce(0) { $0 + $1.text.count }
    let gap = packed + marks.count - 1 <= node.badgeRoom ? 1 : 0
    let length = packed + gap * (marks.count - 1)
    x = node.badgeStart.x + (node.badgesAreTrailing ? node.badgeRoom - length : 0)
    for (position, mark) in marks.enumerated() {
      if position > 0, gap > 0 {
        canvas.put(" ", x: x, y: node.badgeStart.y, mark.style)
        x += 1
      }
      for character in mark.text {
        canvas.put(character, x: x, y: node.badgeStart.y, mark.style)
        x += 1
      }
    }
    if let head = node.head {
      if length < node.badgeRoom {
        canvas.put(" ", x: x, y: node.badgeStart.y, .edge)
        x += 1
      }
      canvas.put(head, x: x, y: node.badgeStart.y, .edge)
    }
  }

  /// Repeats the border of a box in the style of what happens inside.
  private func paintBorder(of rect: GraphRect, _ style: GraphStyle, on canvas: inout Canvas) {
    for y in max(rect.y, canvas.window.y)..<max(rect.y, canvas.window.y, min(rect.maxY, canvas.window.maxY)) {
      let isLevel = y == rect.y || y == rect.maxY - 1
      for cell in rows[y] where cell.style == .frame && cell.x >= rect.x && cell.x < rect.maxX {
        guard isLevel || cell.x == rect.x || cell.x == rect.maxX - 1 else { continue }
        canvas.put(cell.glyph, x: cell.x, y: y, style)
      }
    }
  }

  private struct Canvas {
    let window: GraphRect
    let glyphs: GraphGlyphs
    var cells: [GraphDrawing.Cell] = []

    /// Puts a character where the window shows all of it.
    mutating func put(_ glyph: Character, x: Int, y: Int, _ style: GraphStyle, width: Int = 1) {
      guard x >= window.x, x + width <= window.maxX, y >= window.y, y < window.maxY else { return }
      cells.append(
        GraphDrawing.Cell(x: x - window.x, y: y - window.y, glyph: glyphs.shown(glyph), style: style))
    }
  }
}

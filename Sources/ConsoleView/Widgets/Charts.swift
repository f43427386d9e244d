import ConsoleCore

extension Surface {
  /// The newest values as bars of eight heights, the newest on the right.
  mutating func sparkline(_ values: [Double], x: Int, y: Int, width: Int, role: StyleRole = .sparkline) {
    let shown = values.suffix(max(0, width))
    let most = shown.reduce(0) { $1.isFinite ? max($0, $1) : $0 }
    for (index, value) in shown.enumerated() {
      put(Cell(bar(value, most), role: role), x: x + width - shown.count + index, y: y)
    }
  }

  private func bar(_ value: Double, _ most: Double) -> Glyph {
    guard most > 0, value > 0, value.isFinite else { return Glyph("▁") }
    let step = UInt32(min(7, (value / most * 8).rounded(.up) - 1))
    return Glyph(Unicode.Scalar(0x2581 + step) ?? "▁")
  }

  /// How much of a whole is done.
  mutating func gauge(_ part: Int, of whole: Int, x: Int, y: Int, width: Int) {
    guard width > 0 else { return }
    let filled = whole > 0 ? min(width, width * max(0, part) / whole) : 0
    for column in 0..<width {
      let cell = column < filled ? Cell("█", role: .gaugeFilled) : Cell("·", role: .gaugeEmpty)
      put(cell, x: x + column, y: y)
    }
  }
}

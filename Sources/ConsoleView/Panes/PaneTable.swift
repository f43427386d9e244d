import ConsoleCore

/// A table that makes the best of the width there is: wide columns shrink first, then the least important ones go.
struct PaneTable {
  struct Column {
    var title: SafeText
    var alignment = SafeText.Alignment.left
    /// It may shrink to this many columns; nil keeps all of its text.
    var minimum: Int?
    /// Which column goes first when nothing else helps; zero stays.
    var expendability = 0
  }

  struct Cell {
    var text: SafeText
    var role: StyleRole

    init(_ text: SafeText, _ role: StyleRole = .tableRow) {
      self.text = text
      self.role = role
    }
  }

  private struct Row {
    var subject: PaneSubject?
    var cells: [Cell]
  }

  private static let gap = 2
  private let columns: [Column]
  private var rows: [Row] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row with a cell for each column.
  mutating func add(_ cells: [Cell], about subject: PaneSubject?) {
    rows.append(Row(subject: subject, cells: cells))
  }

  /// The rows under titles that stay when they scroll.
  func content(width: Int) -> PaneContent {
    let lines = lines(width: width)
    return PaneContent(heading: [lines[0].line], lines: Array(lines.dropFirst()))
  }

  /// The title line and the rows.
  func lines(width: Int) -> [PaneLine] {
    let widths = fittedWidths(width)
    let titles = Row(subject: nil, cells: columns.map { Cell($0.title, .tableHeader) })
    return ([titles] + rows).map { line($0, widths) }
  }

  private func line(_ row: Row, _ widths: [Int]) -> PaneLine {
    var line = PaneLine(about: row.subject)
    let shown = widths.indices.filter { widths[$0] > 0 }
    for index in shown {
      let cell = row.cells[index]
      let clipped = cell.text.clipped(to: widths[index])
      let missing = SafeText.repeating(" ", count: widths[index] - clipped.columns)
      if columns[index].alignment == .right { line.add(missing) }
      line.add(clipped, cell.role)
      guard index != shown.last else { break }
      if columns[index].alignment != .right { line.add(missing) }
      line.add(.repeating(" ", count: Self.gap))
    }
    return line
  }

  /// A width for each column; zero for those that have gone.
  private func fittedWidths(_ width: Int) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.columns) { max($0, $1.cells[index].text.columns) }
    }
    while true {
      let used = widths.count { $0 > 0 }
      var excess = widths.reduce(0, +) + Self.gap * max(0, used - 1) - width
      if excess <= 0 { return widths }
      // The widest column that may shrink gives up what it can.
      let shrinkable = columns.indices.filter { index in
        columns[index].minimum.map { widths[index] > $0 } ?? false
      }
      if let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) {
        let least = max(columns[widest].minimum ?? 0, widths[widest] - excess)
        excess -= widths[widest] - least
        widths[widest] = least
        continue
      }
      let expendable = columns.indices.filter { widths[$0] > 0 && columns[$0].expendability > 0 }
      guard let first = expendable.max(by: { columns[$0].expendability < columns[$1].expendability }) else {
        return widths
      }
      widths[first] = 0
    }
  }
}

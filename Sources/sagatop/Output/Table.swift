import ConsoleCore

/// Rows of text in aligned columns, for people. What comes from a store is safe by the time it is in here.
struct Table {
  private let titles: [String]
  private var rows: [[SafeText]] = []

  init(_ titles: String...) { self.titles = titles }

  mutating func add(_ cells: String...) { rows.append(cells.map { SafeText(untrusted: $0) }) }

  /// Prints the table; one without rows prints only what to do about that.
  func print(whenEmpty hint: String) {
    guard !rows.isEmpty else {
      StandardOutput.line(hint)
      return
    }
    let all = [titles.map { SafeText(untrusted: $0) }] + rows
    let widths = titles.indices.map { column in all.map { $0[column].columns }.max() ?? 0 }
    for row in all {
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell.string
        guard column < row.count - 1 else { continue }
        line += String(repeating: " ", count: widths[column] - cell.columns + 2)
      }
      while line.last == " " { line.removeLast() }
      StandardOutput.line(line)
    }
  }
}

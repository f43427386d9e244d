import ConsoleCore
import EngineCore

/// One column of a list: how wide it may be, how much it matters, and what stands in it.
struct Column: Sendable {
  let title: SafeText
  /// It is left out rather than made narrower than this.
  let minimum: Int
  /// It shows nearly everything in this many columns.
  let ideal: Int
  /// Its share of the room that is left when all have what they need.
  var weight = 0
  /// What is left out first when there is too little room: the highest number.
  var rank = 0
  var alignment = SafeText.Alignment.left
  /// Shown only where there is room for it besides all others, or when the operator asks for wide rows.
  var isOptional = false
  /// The order in which this column ascends.
  var sort: SortColumn?
  let cell: @Sendable (ListRow, ClockText) -> StyledLine

  init(
    _ title: SafeText, _ minimum: Int, _ ideal: Int, weight: Int = 0, rank: Int = 0,
    alignment: SafeText.Alignment = .left, isOptional: Bool = false, sort: SortColumn? = nil,
    cell: @escaping @Sendable (ListRow, ClockText) -> StyledLine
  ) {
    self.title = title
    self.minimum = minimum
    self.ideal = ideal
    self.weight = weight
    self.rank = rank
    self.alignment = alignment
    self.isOptional = isOptional
    self.sort = sort
    self.cell = cell
  }
}

/// Which columns are shown, where, and how wide. Depends on the room alone, so that rows do not jump about.
struct ColumnLayout: Sendable {
  struct Placed: Sendable {
    let column: Column
    let x: Int
    let width: Int
  }

  static let gap = 1
  let placed: [Placed]

  init(_ columns: [Column], x: Int, width: Int, isWide: Bool) {
    let shown = Self.choose(columns, width: width, isWide: isWide)
    let widths = Self.widths(shown, width: width)
    var next = x
    var placed: [Placed] = []
    for (column, width) in zip(shown, widths) {
      placed.append(Placed(column: column, x: next, width: width))
      next += width + Self.gap
    }
    self.placed = placed
  }

  private static func choose(_ columns: [Column], width: Int, isWide: Bool) -> [Column] {
    var shown = columns.filter { isWide || !$0.isOptional }
    while shown.count > 1, total(shown, \.minimum) > width,
      let worst = shown.indices.max(by: { shown[$0].rank < shown[$1].rank })
    {
      shown.remove(at: worst)
    }
    guard !isWide, shown.count == columns.count(where: { !$0.isOptional }) else { return shown }
    // Optional ones come in, the most important first, as long as nobody has to give way for them.
    var ranks = Set(shown.map(\.rank))
    for column in columns.filter(\.isOptional).sorted(by: { $0.rank < $1.rank }) {
      let wider = columns.filter { ranks.contains($0.rank) || $0.rank == column.rank }
      if total(wider, \.ideal) <= width {
        shown = wider
        ranks.insert(column.rank)
      }
    }
    return shown
  }

  private static func total(_ columns: [Column], _ part: (Column) -> Int) -> Int {
    columns.reduce(0) { $0 + part($1) } + gap * max(0, columns.count - 1)
  }

  private static func widths(_ columns: [Column], width: Int) -> [Int] {
    var widths = columns.map(\.minimum)
    var room = width - total(columns, \.minimum)
    // What matters most gets what it needs first; columns of one rank grow together.
    for rank in Set(columns.map(\.rank)).sorted() {
      var growing = columns.indices.filter { columns[$0].rank == rank && widths[$0] < columns[$0].ideal }
      while room > 0, !growing.isEmpty {
        for index in growing where room > 0 {
          widths[index] += 1
          room -= 1
        }
        growing.removeAll { widths[$0] >= columns[$0].ideal }
      }
    }
    let weights = columns.reduce(0) { $0 + $1.weight }
    guard room > 0, weights > 0 else {
      if let only = widths.indices.first, columns.count == 1 { widths[only] = min(width, widths[only]) }
      return widths
    }
    var left = room
    for index in columns.indices where columns[index].weight > 0 {
      let share = room * columns[index].weight / weights
      widths[index] += share
      left -= share
    }
    if let last = columns.indices.last(where: { columns[$0].weight > 0 }) { widths[last] += left }
    return widths
  }
}

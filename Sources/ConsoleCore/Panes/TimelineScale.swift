// A workflow works for milliseconds and waits for days. On a scale that is linear throughout, the work of a minute
// vanishes beside the night for which the order has been stuck. So the scale is linear, but long stretches in which
// nothing changes are shortened, and the picture says where.

import EngineCore

/// Maps instants to columns.
package struct TimelineScale: Sendable, Hashable {
  /// A stretch of time with its columns.
  private struct Piece: Hashable, Sendable {
    var start: Timestamp
    var end: Timestamp
    /// Where it begins and ends, in columns.
    var from: Double
    var to: Double
    /// Whether it takes fewer columns than its length would ask for.
    var isShortened: Bool
  }

  package let columns: Int
  private let pieces: [Piece]

  package var start: Timestamp { pieces.first?.start ?? .distantPast }
  package var end: Timestamp { pieces.last?.end ?? .distantFuture }

  /// A scale over the lives of some activities. A live one lasts until `now`.
  package init(_ spans: [ActivitySpan], now: Timestamp, columns: Int) {
    var instants = spans.flatMap { span in
      span.failures + span.segments.flatMap { [$0.start, $0.end ?? now] }
    }
    if instants.isEmpty { instants = [now] }
    self.init(changes: instants, columns: columns)
  }

  /// A scale from the first to the last of some instants at which something changes; at least one.
  package init(changes: [Timestamp], columns: Int) {
    self.columns = max(1, columns)
    var instants = changes.sorted()
    if let first = instants.first, first == instants.last { instants.append(first + .microseconds(1)) }
    let gaps = zip(instants, instants.dropFirst()).map { Double(($1 - $0).wholeMicroseconds) }
    let (longest, shortened) = Self.limit(gaps.filter { $0 > 0 }.sorted())
    let lengths = gaps.map { $0 > longest ? shortened : $0 }
    let total = max(1, lengths.reduce(0, +))
    var pieces: [Piece] = []
    var position = 0.0
    for (index, length) in lengths.enumerated() where gaps[index] > 0 {
      let end = position + length / total * Double(self.columns)
      pieces.append(
        Piece(
          start: instants[index], end: instants[index + 1], from: position, to: end,
          isShortened: gaps[index] > longest))
      position = end
    }
    self.pieces = pieces
  }

  /// The longest gap that is shown as long as it is, and the length that longer ones get.
  ///
  /// Gaps are shortened where one of them is more than twice as long as all shorter ones together and these are most of
  /// the gaps. What is shortened gets half of the columns at most.
  private static func limit(_ gaps: [Double]) -> (longest: Double, shortened: Double) {
    var sum = 0.0
    for (index, gap) in gaps.enumerated() {
      if gap > 2 * sum, index * 2 >= gaps.count, index > 0 {
        return (gaps[index - 1], sum / Double(max(2, gaps.count - index)))
      }
      sum += gap
    }
    return (.infinity, 0)
  }

  /// Where an instant lies, in columns from the left; what lies outside is at an end.
  private func position(of instant: Timestamp) -> Double {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].start <= instant { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return 0 }
    let piece = pieces[low - 1]
    let length = Double((piece.end - piece.start).wholeMicroseconds)
    let part = min(1, Double((instant - piece.start).wholeMicroseconds) / length)
    return piece.from + part * (piece.to - piece.from)
  }

  /// The column of an instant.
  package func column(of instant: Timestamp) -> Int {
    min(columns - 1, max(0, Int(position(of: instant))))
  }

  /// The columns of a phase; at least one, so that nothing that happened is invisible.
  package func columns(from begin: Timestamp, to finish: Timestamp) -> Range<Int> {
    let first = column(of: begin)
    return first..<max(first + 1, min(columns, Int(position(of: finish).rounded())))
  }

  /// The columns at which a stretch of time is left out.
  package var breaks: [Int] {
    pieces.filter(\.isShortened).map { min(columns - 1, Int(($0.from + $0.to) / 2)) }
  }

  /// A mark on the axis.
  package struct Tick: Sendable, Hashable {
    package let column: Int
    /// The time since the start.
    package let label: SafeText
  }

  /// Marks at round lengths of time, and one behind each break, with room for their labels.
  package var ticks: [Tick] {
    var ticks: [Tick] = []
    for piece in pieces where piece.isShortened { place(piece.end - start, in: &ticks) }
    place(.zero, in: &ticks)
    let linear = pieces.filter { !$0.isShortened }
    let time = linear.reduce(0) { $0 + ($1.end - $1.start).wholeMicroseconds }
    let room = linear.reduce(0) { $0 + $1.to - $1.from }
    let wanted = max(1, Int64(room / 12))
    guard let step = Self.steps.first(where: { time / $0 <= wanted }) else { return ticks }
    for piece in linear {
      var offset = ((piece.start - start).wholeMicroseconds / step + 1) * step
      while offset <= (piece.end - start).wholeMicroseconds {
        place(.microseconds(offset), in: &ticks)
        offset += step
      }
    }
    return ticks.sorted { $0.column < $1.column }
  }

  /// Puts a label where it fits between those that are there.
  private func place(_ offset: Duration, in ticks: inout [Tick]) {
    let label: SafeText = offset == .zero ? "0" : SafeText(untrusted: offset.spoken)
    let column = column(of: start + offset)
    let fits = ticks.allSatisfy { tick in
      column + label.columns + 1 < tick.column || tick.column + tick.label.columns + 1 < column
    }
    if fits, column + label.columns <= columns { ticks.append(Tick(column: column, label: label)) }
  }

  /// Round lengths of time in microseconds, ascending.
  private static let steps: [Int64] = {
    let second: Int64 = 1_000_000
    let (minute, hour, day) = (60 * second, 3600 * second, 86_400 * second)
    let small: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500].map { $0 * 1000 }
    let middle = [1, 2, 5, 10, 15, 30].flatMap { [$0 * second, $0 * minute] }
    let large = [1, 2, 3, 6, 12].map { $0 * hour } + [1, 2, 5, 10, 30, 100, 365, 1000, 3650].map { $0 * day }
    return (small + middle + large).sorted()
  }()
}

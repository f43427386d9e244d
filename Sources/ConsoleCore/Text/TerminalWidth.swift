/// How many columns a scalar takes in a terminal, and which scalars are never shown.
///
/// Terminal, multiplexer and ncurses each count columns for themselves; the picture holds together only where all
/// agree. So the ranges are those of the C library that ncurses asks, and what it does not know is not let through.
package enum TerminalWidth {
  /// What one cell makes of a scalar.
  package enum Class: Equatable, Sendable {
    /// Takes one or two columns.
    case columns(Int)
    /// Stands on the scalar before it.
    case combining
    /// Controls, invisible and unassigned scalars: to be replaced by a visible mark.
    case refused
  }

  /// The columns of `scalar`; zero for combining scalars and for those that are never shown.
  package static func columns(of scalar: Unicode.Scalar) -> Int {
    switch classify(scalar) {
    case .columns(let columns): columns
    case .combining, .refused: 0
    }
  }

  /// What a cell makes of `scalar`. Costs nothing for ASCII and three binary searches at most for the rest.
  package static func classify(_ scalar: Unicode.Scalar) -> Class {
    let value = scalar.value
    if value < 0x7F { return value >= 0x20 ? .columns(1) : .refused }
    // The scripts of Europe before the first combining mark, apart from the C1 controls and the soft hyphen.
    if value >= 0xA0 && value < 0x300 && value != 0xAD { return .columns(1) }
    if contains(refused, value) { return .refused }
    if contains(zero, value) { return .combining }
    return .columns(contains(two, value) ? 2 : 1)
  }

  /// Whether `value` lies in one of the ascending pairs of first and last.
  private static func contains(_ ranges: [UInt32], _ value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count / 2
    while low < high {
      let middle = (low + high) / 2
      if ranges[2 * middle + 1] < value {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < ranges.count / 2 && ranges[2 * low] <= value
  }
}

import ConsoleCore

/// A part of a line in one style.
package struct StyledSpan: Sendable, Hashable {
  package var text: SafeText
  package var role: StyleRole
  package var flags: CellFlags

  package init(_ text: SafeText, role: StyleRole = .text, flags: CellFlags = []) {
    self.text = text
    self.role = role
    self.flags = flags
  }
}

/// One line of text in styles, before anybody knows where on the screen it will stand.
package struct StyledLine: Sendable, Hashable {
  package private(set) var spans: [StyledSpan]
  /// The columns that the line takes.
  package private(set) var columns: Int

  package init(_ spans: [StyledSpan] = []) {
    self.spans = spans.filter { !$0.text.isEmpty }
    columns = self.spans.reduce(0) { $0 + $1.text.columns }
  }

  package init(_ text: SafeText, role: StyleRole = .text, flags: CellFlags = []) {
    self.init([StyledSpan(text, role: role, flags: flags)])
  }

  package var isEmpty: Bool { columns == 0 }

  /// The text alone.
  package var text: SafeText { spans.map(\.text).joined() }

  package mutating func append(_ text: SafeText, role: StyleRole = .text, flags: CellFlags = []) {
    guard !text.isEmpty else { return }
    spans.append(StyledSpan(text, role: role, flags: flags))
    columns += text.columns
  }

  package mutating func append(_ line: StyledLine) {
    spans.append(contentsOf: line.spans)
    columns += line.columns
  }

  /// Adds spaces until the line takes `column` columns; a longer line stays as it is.
  package mutating func pad(to column: Int, role: StyleRole = .text) {
    append(.repeating(" ", count: column - columns), role: role)
  }

  package static func + (left: StyledLine, right: StyledLine) -> StyledLine {
    var line = left
    line.append(right)
    return line
  }

  /// The line in `limit` columns at most; where something is cut off, it ends in an ellipsis of the span's role.
  package func clipped(to limit: Int) -> StyledLine {
    guard columns > limit else { return self }
    var result = StyledLine()
    for span in spans {
      let left = limit - result.columns
      guard left > 0 else { break }
      let isLast = result.columns + span.text.columns >= limit
      result.append(isLast ? (span.text + "…").clipped(to: left) : span.text, role: span.role, flags: span.flags)
    }
    return result
  }
}

extension StyledLine: ExpressibleByStringInterpolation {
  /// Our own words in the usual style.
  package init(stringLiteral value: StaticString) {
    self.init(SafeText(literal: value))
  }

  package init(stringInterpolation: SafeText.Interpolation) {
    self.init(SafeText(stringInterpolation: stringInterpolation))
  }
}

extension Surface {
  /// Writes a line from (x, y) to the right, in `limit` columns at most.
  ///
  /// - Parameter offset: how many columns of the line have been panned out of sight on the left.
  /// - Returns: the columns that were taken.
  // Disfavoured so that a literal is written as plain text, which every caller without styles means.
  @_disfavoredOverload
  @discardableResult
  package mutating func write(
    _ line: StyledLine, x: Int, y: Int, width limit: Int = .max, offset: Int = 0, flags: CellFlags = []
  ) -> Int {
    var column = 0
    var hidden = max(0, offset)
    for span in line.spans {
      guard column < limit else { break }
      if hidden >= span.text.columns {
        hidden -= span.text.columns
        continue
      }
      let text = span.text.dropping(hidden)
      hidden = 0
      column += write(
        text, x: x + column, y: y, width: limit - column, role: span.role, flags: span.flags.union(flags))
    }
    return column
  }
}

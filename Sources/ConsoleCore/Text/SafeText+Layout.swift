extension SafeText {
  /// Where a text stands within the columns that it is given.
  package enum Alignment: Sendable {
    case left
    case right
    case centre
  }

  /// The text in `limit` columns at most; where something is cut off, it ends in `ellipsis`.
  package func clipped(to limit: Int, ellipsis: SafeText = "…") -> SafeText {
    if columns <= limit { return self }
    if limit <= 0 { return SafeText() }
    if ellipsis.columns >= limit { return ellipsis.prefix(limit) }
    return prefix(limit - ellipsis.columns) + ellipsis
  }

  /// The text with spaces up to `width` columns; a longer text stays as it is.
  package func padded(to width: Int, alignment: Alignment = .left) -> SafeText {
    let missing = width - columns
    guard missing > 0 else { return self }
    let before =
      switch alignment {
      case .left: 0
      case .right: missing
      case .centre: missing / 2
      }
    return .repeating(" ", count: before) + self + .repeating(" ", count: missing - before)
  }

  /// The text in exactly `width` columns, clipped or padded.
  package func fitted(to width: Int, alignment: Alignment = .left, ellipsis: SafeText = "…") -> SafeText {
    clipped(to: width, ellipsis: ellipsis).padded(to: width, alignment: alignment)
  }

  /// As much of the beginning as fits into `limit` columns; a wide scalar is never cut in half.
  package func prefix(_ limit: Int) -> SafeText {
    split(at: limit).head
  }

  /// What is left after the first `count` columns, for views that pan. A wide scalar that is cut leaves a space.
  package func dropping(_ count: Int) -> SafeText {
    guard count > 0 else { return self }
    guard count < columns else { return SafeText() }
    let (head, tail) = split(at: count)
    guard head.columns < count else { return tail }
    return " " + tail.dropping(tail.firstColumns)
  }

  /// Lines of `width` columns at most, broken at spaces where there are any.
  package func wrapped(to width: Int) -> [SafeText] {
    guard width > 0 else { return [] }
    var lines: [SafeText] = []
    var rest = self
    while rest.columns > width {
      var (line, tail) = rest.split(at: width)
      if line.isEmpty { (line, tail) = rest.split(at: max(width, rest.firstColumns)) }
      if !tail.string.hasPrefix(" "), let space = line.string.lastIndex(of: " "), space != line.string.startIndex {
        let end = line.string.index(after: space)
        tail = SafeText(checked: line.string[end...]) + tail
        line = SafeText(checked: line.string[..<space])
      }
      lines.append(line)
      rest = SafeText(checked: tail.string.drop { $0 == " " })
    }
    if !rest.isEmpty || lines.isEmpty { lines.append(rest) }
    return lines
  }

  /// The lines of an untrusted text, each made safe, with tabs as spaces up to the next eighth column.
  ///
  /// For output of programs and for editors' files. No more than `limit` lines are read.
  package static func lines(untrusted text: String, limit: Int) -> [SafeText] {
    let pieces = text.split(
      maxSplits: max(0, limit), omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
    var lines = pieces.prefix(max(0, limit)).map { expandingTabs(String($0)) }
    if lines.count == pieces.count, lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func expandingTabs(_ line: String) -> SafeText {
    guard line.utf8.contains(0x09) else { return SafeText(untrusted: line) }
    var result = SafeText()
    let pieces = line.prefix(scalarLimit).split(separator: "\t", omittingEmptySubsequences: false)
    for (index, piece) in pieces.enumerated() {
      if index > 0 { result += .repeating(" ", count: 8 - result.columns % 8) }
      result += SafeText(untrusted: String(piece))
    }
    return result
  }

  private var firstColumns: Int {
    string.unicodeScalars.first.map(TerminalWidth.columns) ?? 0
  }

  /// A part of a text that is already safe.
  private init(checked part: Substring) {
    let columns = part.unicodeScalars.reduce(0) { $0 + TerminalWidth.columns(of: $1) }
    self.init(trusted: String(part), columns: columns)
  }

  /// Cuts after the last scalar, with its combining marks, that fits into `limit` columns.
  private func split(at limit: Int) -> (head: SafeText, tail: SafeText) {
    if columns <= limit { return (self, SafeText()) }
    if limit <= 0 { return (SafeText(), self) }
    if isASCII {
      let cut = string.utf8.index(string.startIndex, offsetBy: limit)
      return (
        SafeText(trusted: String(string[..<cut]), columns: limit),
        SafeText(trusted: String(string[cut...]), columns: columns - limit)
      )
    }
    let scalars = string.unicodeScalars
    var width = 0
    var cut = scalars.startIndex
    while cut < scalars.endIndex {
      let next = TerminalWidth.columns(of: scalars[cut])
      if width + next > limit { break }
      width += next
      cut = scalars.index(after: cut)
    }
    return (
      SafeText(trusted: String(scalars[..<cut]), columns: width),
      SafeText(trusted: String(scalars[cut...]), columns: columns - width)
    )
  }
}

extension Sequence<SafeText> {
  /// The texts one after another with `separator` between them.
  package func joined(separator: SafeText = SafeText()) -> SafeText {
    var result = SafeText()
    for (index, text) in enumerated() {
      if index > 0 { result += separator }
      result += text
    }
    return result
  }
}

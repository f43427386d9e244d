/// The text of a definition by lines, as YAML counts them.
struct SourceText {
  /// The text that is read: that of the file, with JSON's pairs of escapes replaced by what YAML knows.
  let source: String
  private let lines: [Substring.UnicodeScalarView]

  init(_ text: String) {
    source = Self.joiningSurrogates(text)
    lines = Self.split(source)
  }

  var byteCount: Int { source.utf8.count }

  /// A line counted from 1; empty when there is none.
  func line(_ number: Int) -> Substring.UnicodeScalarView {
    lines.indices.contains(number - 1) ? lines[number - 1] : Substring.UnicodeScalarView()
  }

  /// What stands on a line from a place on, without the blanks at its end.
  func restOfLine(from place: Place) -> String {
    var rest = line(place.line).dropFirst(max(0, place.column - 1))
    while let last = rest.last, last == " " || last == "\t" || last == "\r" { rest.removeLast() }
    return String(rest)
  }

  /// The place itself, or the end of the text when YAML names one behind it.
  func clamped(_ place: Place) -> Place {
    guard place.line > lines.count else { return place }
    return Place(line: lines.count, column: line(lines.count).count + 1)
  }

  /// Whether a tab stands among the blanks that a line begins with.
  func indentsWithTab(_ number: Int) -> Bool {
    line(number).prefix { $0 == " " || $0 == "\t" }.contains("\t")
  }

  /// The place of the first anchor when there are so many aliases that following them could take for ever.
  ///
  /// Yams compares keys by their whole content, and aliases let a short text mean a huge one.
  func placeOfManyAliases() -> Place? {
    let limit = 32
    var aliases = 0
    var firstAnchor: Place?
    for (index, line) in lines.enumerated() {
      var isNodeStart = true
      var position = 0
      var pending: Unicode.Scalar?
      for scalar in line {
        position += 1
        if let mark = pending, scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" {
          if mark == "*" {
            aliases += 1
          } else if firstAnchor == nil {
            firstAnchor = Place(line: index + 1, column: position - 1)
          }
        }
        pending = isNodeStart && (scalar == "*" || scalar == "&") ? scalar : nil
        isNodeStart = " \t[{,:?-".unicodeScalars.contains(scalar)
      }
    }
    return aliases > limit ? firstAnchor : nil
  }

  /// The text with one scalar replaced, or nil when there is nothing at the place.
  static func replacing(_ source: String, at place: Place, with replacement: Unicode.Scalar) -> (
    String, Unicode.Scalar
  )? {
    let lines = split(source)
    guard lines.indices.contains(place.line - 1) else { return nil }
    let line = lines[place.line - 1]
    guard place.column >= 1,
      let index = line.index(line.startIndex, offsetBy: place.column - 1, limitedBy: line.endIndex),
      index < line.endIndex
    else { return nil }
    var scalars = source.unicodeScalars
    let old = scalars[index]
    scalars.replaceSubrange(index..<scalars.index(after: index), with: [replacement])
    return (String(scalars), old)
  }

  /// Lines end where YAML 1.1 lets them end: `\n`, `\r`, `\r\n`, NEL, LS and PS.
  private static func split(_ text: String) -> [Substring.UnicodeScalarView] {
    let scalars = text.unicodeScalars
    var lines: [Substring.UnicodeScalarView] = []
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let after = scalars.index(after: index)
      let isBreak =
        scalar == "\n" || scalar == "\r" || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
      guard isBreak else {
        index = after
        continue
      }
      lines.append(scalars[start..<index])
      index = scalar == "\r" && after < scalars.endIndex && scalars[after] == "\n" ? scalars.index(after: after) : after
      start = index
    }
    lines.append(scalars[start...])
    return lines
  }

  /// JSON writes a character beyond the basic plane as two escapes, `\ud83d\ude00`; YAML knows only `\U0001F600`.
  private static func joiningSurrogates(_ text: String) -> String {
    guard text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) == "{",
      text.utf8.contains(UInt8(ascii: "\\"))
    else { return text }
    var joined: [UInt8] = []
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
        if let high = unit(bytes, index), (0xD800...0xDBFF).contains(high), let low = unit(bytes, index + 6),
          (0xDC00...0xDFFF).contains(low)
        {
          let scalar = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
          let digits = String(scalar, radix: 16)
          joined += Array(("\\U" + String(repeating: "0", count: 8 - digits.count) + digits).utf8)
          index += 12
        } else {
          joined += bytes[index...(index + 1)]
          index += 2
        }
        continue
      }
      joined.append(bytes[index])
      index += 1
    }
    return String(decoding: joined, as: UTF8.self)
  }

  /// The number of an escape `\uHHHH`, if one begins at an index.
  private static func unit(_ bytes: [UInt8], _ index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
      return nil
    }
    return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}

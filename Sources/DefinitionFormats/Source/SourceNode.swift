/// A place in the text, counted from 1; columns count Unicode scalars.
struct Place: Hashable {
  var line: Int
  var column: Int
}

/// A part of a definition's text with its place: YAML without tags, anchors and keys that are no text.
struct SourceNode {
  let place: Place
  let content: Content

  indirect enum Content {
    case scalar(SourceScalar)
    case list([SourceNode])
    case mapping([SourceEntry])
  }

  /// What kind of thing this is, for a sentence.
  var kindName: String {
    switch content {
    case .scalar(let scalar): scalar.kindName
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  var scalar: SourceScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  var isNull: Bool { scalar?.isNull ?? false }
}

/// One name with its value.
struct SourceEntry {
  let key: String
  let keyPlace: Place
  let value: SourceNode
}

/// A piece of text and whether it was written without quotes.
struct SourceScalar {
  let text: String
  let isPlain: Bool
  /// Whether YAML took less for the text than stands on the line, so that an expression may have been cut.
  let isFollowedByMore: Bool

  /// Text that begins with `=`, the expression behind it.
  var expressionSource: String? {
    guard text.first == "=", text.dropFirst().first != "=" else { return nil }
    return String(text.dropFirst())
  }

  var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

  var boolean: Bool? {
    guard isPlain else { return nil }
    if ["true", "True", "TRUE"].contains(text) { return true }
    return ["false", "False", "FALSE"].contains(text) ? false : nil
  }

  /// Whether this is a number as JSON writes numbers.
  var isNumber: Bool {
    guard isPlain else { return false }
    var rest = Substring(text).utf8
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let whole = rest.digits()
    guard whole > 0, whole == 1 || text.drop(while: { $0 == "-" }).first != "0" else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard rest.digits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
      guard rest.digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  var kindName: String {
    if isNull { return "nothing" }
    if boolean != nil { return "\(text), a truth value" }
    return isNumber ? "\(text.excerpt), a number" : "the text \(text.excerpt.quoted)"
  }
}

extension Substring.UTF8View {
  /// Drops the digits at the beginning and says how many there were.
  fileprivate mutating func digits() -> Int {
    let count = prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    removeFirst(count)
    return count
  }
}

extension String {
  /// The text for a sentence: on one line, cut where it is too long, without characters that steer a terminal.
  var excerpt: String {
    let limit = 60
    var visible = ""
    for character in prefix(limit) {
      let isSafe = character.unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
        default: true
        }
      }
      visible += isSafe ? String(character) : character.isWhitespace ? " " : "\u{FFFD}"
    }
    return dropFirst(limit).isEmpty ? visible : visible + "…"
  }

  var quoted: String { "\"\(self)\"" }

  /// The excerpt between backticks.
  var ticked: String { "`\(excerpt)`" }
}

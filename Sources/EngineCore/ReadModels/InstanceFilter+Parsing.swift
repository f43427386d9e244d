/// What is wrong with a filter that somebody typed.
public struct FilterError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The word that is wrong.
  public let word: String
  /// One sentence about it, with what would be right.
  public let message: String

  /// The sentence, with the word.
  public var description: String { "\(word): \(message)" }
}

extension InstanceFilter {
  /// Reads a filter: words between blanks, all of which must hold. A value with blanks in it stands in quotes
  /// (`key:"a b"`); a word that is all in quotes is plain text, whatever is in it.
  ///
  ///     state:incident def:order@2 age>1h var.customer="Smith & Sons"
  public static func parse(_ text: String) throws(FilterError) -> InstanceFilter {
    var words: [Word] = []
    for word in try FilterWord.split(text) { words.append(try word.parse()) }
    return InstanceFilter(words: words)
  }

  /// The beginnings of words that mean something, for help and completion.
  public static let keywords = [
    "state:", "def:", "key:", "node:", "error:", "var.NAME=", "age>", "age<", "changed>", "changed<", "due<", "due>",
  ]
}

/// One word as it was typed: what stands before the sign, the sign, and what stands behind it.
private struct FilterWord {
  /// As it was typed, for messages.
  var typed = ""
  /// Without its quotes.
  var text = ""
  /// Where in `text` the first sign stands that is not in quotes.
  var sign: String.Index?

  private static let signs: Set<Character> = [":", "=", "<", ">"]
  private static let comparisons: [Character: InstanceFilter.Comparison] = ["<": .less, ">": .greater]

  static func split(_ text: String) throws(FilterError) -> [FilterWord] {
    var words: [FilterWord] = []
    var current = FilterWord()
    var isQuoted = false
    var isEscaped = false
    for character in text {
      if !isQuoted, character == " " || character == "\t" || character == "\n" {
        if !current.typed.isEmpty { words.append(current) }
        current = FilterWord()
        continue
      }
      current.typed.append(character)
      if isEscaped {
        current.text.append(character)
        isEscaped = false
      } else if isQuoted, character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else {
        if !isQuoted, signs.contains(character), current.sign == nil, !current.text.isEmpty,
          !current.typed.hasPrefix("\"")
        {
          current.sign = current.text.endIndex
        }
        current.text.append(character)
      }
    }
    guard !isQuoted else { throw FilterError(word: current.typed, message: "the closing quote is missing") }
    if !current.typed.isEmpty { words.append(current) }
    return words.map(\.rebased)
  }

  /// An index into a text is only good for the text as it is now.
  private var rebased: FilterWord {
    guard let sign else { return self }
    var word = self
    let offset = text.utf8.distance(from: text.startIndex, to: sign)
    word.sign = word.text.utf8.index(word.text.startIndex, offsetBy: offset)
    return word
  }

  func parse() throws(FilterError) -> InstanceFilter.Word {
    guard let sign else { return try plain() }
    let name = String(text[..<sign])
    // Only what looks like a keyword is one: `17:30` and `a-b:c` are texts.
    guard name.utf8.allSatisfy({ isLetter($0) || $0 == UInt8(ascii: ".") }) || name.hasPrefix("var.") else {
      return try plain()
    }
    let value = String(text[text.index(after: sign)...])
    let character = text[sign]
    if name.hasPrefix("var."), character == "=" { return try variable(name, value) }
    if let comparison = Self.comparisons[character] { return try compared(name, comparison, value) }
    guard character == ":" else { throw unknown() }
    guard !value.isEmpty else { throw FilterError(word: typed, message: "a value is missing behind the colon") }
    return try keyed(name, value)
  }

  private func plain() throws(FilterError) -> InstanceFilter.Word {
    guard !text.isEmpty else { throw FilterError(word: typed, message: "there is nothing between the quotes") }
    return .text(text)
  }

  private func keyed(_ name: String, _ value: String) throws(FilterError) -> InstanceFilter.Word {
    switch name {
    case "state": return try state(value)
    case "def": return try definition(value)
    case "key": return .key(value)
    case "node": return .node(value)
    case "error": return .error(value)
    default: throw unknown()
    }
  }

  private func state(_ value: String) throws(FilterError) -> InstanceFilter.Word {
    if value == "incident" { return .hasIncident }
    if value == "suspended" { return .isSuspended }
    if let state = InstanceState.allCases.first(where: { $0.name == value }) { return .state(state) }
    let known = InstanceState.allCases.map(\.name) + ["incident", "suspended"]
    throw FilterError(word: typed, message: "there is no such state; states are \(known.joined(separator: ", "))")
  }

  private func definition(_ value: String) throws(FilterError) -> InstanceFilter.Word {
    guard let at = value.lastIndex(of: "@") else { return .definition(key: value, version: nil) }
    guard let version = Int(value[value.index(after: at)...]), version > 0, at != value.startIndex else {
      throw FilterError(word: typed, message: "a version is a number, as in def:order@2")
    }
    return .definition(key: String(value[..<at]), version: version)
  }

  private func variable(_ name: String, _ value: String) throws(FilterError) -> InstanceFilter.Word {
    let variable = String(name.dropFirst("var.".count))
    guard !variable.isEmpty else {
      throw FilterError(word: typed, message: "the name of the variable is missing, as in var.customer=Smith")
    }
    return .variable(name: variable, value: value)
  }

  private func compared(
    _ name: String, _ comparison: InstanceFilter.Comparison, _ value: String
  ) throws(FilterError) -> InstanceFilter.Word {
    guard ["age", "changed", "due"].contains(name) else { throw unknown() }
    guard let length = Duration(text: value) else {
      throw FilterError(word: typed, message: "\"\(value)\" is no length of time such as 30s, 5m, 2h or 3d")
    }
    switch name {
    case "age": return .age(comparison, length)
    case "changed": return .changed(comparison, length)
    default: return .due(comparison, length)
    }
  }

  private func unknown() -> FilterError {
    FilterError(
      word: typed,
      message: "no such word; there are \(InstanceFilter.keywords.joined(separator: " ")); "
        + "put it in quotes to search for it as text")
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

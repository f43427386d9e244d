/// One line of text that is being typed.
package struct LineEditor: Sendable, Hashable {
  /// How many characters a line holds.
  package static let limit = 4096

  private var characters: [Character]
  /// Before which character the next one is typed.
  package private(set) var cursor: Int

  package init(_ text: String = "") {
    characters = Array(text.prefix(Self.limit))
    cursor = characters.count
  }

  package var text: String { String(characters) }
  package var isEmpty: Bool { characters.isEmpty }
  /// The text before the cursor.
  package var head: String { String(characters[..<cursor]) }

  package mutating func replace(with text: String) { self = LineEditor(text) }

  /// Takes a key; false where the key means nothing here.
  package mutating func take(_ key: KeyPress) -> Bool {
    switch key {
    case .character(let scalar): insert(String(scalar))
    case .paste(let text): insert(text.replacing(while: { $0.isNewline }, with: " "))
    case .backspace, .control("h"): erase(cursor - 1..<cursor)
    case .delete, .control("d"): erase(cursor..<cursor + 1)
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(characters.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .control("u"): erase(0..<cursor)
    case .control("k"): erase(cursor..<characters.count)
    case .control("w"): erase(wordStart..<cursor)
    case .control, .up, .down, .pageUp, .pageDown, .insert, .enter, .escape, .tab, .backTab, .function: return false
    }
    return true
  }

  private var wordStart: Int {
    var start = cursor
    while start > 0 && characters[start - 1] == " " { start -= 1 }
    while start > 0 && characters[start - 1] != " " { start -= 1 }
    return start
  }

  private mutating func insert(_ text: String) {
    let room = Self.limit - characters.count
    guard room > 0 else { return }
    // A mark that combines with the character before it makes one character of two, so both are joined anew.
    let joined = head + text.prefix(room)
    characters.replaceSubrange(..<cursor, with: joined)
    cursor = joined.count
  }

  private mutating func erase(_ range: Range<Int>) {
    let range = range.clamped(to: 0..<characters.count)
    characters.removeSubrange(range)
    cursor = min(range.lowerBound, characters.count)
  }
}

extension String {
  fileprivate func replacing(while matches: (Character) -> Bool, with other: Character) -> String {
    String(map { matches($0) ? other : $0 })
  }
}

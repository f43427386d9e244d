/// A label cut to a limit, with the width of every character.
struct GraphText: Sendable, Equatable {
  /// The characters that stay; those without width are left out.
  private(set) var characters: [Character] = []
  /// Columns of each character, one or two.
  private(set) var widths: [Int] = []
  /// Columns altogether.
  private(set) var columns = 0

  /// Cuts `text` to `limit` columns; what is cut ends in an ellipsis.
  init(_ text: String, limit: Int, columns width: (Character) -> Int) {
    for character in text {
      let columns = min(2, width(character))
      if columns <= 0 { continue }
      append(character, columns)
      // One character beyond the limit is enough to know that the text is cut.
      if self.columns > limit { break }
    }
    guard columns > limit else { return }
    while columns > limit - 1, !characters.isEmpty { removeLast() }
    while characters.last == " " { removeLast() }
    append("…", 1)
  }

  private mutating func append(_ character: Character, _ width: Int) {
    characters.append(character)
    widths.append(width)
    columns += width
  }

  private mutating func removeLast() {
    characters.removeLast()
    columns -= widths.removeLast()
  }
}

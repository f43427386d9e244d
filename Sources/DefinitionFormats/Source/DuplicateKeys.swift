/// Finds every key that is given twice, though Yams stops at the first.
///
/// The earlier of two equal keys gets another first letter, one from Unicode's private use area that the text does not
/// have, and the text is read again. What is found under such a key is dropped.
struct DuplicateKeys {
  private(set) var source: String
  private(set) var count = 0
  private var originals: [Unicode.Scalar: Unicode.Scalar] = [:]
  private var free: [Unicode.Scalar]

  init(_ text: SourceText) {
    source = text.source
    let used = Set(text.source.unicodeScalars.filter { (0xE000...0xE0FF).contains($0.value) })
    free = (0xE000...0xE0FF).compactMap(Unicode.Scalar.init).filter { !used.contains($0) }
  }

  /// Gives the key at a place another first letter; false when its text cannot be got at.
  mutating func rename(keyAt place: Place) -> Bool {
    guard let letter = free.popLast() else { return false }
    var place = place
    guard let (_, first) = SourceText.replacing(source, at: place, with: letter) else { return false }
    if first == "\"" || first == "'" { place.column += 1 }
    guard let (renamed, old) = SourceText.replacing(source, at: place, with: letter),
      !"\"'&*!?[]{}|>#%@`\\ ".unicodeScalars.contains(old)
    else { return false }
    source = renamed
    originals[letter] = old
    count += 1
    return true
  }

  /// The name of a key that was renamed; nil for every other key.
  func original(of key: String) -> String? {
    guard let first = key.unicodeScalars.first, let old = originals[first] else { return nil }
    var scalars = key.unicodeScalars
    scalars.replaceSubrange(scalars.startIndex..<scalars.index(after: scalars.startIndex), with: [old])
    return String(scalars)
  }
}

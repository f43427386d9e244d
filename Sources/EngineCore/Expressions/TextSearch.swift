/// Finds a piece of text in time proportional to the text, whatever both are (Knuth, Morris, Pratt 1977).
struct TextSearch {
  private let pattern: [UInt8]
  /// For each prefix of the pattern the length of its longest proper prefix that is also its suffix.
  private let fallback: [Int]

  init(_ pattern: String) {
    let bytes = Array(pattern.utf8)
    var fallback = Array(repeating: 0, count: bytes.count)
    var matched = 0
    for index in bytes.indices.dropFirst() {
      while matched > 0, bytes[index] != bytes[matched] { matched = fallback[matched - 1] }
      if bytes[index] == bytes[matched] { matched += 1 }
      fallback[index] = matched
    }
    self.pattern = bytes
    self.fallback = fallback
  }

  /// Where the pattern first stands at or after a place.
  func first(in text: [UInt8], from start: Int) -> Int? {
    if pattern.isEmpty { return start }
    var matched = 0
    for index in start..<text.count {
      while matched > 0, text[index] != pattern[matched] { matched = fallback[matched - 1] }
      if text[index] == pattern[matched] { matched += 1 }
      if matched == pattern.count { return index - matched + 1 }
    }
    return nil
  }

  /// The pieces between the places where the pattern, which must not be empty, stands.
  func parts(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    var parts: [String] = []
    var start = 0
    while !pattern.isEmpty, let place = first(in: bytes, from: start) {
      parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + pattern.count
    }
    parts.append(String(decoding: bytes[start...], as: UTF8.self))
    return parts
  }

  /// The text with another in every place of the pattern.
  func replacing(in text: String, with replacement: String) -> String {
    parts(of: text).joined(separator: replacement)
  }
}

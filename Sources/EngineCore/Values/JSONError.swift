/// Why a text is not the JSON that it should be, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The line, counted from 1.
  public let line: Int
  /// The column in characters, counted from 1.
  public let column: Int
  /// What is wrong, without the place.
  public let message: String

  /// Makes an error at a place.
  public init(line: Int, column: Int, message: String) {
    self.line = line
    self.column = column
    self.message = message
  }

  /// The sentence for a person, with the place.
  public var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONError {
  /// Makes an error at an offset into the bytes of a text.
  init(at offset: Int, in bytes: [UInt8], message: String) {
    let before = bytes.prefix(offset)
    let newline = UInt8(ascii: "\n")
    let line = before.count { $0 == newline } + 1
    let lineStart = before.lastIndex(of: newline).map { $0 + 1 } ?? 0
    let column = String(decoding: before[lineStart...], as: UTF8.self).count + 1
    self.init(line: line, column: column, message: message)
  }
}

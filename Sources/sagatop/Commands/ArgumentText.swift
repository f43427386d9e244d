import EngineCore
import Glibc

/// Words of the command line that are no text.
///
/// Swift replaces bytes that are not UTF-8 without a word, and then something else would be stored, or searched for,
/// than was asked for.
enum ArgumentText {
  /// How many bytes of such a word are quoted.
  private static let excerptLimit = 60

  /// Refuses the words of this process if one of them is not UTF-8.
  static func requireText() throws(CommandFailure) {
    for number in 1..<max(Int(CommandLine.argc), 1) {
      guard let word = CommandLine.unsafeArgv[number] else { continue }
      let bytes = UnsafeBufferPointer(start: word, count: strlen(word)).map(UInt8.init(bitPattern:))
      if let fault = fault(in: bytes) {
        throw CommandFailure(
          .usage,
          "word \(number) of the command line is not UTF-8: \(fault). Nothing was done; write it in UTF-8, for example "
            + "through iconv, or in JSON as \\u00fc")
      }
    }
  }

  /// What is wrong with a word; nil when it is UTF-8.
  static func fault(in bytes: [UInt8]) -> String? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    // A valid beginning ends where the decoder has to repair for the first time.
    var position = 0
    while let length = validLength(bytes[position...]) { position += length }
    let start = max(0, position - excerptLimit / 2)
    let shown = bytes[start...].prefix(excerptLimit)
    let excerpt = shown.map { byte in
      (0x20..<0x7F).contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + hex(byte)
    }
    let before = start > 0 ? "…" : ""
    let after = shown.endIndex < bytes.endIndex ? "…" : ""
    return "byte \(position + 1), \\x\(hex(bytes[position])), in \"\(before)\(excerpt.joined())\(after)\""
  }

  /// How many bytes the character at the beginning has; nil when there is none.
  private static func validLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    (1...4).first { bytes.count >= $0 && String(validating: bytes.prefix($0), as: UTF8.self) != nil }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}

extension JSONWriter {
  /// Appends text with everything escaped that JSON demands, and beyond that every character that could steer a
  /// terminal (C0, DEL, C1) or break or turn lines (U+2028, U+2029, the bidirectional controls).
  mutating func appendEscaped(_ text: String) {
    let wasContiguous: Void? = text.utf8.withContiguousStorageIfAvailable { appendEscaped($0) }
    if wasContiguous == nil {
      let copy = Array(text.utf8)
      copy.withUnsafeBufferPointer { appendEscaped($0) }
    }
  }

  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if Self.isPlain(byte) {
        index += 1
        continue
      }
      guard let (scalar, length) = Self.scalarToEscape(in: text, at: index) else {
        index += 1
        continue
      }
      append(contentsOf: text[start..<index])
      appendEscape(of: scalar)
      index += length
      start = index
    }
    append(contentsOf: text[start..<text.count])
  }

  /// Whether a byte never needs escaping, neither alone nor as the first of a longer character.
  @inline(__always)
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte < 0x7F
      ? byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      : byte != 0x7F && byte != 0xC2 && byte != 0xD8 && byte != 0xE2
  }

  private static func scalarToEscape(
    in text: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (scalar: UInt32, length: Int)? {
    let lead = text[index]
    if lead < 0x80 { return (UInt32(lead), 1) }
    guard index + 1 < text.count else { return nil }
    let second = UInt32(text[index + 1])
    if lead == 0xC2 { return second < 0xA0 ? (second, 2) : nil }
    // U+061C, the Arabic letter mark.
    if lead == 0xD8 { return second == 0x9C ? (0x061C, 2) : nil }
    guard index + 2 < text.count else { return nil }
    let scalar = 0x2000 | (second & 0x3F) << 6 | UInt32(text[index + 2] & 0x3F)
    switch scalar {
    case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: return (scalar, 3)
    default: return nil
    }
  }

  private mutating func appendEscape(of scalar: UInt32) {
    append(UInt8(ascii: "\\"))
    switch scalar {
    case 0x22: append(UInt8(ascii: "\""))
    case 0x5C: append(UInt8(ascii: "\\"))
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    default:
      append(UInt8(ascii: "u"))
      for shift in [12, 8, 4, 0] as [UInt32] {
        let digit = UInt8(truncatingIfNeeded: (scalar >> shift) & 0xF)
        append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
  }
}

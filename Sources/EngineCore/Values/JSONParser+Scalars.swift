import FoundationEssentials

extension JSONParser {
  /// The most digits of whole numbers that surely fit `Int64`.
  private static let fastDigits = 18

  mutating func parseNumber() throws(Failure) -> Decimal {
    let start = position
    let isNegative = current == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let firstDigit = position
    guard current.isASCIIDigit else { throw Failure("expected a digit") }
    var magnitude: Int64 = 0
    while current.isASCIIDigit {
      magnitude = magnitude &* 10 &+ Int64(current - UInt8(ascii: "0"))
      position += 1
    }
    if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
      throw Failure("a number must not start with 0", at: start)
    }
    let isWhole = current != UInt8(ascii: ".") && current | 0x20 != UInt8(ascii: "e")
    if isWhole, position - firstDigit <= Self.fastDigits {
      return DecimalParts(isNegative ? -magnitude : magnitude).decimal ?? 0
    }
    position = firstDigit
    return try parseLongNumber(from: start, isNegative: isNegative)
  }

  private mutating func parseLongNumber(from start: Int, isNegative: Bool) throws(Failure) -> Decimal {
    var scanner = DecimalScanner()
    while current.isASCIIDigit {
      scanner.take(digit: current, isFraction: false)
      position += 1
    }
    if current == UInt8(ascii: ".") {
      position += 1
      guard current.isASCIIDigit else { throw Failure("expected a digit after the point") }
      while current.isASCIIDigit {
        scanner.take(digit: current, isFraction: true)
        position += 1
      }
    }
    let exponent = try parseExponent()
    guard let number = scanner.parts(isNegative: isNegative, exponent: exponent)?.decimal else {
      throw Failure("the number has more than 38 digits or is too large or too small", at: start)
    }
    return number
  }

  private mutating func parseExponent() throws(Failure) -> Int {
    guard current | 0x20 == UInt8(ascii: "e") else { return 0 }
    position += 1
    let isNegative = current == UInt8(ascii: "-")
    if isNegative || current == UInt8(ascii: "+") { position += 1 }
    guard current.isASCIIDigit else { throw Failure("expected a digit in the exponent") }
    var exponent = 0
    while current.isASCIIDigit {
      // Saturates far beyond every exponent that could fit.
      exponent = min(exponent * 10 + Int(current - UInt8(ascii: "0")), 1_000_000_000)
      position += 1
    }
    return isNegative ? -exponent : exponent
  }

  mutating func parseString() throws(Failure) -> String {
    position += 1
    let start = position
    var isASCII = true
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return try text(of: bytes[start..<position - 1], isASCII: isASCII, from: start)
      }
      if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
      if byte < 0x20 { throw Failure("a control character must be written as an escape") }
      if byte >= 0x80 { isASCII = false }
      position += 1
    }
    throw Failure("the text is not closed", at: start - 1)
  }

  private mutating func parseEscapedString(from start: Int) throws(Failure) -> String {
    var unescaped = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        let text = try text(of: unescaped[...], isASCII: false, from: start)
        position += 1
        return text
      case UInt8(ascii: "\\"): try parseEscape(into: &unescaped)
      case 0..<0x20: throw Failure("a control character must be written as an escape")
      default:
        unescaped.append(byte)
        position += 1
      }
    }
    throw Failure("the text is not closed", at: start - 1)
  }

  private mutating func parseEscape(into unescaped: inout [UInt8]) throws(Failure) {
    let start = position
    position += 2
    switch start + 1 < bytes.count ? bytes[start + 1] : 0 {
    case UInt8(ascii: "\""): unescaped.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): unescaped.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): unescaped.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"):
      guard let scalar = parseUnicodeEscape() else {
        throw Failure("expected four hexadecimal digits of a character, or two such escapes for a pair", at: start)
      }
      unescaped.append(contentsOf: String(Character(scalar)).utf8)
    default: throw Failure("unknown escape", at: start)
    }
  }

  /// Reads what follows `\u`, and the second half of a surrogate pair; nil if that is no character.
  private mutating func parseUnicodeEscape() -> Unicode.Scalar? {
    guard let first = parseFourDigits() else { return nil }
    guard 0xD800..<0xDC00 ~= first else { return Unicode.Scalar(first) }
    guard current == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") else {
      return nil
    }
    position += 2
    guard let second = parseFourDigits(), 0xDC00..<0xE000 ~= second else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func parseFourDigits() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    var code: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = byte.hexadecimalDigit else { return nil }
      code = code << 4 | digit
    }
    position += 4
    return code
  }

  /// Checking UTF-8 costs more than all the rest of reading a short text, so ASCII goes without.
  private func text(of slice: ArraySlice<UInt8>, isASCII: Bool, from start: Int) throws(Failure) -> String {
    if isASCII { return slice.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
    guard let string = String(validating: slice, as: UTF8.self) else {
      throw Failure("the text is not valid UTF-8", at: start)
    }
    return string
  }
}

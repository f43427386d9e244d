import FoundationEssentials

/// Cuts the source of an expression into tokens.
struct Lexer {
  private let bytes: [UInt8]
  private var position = 0

  private init(_ source: String) { bytes = Array(source.utf8) }

  /// All tokens, the last one being `.end`.
  static func tokens(of source: String) throws(ExpressionFault) -> [Lexeme] {
    guard source.utf8.count <= ExpressionLimits.sourceBytes else {
      throw ExpressionFault(at: 0, "an expression may have \(ExpressionLimits.sourceBytes) bytes, this one has more")
    }
    var lexer = Lexer(source)
    var tokens: [Lexeme] = []
    repeat { tokens.append(try lexer.nextToken()) } while tokens.last?.kind != .end
    return tokens
  }

  private func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private mutating func nextToken() throws(ExpressionFault) -> Lexeme {
    try skipBlanks()
    let start = position
    guard start < bytes.count else { return Lexeme(kind: .end, start: start, end: start) }
    let kind: Lexeme.Kind
    switch bytes[start] {
    case let digit where digit.isASCIIDigit: kind = .number(try scanNumber())
    case UInt8(ascii: ".") where byte(at: start + 1).isASCIIDigit: kind = .number(try scanNumber())
    case UInt8(ascii: "\""): kind = .string(try scanString())
    case let letter where letter.isASCIILetter || letter == UInt8(ascii: "_") || letter >= 0x80:
      kind = .name(try scanName())
    default: kind = .symbol(try scanSymbol())
    }
    return Lexeme(kind: kind, start: start, end: position)
  }

  /// Skips white space of every script, `// …` and `/* … */`.
  private mutating func skipBlanks() throws(ExpressionFault) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x09...0x0D, 0x20: position += 1
      case 0x80...:
        let (scalar, length) = scalar(at: position)
        guard scalar.properties.isWhitespace else { return }
        position += length
      case UInt8(ascii: "/") where byte(at: position + 1) == UInt8(ascii: "/"):
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      case UInt8(ascii: "/") where byte(at: position + 1) == UInt8(ascii: "*"): try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(ExpressionFault) {
    let start = position
    position += 2
    while position + 1 < bytes.count {
      if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
        position += 2
        return
      }
      position += 1
    }
    throw ExpressionFault(at: start, "the comment is not closed")
  }

  private mutating func scanNumber() throws(ExpressionFault) -> Decimal {
    let start = position
    var scanner = DecimalScanner()
    while byte(at: position).isASCIIDigit {
      scanner.take(digit: bytes[position], isFraction: false)
      position += 1
    }
    if byte(at: position) == UInt8(ascii: "."), byte(at: position + 1).isASCIIDigit {
      position += 1
      while byte(at: position).isASCIIDigit {
        scanner.take(digit: bytes[position], isFraction: true)
        position += 1
      }
    }
    let exponent = scanExponent()
    guard let number = scanner.parts(isNegative: false, exponent: exponent)?.decimal else {
      throw ExpressionFault(at: start, "the number has more than 38 digits or is too large or too small")
    }
    return number
  }

  private mutating func scanExponent() -> Int {
    guard byte(at: position) | 0x20 == UInt8(ascii: "e") else { return 0 }
    let sign = byte(at: position + 1)
    let hasSign = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
    var next = position + (hasSign ? 2 : 1)
    guard byte(at: next).isASCIIDigit else { return 0 }
    var exponent = 0
    while byte(at: next).isASCIIDigit {
      // Saturates far beyond every exponent that could fit.
      exponent = min(exponent * 10 + Int(bytes[next] - UInt8(ascii: "0")), 1_000_000_000)
      next += 1
    }
    position = next
    return sign == UInt8(ascii: "-") ? -exponent : exponent
  }

  private mutating func scanName() throws(ExpressionFault) -> String {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_") {
        position += 1
      } else if byte >= 0x80 {
        let (scalar, length) = scalar(at: position)
        let isAllowed = position == start ? scalar.properties.isXIDStart : scalar.properties.isXIDContinue
        guard isAllowed else { break }
        position += length
      } else {
        break
      }
    }
    guard position > start else {
      throw ExpressionFault(at: start, Self.unexpected(scalar(at: start).scalar))
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func scanSymbol() throws(ExpressionFault) -> Lexeme.Symbol {
    let two = String(decoding: bytes[position..<min(position + 2, bytes.count)], as: UTF8.self)
    if let advice = Self.advice[two] ?? Self.advice[String(two.prefix(1))], Lexeme.Symbol(rawValue: two) == nil {
      throw ExpressionFault(at: position, advice)
    }
    for text in [two, String(two.prefix(1))] {
      if let symbol = Lexeme.Symbol(rawValue: text) {
        position += text.utf8.count
        return symbol
      }
    }
    throw ExpressionFault(at: position, Self.unexpected(scalar(at: position).scalar))
  }

  /// What to write instead of what other languages write.
  private static let advice = [
    "==": "write = to compare", "<>": "write != for not equal", "&&": "write and", "||": "write or",
    "!": "write not(…)", "'": "write text in double quotation marks", "`": "write text in double quotation marks",
    "%": "write modulo(a, b)", "@": "dates and times are not supported, only text",
  ]

  private static func unexpected(_ scalar: Unicode.Scalar) -> String {
    let code = String(scalar.value, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - code.utf8.count)) + code
    let isVisible = scalar.isASCII ? scalar.value > 0x20 && scalar.value < 0x7F : scalar.properties.isAlphabetic
    return isVisible ? "unexpected character \(scalar)" : "unexpected character U+\(padded)"
  }

  /// The character that starts at an offset; the source is valid UTF-8.
  private func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let lead = bytes[offset]
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    let text = String(decoding: bytes[offset..<min(offset + length, bytes.count)], as: UTF8.self)
    return (text.unicodeScalars.first ?? "\u{FFFD}", length)
  }
}

extension Lexer {
  private mutating func scanString() throws(ExpressionFault) -> String {
    let start = position
    var text: [UInt8] = []
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try scanEscape(into: &text)
      default:
        text.append(bytes[position])
        position += 1
      }
    }
    throw ExpressionFault(at: start, "the text is not closed with a quotation mark")
  }

  private mutating func scanEscape(into text: inout [UInt8]) throws(ExpressionFault) {
    let start = position
    let letter = byte(at: position + 1)
    position += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "'"): text.append(letter)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      guard let scalar = scanScalar(digits: letter == UInt8(ascii: "u") ? 4 : 6) else {
        throw ExpressionFault(at: start, "expected the hexadecimal digits of a character: \\u00E9 or \\U01F600")
      }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw ExpressionFault(at: start, "unknown escape; write \\\\ for a backslash")
    }
  }

  private mutating func scanScalar(digits: Int) -> Unicode.Scalar? {
    guard let first = scanCode(digits: digits) else { return nil }
    guard 0xD800..<0xDC00 ~= first else { return Unicode.Scalar(first) }
    guard byte(at: position) == UInt8(ascii: "\\"), byte(at: position + 1) == UInt8(ascii: "u") else { return nil }
    position += 2
    guard let second = scanCode(digits: 4), 0xDC00..<0xE000 ~= second else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func scanCode(digits: Int) -> UInt32? {
    guard position + digits <= bytes.count else { return nil }
    var code: UInt32 = 0
    for byte in bytes[position..<position + digits] {
      guard let digit = byte.hexadecimalDigit else { return nil }
      code = code << 4 | digit
    }
    position += digits
    return code
  }
}

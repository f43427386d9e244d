import FoundationEssentials

/// A decimal number taken apart: `± significand · 10^exponent`.
///
/// The problem: the engine must calculate the same result from the same history with every version of Foundation,
/// must not end because somebody multiplies two large numbers (Foundation's `Decimal` traps on `1e127 * 1e127`),
/// and reads and writes numbers with every commit. `Decimal` offers no way to its digits but through text.
///
/// The idea: read and write the twenty bytes of a `Decimal` directly, and calculate here with 128-bit significands.
/// The layout (one byte of exponent; four bits of length in 16-bit words, one of sign, one that says compact; 18 unused
/// bits; 128 bits of significand, least first) is that of `NSDecimal`, which archives and bridging have fixed for good.
/// A test compares it with Foundation's own text for numbers of every size.
struct DecimalParts: Sendable, Hashable {
  /// The exponents that a `Decimal` can hold.
  static let exponentRange = -128...127
  /// The first significand with more than 38 digits.
  static let tenToThe38: UInt128 = 100_000_000_000_000_000_000_000_000_000_000_000_000

  var isNegative: Bool
  var significand: UInt128
  var exponent: Int

  static let zero = DecimalParts(isNegative: false, significand: 0, exponent: 0)
  static let one = DecimalParts(isNegative: false, significand: 1, exponent: 0)

  init(isNegative: Bool, significand: UInt128, exponent: Int) {
    self.isNegative = isNegative && significand != 0
    self.significand = significand
    self.exponent = significand == 0 ? 0 : exponent
  }

  init(_ integer: Int64) {
    self.init(isNegative: integer < 0, significand: UInt128(integer.magnitude), exponent: 0)
  }

  /// Takes a number apart; NaN becomes zero, since no `Value` should hold it.
  init(_ number: Decimal) {
    self = withUnsafeBytes(of: number) { bytes in
      let words = UInt128(bytes[1] >> 4)
      let mantissa = UInt128(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt128.self))
      let significand = words >= 8 ? mantissa : mantissa & ((1 << (words * 16)) - 1)
      return DecimalParts(
        isNegative: bytes[1] & 0b1000 != 0, significand: significand, exponent: Int(Int8(bitPattern: bytes[0])))
    }
  }

  /// The number, or nil if it is beyond what a `Decimal` can hold exactly.
  var decimal: Decimal? {
    var parts = compacted
    while parts.exponent > Self.exponentRange.upperBound {
      let (product, overflow) = parts.significand.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      parts.significand = product
      parts.exponent -= 1
    }
    guard Self.exponentRange.contains(parts.exponent) else { return nil }
    let words = UInt8((128 - parts.significand.leadingZeroBitCount + 15) / 16)
    var number = Decimal()
    withUnsafeMutableBytes(of: &number) { bytes in
      bytes[0] = UInt8(bitPattern: Int8(truncatingIfNeeded: parts.exponent))
      bytes[1] = words << 4 | (parts.isNegative ? 0b1000 : 0) | 0b100
      bytes.storeBytes(of: parts.significand.littleEndian, toByteOffset: 4, as: UInt128.self)
    }
    return number
  }

  /// The same number with the fewest digits: the one form in which equal numbers are equal member by member.
  var compacted: DecimalParts {
    guard significand != 0 else { return .zero }
    var parts = self
    if var small = UInt64(exactly: significand) {
      while small % 10 == 0 {
        small /= 10
        parts.exponent += 1
      }
      parts.significand = UInt128(small)
      return parts
    }
    while true {
      let (quotient, remainder) = parts.significand.quotientAndRemainder(dividingBy: 10)
      guard remainder == 0 else { return parts }
      parts.significand = quotient
      parts.exponent += 1
    }
  }

  /// The number as an integer, if it is one and fits.
  var integer: Int64? {
    guard exponent >= 0, var magnitude = UInt64(exactly: significand) else { return nil }
    for _ in 0..<exponent {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      magnitude = product
      if magnitude == 0 { return 0 }
    }
    if !isNegative { return Int64(exactly: magnitude) }
    return magnitude == Int64.min.magnitude ? .min : Int64(exactly: magnitude).map { -$0 }
  }

  /// Appends the number in full: a sign, digits, and a fraction if there is one.
  func appendText(to bytes: inout [UInt8]) {
    let zero = UInt8(ascii: "0")
    let parts = compacted
    if parts.isNegative { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    // Least digit first, reversed at the end.
    for _ in 0..<max(0, parts.exponent) { bytes.append(zero) }
    var rest = parts.significand
    var fractionDigits = max(0, -parts.exponent)
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes.append(zero + UInt8(digit))
      rest = quotient
      if fractionDigits > 0 {
        fractionDigits -= 1
        if fractionDigits == 0 { bytes.append(UInt8(ascii: ".")) }
      }
    } while rest > 0 || fractionDigits > 0
    if bytes.last == UInt8(ascii: ".") { bytes.append(zero) }
    bytes[start...].reverse()
  }

  /// The number in full, without exponent.
  var text: String {
    var bytes: [UInt8] = []
    appendText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
